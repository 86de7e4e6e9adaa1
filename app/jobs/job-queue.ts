import { CompiledQuery, type Transaction } from 'kysely'
import { type Db, PgBoss } from 'pg-boss'
import { databaseLimits } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type QueueName, sendJob, type TraceContext } from '../telemetry/jobs.ts'
import { logger } from '../telemetry/logger.ts'
import { deadLetterOf, type JobData, queueNames, queues } from './queues.ts'

export interface EnqueueOptions {
  /** Not before this. */
  readonly startAfter?: Date
  /** What a queue with order keeps in order: jobs of one key run one after the other, as they came. */
  readonly key?: string
}

/** Puts jobs into queues, as part of the caller's transaction: without its commit there is no job. */
export interface JobQueue {
  enqueue<Q extends QueueName>(
    trx: Transaction<Schema>,
    queue: Q,
    data: JobData[Q],
    options?: EnqueueOptions,
  ): Promise<void>
  /** Many at once, of as many requests: each job brings the trace of its own (`sendJob` gives it). */
  enqueueAll<Q extends QueueName>(trx: Transaction<Schema>, queue: Q, jobs: readonly TracedJobOf<Q>[]): Promise<void>
}

export interface TracedJobOf<Q extends QueueName> {
  readonly data: JobData[Q] & { readonly trace: TraceContext }
  readonly key?: string
}

/** The queue behind it, for the entry points. */
export interface JobQueueHandle extends JobQueue {
  readonly boss: PgBoss
  /** Makes pg-boss's schema and our queues where they are missing. May be called again after a failure. */
  start(): Promise<void>
  /** Lets running jobs finish for at most `limitMs`. */
  stop(limitMs: number): Promise<void>
}

/** Who keeps the queues in order: expires, deletes and retries jobs. One kind of process is enough. */
type Duty = 'send only' | 'supervise'

/** pg-boss hands these to its pool. Its own maintenance may take longer than a request's queries. */
const connectionLimits = { connectionTimeoutMillis: databaseLimits.connect, query_timeout: 30_000, keepAlive: true }

/** Dead letters wait this long for somebody to look at them: a month. */
const keepDeadSeconds = 30 * 24 * 3_600

export const openJobQueue = (url: string, applicationName: string, duty: Duty): JobQueueHandle => {
  const log = logger('jobs')
  const supervises = duty === 'supervise'
  const boss = new PgBoss({
    ...connectionLimits,
    connectionString: url,
    application_name: `${applicationName}-queue`,
    // Polling and completing of all queues; a sender needs one only to look up its queues.
    max: supervises ? 6 : 1,
    supervise: supervises,
    // Its clock polls for cron jobs that are due.
    schedule: supervises,
    useListenNotify: supervises,
  })
  // Each poll of each worker fails while the database is away: several times a second.
  const report = atMostEvery(10_000, (error: Error, suppressed: number) =>
    log.warn({ reason: error.message, ...(suppressed > 0 && { suppressed }) }, 'the job queue met an error'),
  )
  boss.on('error', report)
  boss.on('warning', ({ message, data }) => log.warn({ metadata: data }, message))
  return {
    boss,
    start: async () => {
      await boss.start()
      for (const name of queueNames) {
        const { concurrency: _, cron, policy, ...given } = queues[name]
        const options = { ...given, deadLetter: deadLetterOf(name), notify: true }
        await boss.createQueue(deadLetterOf(name), { retentionSeconds: keepDeadSeconds })
        // The first keeps an existing queue as it is, the second brings it up to date.
        await boss.createQueue(name, { ...options, ...(policy && { policy }) })
        await boss.updateQueue(name, options)
        if (cron !== undefined && supervises) await boss.schedule(name, cron, {}, { tz: 'UTC' })
      }
    },
    stop: (limitMs) => boss.stop({ graceful: supervises, timeout: limitMs }),
    enqueue: async (trx, queue, data, { startAfter, key } = {}) => {
      const options = {
        db: inTransaction(trx),
        ...(startAfter && { startAfter }),
        ...(key !== undefined && { singletonKey: key }),
      }
      await sendJob(queue, (trace) => boss.send(queue, { ...data, trace }, options))
    },
    enqueueAll: async (trx, queue, jobs) => {
      const inserted = jobs.map(({ data, key }) => ({ data, ...(key !== undefined && { singletonKey: key }) }))
      await boss.insert(queue, inserted, { db: inTransaction(trx) })
    },
  }
}

/** Of what comes too fast, only the first is passed on, with the number that came since the one before. */
const atMostEvery = <T>(pauseMs: number, act: (value: T, suppressed: number) => void): ((value: T) => void) => {
  let quietUntil = 0
  let suppressed = 0
  return (value) => {
    if (Date.now() < quietUntil) {
      suppressed++
      return
    }
    act(value, suppressed)
    quietUntil = Date.now() + pauseMs
    suppressed = 0
  }
}

/** pg-boss's own adapter passes a query without its text to Kysely's log, which our telemetry reads. */
const inTransaction = (trx: Transaction<Schema>): Db => ({
  executeSql: async (text, values = []) => {
    const { rows } = await trx.executeQuery(CompiledQuery.raw(text, [...values]))
    return { rows }
  },
})
