import { sql } from 'kysely'
import { backgroundQueues, queueStates, serviceBusQueues } from '../../catalogue/metrics/values.ts'
import type { Database } from '../db/database.ts'
import { observe } from '../telemetry/instruments.ts'
import type { QueueName } from '../telemetry/jobs.ts'
import { deadLetterOf, queueNames } from './queues.ts'

export interface QueueDepth {
  readonly queue: QueueName
  /** Due now, and not yet taken by a worker. */
  readonly waiting: number
  /** Not due yet: mostly retries that back off. */
  readonly delayed: number
  readonly active: number
  /** Done within the quarter of an hour for which they are kept. */
  readonly completed: number
  /** Given up after the last retry. */
  readonly failed: number
  /** Of these, waiting in the dead-letter queue. */
  readonly dead: number
  /** How long the oldest due job has waited; 0 when none waits. */
  readonly oldestSeconds: number
}

/** What stands in each queue now, one entry a queue, also for empty ones. */
export const queueDepths = async (db: Database): Promise<QueueDepth[]> => {
  const { rows } = await sql<QueueDepth>`
    select regexp_replace(name, '-dead-letter$', '') as queue,
      count(*) filter (where name = any(${queueNames}) and state < 'active' and start_after <= now())::int as waiting,
      count(*) filter (where name = any(${queueNames}) and state < 'active' and start_after > now())::int as delayed,
      count(*) filter (where state = 'active')::int as active,
      count(*) filter (where state = 'completed')::int as completed,
      count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where name <> all(${queueNames}) and state < 'active')::int as dead,
      coalesce(extract(epoch from now() - min(start_after)
        filter (where name = any(${queueNames}) and state < 'active' and start_after <= now())), 0)::float8 as "oldestSeconds"
    from pgboss.job
    where name = any(${[...queueNames, ...queueNames.map(deadLetterOf)]})
    group by 1`.execute(db)
  const none = { waiting: 0, delayed: 0, active: 0, completed: 0, failed: 0, dead: 0, oldestSeconds: 0 }
  return queueNames.map((queue) => rows.find((row) => row.queue === queue) ?? { queue, ...none })
}

/** How long one reading serves all gauges, in milliseconds: less than the scrape interval of 5 s. */
const freshMs = 2_000

/** The depths, read at most every 2 s, however many ask. */
export const queueReader = (db: Database): (() => Promise<QueueDepth[]>) => {
  let reading: Promise<QueueDepth[]> | undefined
  return () => {
    if (!reading) {
      reading = queueDepths(db)
      setTimeout(() => {
        reading = undefined
      }, freshMs).unref()
    }
    return reading
  }
}

/** Reports the depths at each scrape, by one query. Retries that back off count as waiting: their work is not done. */
export const observeQueues = (db: Database): void => {
  const read = queueReader(db)
  /** One number of each of the queues; a queue that is not of the kind has no series. */
  const of =
    <Q extends QueueName>(queues: readonly Q[], value: (depth: QueueDepth) => number) =>
    async () => {
      const all = await read()
      return queues.flatMap((queue_name) => {
        const depth = all.find(({ queue }) => queue === queue_name)
        return depth ? [{ value: value(depth), labels: { queue_name } }] : []
      })
    }
  const depth = ({ waiting, delayed }: QueueDepth): number => waiting + delayed
  observe('queue_depth', of(queueNames, depth))
  observe('job_queue_depth', of(backgroundQueues, depth))
  observe('service_bus_queue_depth', of(serviceBusQueues, depth))
  observe(
    'service_bus_dlq_depth',
    of(serviceBusQueues, ({ dead }) => dead),
  )
  observe('queue_jobs', async () =>
    (await read()).flatMap(({ queue, ...counts }) =>
      queueStates.map((state) => ({ value: counts[state], labels: { queue_name: queue, state } })),
    ),
  )
  observe(
    'queue_dead_letters',
    of(queueNames, ({ dead }) => dead),
  )
  observe(
    'queue_oldest_job_age_seconds',
    of(queueNames, ({ oldestSeconds }) => oldestSeconds),
  )
}
