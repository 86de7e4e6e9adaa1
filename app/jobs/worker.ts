import type { Job } from 'pg-boss'
import { type QueueName, runJob, type TraceContext } from '../telemetry/jobs.ts'
import { logger } from '../telemetry/logger.ts'
import type { JobQueueHandle } from './job-queue.ts'
import { type JobData, queueNames, queues } from './queues.ts'

/** What runs the jobs of each queue. A handler may run twice for one job, so it must be idempotent; what it throws is retried. */
export type JobHandlers = { readonly [Q in QueueName]: (data: JobData[Q]) => Promise<void> }

/** A job as it is stored: its data, and the trace it belongs to. */
type Stored<Q extends QueueName> = JobData[Q] & { readonly trace?: TraceContext }

/** How often a queue is asked when no notification came, in seconds. */
const pollEverySeconds = 2

/** Begins to run jobs. They end with `JobQueueHandle.stop`. */
export const startWorkers = async (queue: JobQueueHandle, handlers: JobHandlers): Promise<void> => {
  for (const name of queueNames) await startWorker(queue, name, handlers[name])
}

const startWorker = async <Q extends QueueName>(
  { boss }: JobQueueHandle,
  name: Q,
  handle: (data: JobData[Q]) => Promise<void>,
): Promise<void> => {
  const log = logger('jobs')
  const { concurrency } = queues[name]
  await boss.work<Stored<Q>>(
    name,
    {
      localConcurrency: concurrency,
      batchSize: 1,
      pollingIntervalSeconds: pollEverySeconds,
      notifyPollingIntervalSeconds: pollEverySeconds,
    },
    async ([job]: Job<Stored<Q>>[]) => {
      if (!job) return
      await runJob(name, job, async ({ data, retryCount }) => {
        try {
          await handle(data)
          log.debug({ queue: name, retryCount }, 'job done')
        } catch (error) {
          log.warn(
            { error, queue: name, jobId: job.id, retryCount },
            'job failed; it is tried again unless this was the last time',
          )
          throw error
        }
      })
    },
  )
}
