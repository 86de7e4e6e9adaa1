import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { QueueName } from '../telemetry/jobs.ts'
import { queueNames } from './queues.ts'

export interface JobRate {
  readonly queueName: QueueName
  /** In the last five minutes. */
  readonly completed: number
  readonly failed: number
  readonly perMinute: number
  /** From a worker's taking to the end, in milliseconds; null where nothing was done. */
  readonly avgProcessingMs: number | null
  readonly p95ProcessingMs: number | null
  /** From being due to a worker's taking. */
  readonly avgWaitMs: number | null
}

/** Less than completed jobs are kept. */
const minutes = 5

/** What was done lately, one entry a queue, also for silent ones. */
export const jobRates = async (db: Database): Promise<JobRate[]> => {
  const { rows } = await sql<JobRate>`
    with ended as (
      select name, state, extract(epoch from completed_on - started_on) * 1000 as took,
        extract(epoch from started_on - greatest(start_after, created_on)) * 1000 as waited
      from pgboss.job
      where name = any(${queueNames}) and completed_on > now() - make_interval(mins => ${minutes})
    )
    select name as "queueName",
      count(*) filter (where state = 'completed')::int as completed,
      count(*) filter (where state = 'failed')::int as failed,
      round(count(*) filter (where state = 'completed') / ${minutes}::numeric, 2)::float8 as "perMinute",
      round(avg(took), 1)::float8 as "avgProcessingMs",
      round((percentile_cont(0.95) within group (order by took))::numeric, 1)::float8 as "p95ProcessingMs",
      round(avg(waited), 1)::float8 as "avgWaitMs"
    from ended group by name`.execute(db)
  const silent = {
    completed: 0,
    failed: 0,
    perMinute: 0,
    avgProcessingMs: null,
    p95ProcessingMs: null,
    avgWaitMs: null,
  }
  return queueNames.map((queueName) => rows.find((row) => row.queueName === queueName) ?? { queueName, ...silent })
}
