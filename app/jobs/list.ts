import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { newestPage, type Page, type Paging } from '../http/paging.ts'
import type { QueueName } from '../telemetry/jobs.ts'
import { deadLetterOf, queueNames } from './queues.ts'

/** Where a job stands. `delayed`: not due yet; `dead`: given up, kept to be looked at. */
export const jobStates = ['waiting', 'delayed', 'active', 'completed', 'failed', 'dead'] as const
export type JobState = (typeof jobStates)[number]

/** Why a job is not due yet: a provider asked to wait, an attempt failed and the next one comes later, or it was meant for later. */
export const delayReasons = ['rate_limit', 'retry', 'planned'] as const
export type DelayReason = (typeof delayReasons)[number]

/** A job as it stands in its queue. */
export interface ListedJob {
  readonly id: string
  readonly queue_name: QueueName
  readonly state: JobState
  readonly delay_reason: DelayReason | null
  /** Whom it waits for, or whose failure it is tried again after; null: nobody outside. */
  readonly provider: string | null
  /** From 1. */
  readonly attempt: number
  readonly most_attempts: number
  readonly created_at: Date
  readonly due_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
  /** What the last failed attempt ended with: the error's name, and its kind. */
  readonly error_name: string | null
  readonly error_reason: string | null
  readonly trace_id: string | null
  /** The ids that it is about. */
  readonly about: Readonly<Record<string, unknown>>
}

const isDead = sql`name <> all(${queueNames})`
const stateOf = sql`
  case when ${isDead} then 'dead'
    when state >= 'active' then state::text
    when start_after > now() then 'delayed'
    else 'waiting' end`
const delayReasonOf = sql`
  case when ${isDead} or state >= 'active' or start_after <= now() then null
    when state = 'retry' then 'retry'
    when data ? 'waitsFor' then 'rate_limit'
    else 'planned' end`

/** A failure's is kept with its end; the one that asked to wait, with what waits. */
const providerOf = sql`
  case when state in ('retry', 'failed') then output->>'provider'
    when state = 'created' and start_after > now() then data->>'waitsFor' end`

/** Newest first, of all queues or of one, dead letters included. */
export const listJobs = async (
  db: Database,
  {
    queue,
    state,
    ...paging
  }: Paging & { readonly queue?: QueueName | undefined; readonly state?: JobState | undefined },
): Promise<Page<ListedJob>> => {
  const queues = queue === undefined ? queueNames : [queue]
  // A failed job's dead letter is listed in its place: it is the one that can be sent back.
  const jobs = sql<ListedJob>`(
    select id, regexp_replace(name, '-dead-letter$', '') as queue_name, ${stateOf} as state,
      ${delayReasonOf} as delay_reason,
      ${providerOf} as provider,
      retry_count + 1 as attempt, retry_limit + 1 as most_attempts,
      date_trunc('milliseconds', created_on) as created_at, start_after as due_at, started_on as started_at,
      completed_on as ended_at, output->>'error' as error_name, output->>'reason' as error_reason,
      split_part(data->'trace'->>'traceparent', '-', 2) as trace_id, data - 'trace' - 'waitsFor' as about
    from pgboss.job
    where name = any(${[...queues, ...queues.map(deadLetterOf)]}))`.as('job')
  let query = db.selectFrom(jobs).selectAll()
  if (state !== undefined) query = query.where('state', '=', state)
  return await newestPage(query, paging)
}

/** Jobs of a queue that are not due yet, for one reason. */
export interface QueueWait {
  readonly queueName: QueueName
  readonly reason: DelayReason
  readonly provider: string | null
  readonly jobs: number
  /** When the first and the last of them are due. */
  readonly nextAt: Date
  readonly lastAt: Date
}

/** Why jobs are not due yet, those of the most jobs first. */
export const queueWaits = async (db: Database): Promise<QueueWait[]> => {
  const { rows } = await sql<QueueWait>`
    select name as "queueName", ${delayReasonOf} as reason,
      ${providerOf} as provider,
      count(*)::int as jobs, min(start_after) as "nextAt", max(start_after) as "lastAt"
    from pgboss.job
    where name = any(${queueNames}) and state < 'active' and start_after > now()
    group by 1, 2, 3 order by 4 desc, 1`.execute(db)
  return rows
}
