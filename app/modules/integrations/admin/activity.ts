import { sql } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../db/database.ts'
import { dayAgo, type Filter, lastDay, narrowed } from './filter.ts'
import { readJobs } from './jobs.ts'
import type { activityQuery, activitySchema } from './schemas.ts'

type Activity = z.input<typeof activitySchema>

/** Live jobs that are shown; more than these would be a backlog, which has a number of its own. */
const mostLive = 100

/** What is being synchronized, what was, and how long it takes. */
export const readActivity = async (
  db: Database,
  { limit, cursor, jobStatus, entity, ...filter }: z.output<typeof activityQuery>,
): Promise<Activity> => {
  const [live, last, records24h, trend] = await Promise.all([
    readJobs(db, { ...filter, entity, statuses: ['pending', 'processing'], order: 'oldest', limit: mostLive }),
    readJobs(db, { ...filter, entity, ...(jobStatus && { statuses: [jobStatus] }), order: 'newest', limit, cursor }),
    recordsOfDay(db, filter),
    durationTrend(db, filter),
  ])
  return { live: live.jobs, jobs: last.jobs, nextCursor: last.nextCursor, records24h, durationTrend: trend }
}

const recordsOfDay = async (db: Database, filter: Filter): Promise<Activity['records24h']> => {
  const { rows } = await sql<Activity['records24h']>`
    select coalesce(sum(created_count), 0)::int as created, coalesce(sum(updated_count), 0)::int as updated,
      coalesce(sum(failed_count), 0)::int as failed, coalesce(sum(conflict_count), 0)::int as conflicts
    from sync_jobs job join integrations on integrations.id = job.integration_id
    where job.created_at >= now() - interval '24 hours' and ${narrowed(filter)}`.execute(db)
  return rows[0] ?? { created: 0, updated: 0, failed: 0, conflicts: 0 }
}

const durationTrend = async (db: Database, filter: Filter): Promise<Activity['durationTrend']> => {
  const { rows } = await sql<{ at: Date; jobs: number; averageMs: number | null; p95Ms: number | null }>`
    select hours.at, coalesce(ended.jobs, 0)::int as jobs, ended.average as "averageMs", ended.p95 as "p95Ms"
    from ${lastDay}
    left join (
      select date_trunc('hour', finished_at) as at, count(*) as jobs,
        round(avg(extract(epoch from finished_at - job.created_at) * 1000))::float8 as average,
        round(percentile_cont(0.95) within group (order by extract(epoch from finished_at - job.created_at) * 1000))::float8 as p95
      from sync_jobs job join integrations on integrations.id = job.integration_id
      where job.status = 'completed' and job.created_at >= ${dayAgo} and ${narrowed(filter)}
      group by 1
    ) ended on ended.at = hours.at
    order by hours.at`.execute(db)
  return rows.map(({ at, ...values }) => ({ hour: at.toISOString(), ...values }))
}
