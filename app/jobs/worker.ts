import type { Job, JobResult } from 'pg-boss'
import { jobErrorReason, type QueueName, runJob, type TraceContext } from '../telemetry/jobs.ts'
import { logger } from '../telemetry/logger.ts'
import type { JobQueueHandle } from './job-queue.ts'
import { type JobData, queueNames, queues } from './queues.ts'

/** Which attempt at its job a handler makes. */
export interface Attempt {
  /** From 1. */
  readonly number: number
  /** What it throws now is not retried: the job goes to its dead letters. */
  readonly isLast: boolean
}

/** What runs the jobs of each queue. A handler may run twice for one job, so it must be idempotent; what it throws is retried. */
export type JobHandlers = { readonly [Q in QueueName]: (data: JobData[Q], attempt: Attempt) => Promise<void> }

/** A job as it is stored: its data, the trace it belongs to, and which provider asked to wait when it was put off. */
type Stored<Q extends QueueName> = JobData[Q] & { readonly trace?: TraceContext; readonly waitsFor?: string | null }

/** How often a queue is asked when no notification came, in seconds. */
const pollEverySeconds = 2

/** Jobs are taken in batches, by two that take turns: a slow job holds up the rest of its batch only. */
const takers = 2

/** Begins to run jobs. They end with `JobQueueHandle.stop`. */
export const startWorkers = async (queue: JobQueueHandle, handlers: JobHandlers): Promise<void> => {
  for (const name of queueNames) await startWorker(queue, name, handlers[name])
}

const startWorker = async <Q extends QueueName>(
  { boss }: JobQueueHandle,
  name: Q,
  handle: JobHandlers[Q],
): Promise<void> => {
  const log = logger('jobs')
  const options = {
    localConcurrency: takers,
    batchSize: Math.ceil(queues[name].concurrency / takers),
    // A backlog is worked off without a pause. Without this each taker would rest for 2 s after each batch.
    burstWhenBatchFull: true,
    perJobResults: true,
    pollingIntervalSeconds: pollEverySeconds,
    notifyPollingIntervalSeconds: pollEverySeconds,
  } as const

  /** Runs one job; a failure is its own result, so that the others of its batch are not run again. */
  const run = async (job: Job<Stored<Q>>): Promise<JobResult> => {
    const attempt = { number: job.retryCount + 1, isLast: job.retryCount >= (queues[name].retryLimit ?? 0) }
    const about = { queue: name, jobId: job.id, attempt: attempt.number }
    try {
      await runJob(name, job, async ({ data }) => {
        try {
          await handle(data, attempt)
          log.debug(about, 'job done')
        } catch (error) {
          log.warn({ error, ...about }, 'job failed; it is tried again unless this was its last attempt')
          throw error
        }
      })
      return { id: job.id, status: 'completed' }
    } catch (error) {
      const retryAfterMs = askedToWait(error)
      if (retryAfterMs !== undefined && queues[name].policy === undefined) {
        // Its place is taken by the same job at the time that the provider named: neither sooner, nor an attempt less.
        const data = { ...job.data, waitsFor: providerOf(error) ?? null }
        await boss.send(name, data, { startAfter: new Date(Date.now() + retryAfterMs) })
        log.info({ ...about, retryAfterMs }, 'the provider asks to wait; the job is put off until then')
        return { id: job.id, status: 'completed' }
      }
      // Kept with the job in the database: the kind of error only, since a message may hold personal data.
      const output = { error: error instanceof Error ? error.name : 'unknown', reason: jobErrorReason(error) }
      return { id: job.id, status: 'failed', output: { ...output, provider: providerOf(error) } }
    }
  }
  await boss.work<Stored<Q>, void, typeof options>(name, options, (jobs: Job<Stored<Q>>[]) =>
    Promise.all(jobs.map(run)),
  )
}

/** Milliseconds that a provider asked us to wait (429 with Retry-After), as its adapter reports it. */
const askedToWait = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('reason' in error) || error.reason !== 'rate_limited') return
  return 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? error.retryAfterMs : undefined
}

/** Who outside made a job fail; undefined where nobody did. */
const providerOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'provider' in error && typeof error.provider === 'string'
    ? error.provider
    : undefined
