import { sql } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../db/database.ts'
import { integrationStatuses, syncStatuses } from '../../../db/schema-integrations.ts'
import { dayAgo, type Filter, lastDay, narrowed, tenantName } from './filter.ts'
import type { statsSchema } from './schemas.ts'

type Stats = z.input<typeof statsSchema>

const top = 10

/** The overview of all integrations. */
export const readStats = async (db: Database, filter: Filter): Promise<Stats> => {
  const [integrations, jobs, topIntegrations, trend] = await Promise.all([
    countByStatus(db, filter),
    countJobs(db, filter),
    topOf(db, filter),
    errorTrend(db, filter),
  ])
  return {
    integrations: withTotal(integrationStatuses, integrations),
    jobs24h: withTotal(syncStatuses, jobs),
    topIntegrations,
    errorTrend: trend,
    lastUpdated: new Date().toISOString(),
  }
}

interface Counted {
  readonly status: string
  readonly count: number
}

const withTotal = <const S extends string>(statuses: readonly S[], counted: readonly Counted[]) => {
  const of = (status: S) => counted.find((one) => one.status === status)?.count ?? 0
  const total = counted.reduce((sum, { count }) => sum + count, 0)
  return { ...Object.fromEntries(statuses.map((status) => [status, of(status)])), total } as Record<S | 'total', number>
}

const countByStatus = async (db: Database, filter: Filter): Promise<Counted[]> => {
  const { rows } = await sql<Counted>`
    select status, count(*)::int as count from integrations where ${narrowed(filter)} group by status`.execute(db)
  return rows
}

const countJobs = async (db: Database, filter: Filter): Promise<Counted[]> => {
  const { rows } = await sql<Counted>`
    select job.status, count(*)::int as count
    from sync_jobs job join integrations on integrations.id = job.integration_id
    where job.created_at >= now() - interval '24 hours' and ${narrowed(filter)}
    group by job.status`.execute(db)
  return rows
}

const topOf = async (db: Database, filter: Filter): Promise<Stats['topIntegrations']> => {
  const { rows } = await sql<Stats['topIntegrations'][number]>`
    select integrations.id as "integrationId", integrations.workspace_id as "tenantId",
      ${tenantName} as "tenantName", provider, integrations.status,
      count(*)::int as jobs, sum(created_count + updated_count)::int as records
    from sync_jobs job join integrations on integrations.id = job.integration_id
    where job.created_at >= now() - interval '24 hours' and ${narrowed(filter)}
    group by integrations.id
    order by records desc, jobs desc, integrations.id
    limit ${top}`.execute(db)
  return rows
}

const errorTrend = async (db: Database, filter: Filter): Promise<Stats['errorTrend']> => {
  const { rows } = await sql<{ at: Date; errors: number; failedJobs: number }>`
    select hours.at, coalesce(errors.count, 0)::int as errors, coalesce(failed.count, 0)::int as "failedJobs"
    from ${lastDay}
    left join (
      select date_trunc('hour', error.created_at) as at, count(*) as count
      from integration_errors error join integrations on integrations.id = error.integration_id
      where error.created_at >= ${dayAgo} and ${narrowed(filter)} group by 1
    ) errors on errors.at = hours.at
    left join (
      select date_trunc('hour', finished_at) as at, count(*) as count
      from sync_jobs job join integrations on integrations.id = job.integration_id
      where job.status = 'failed' and job.created_at >= ${dayAgo} and ${narrowed(filter)} group by 1
    ) failed on failed.at = hours.at
    order by hours.at`.execute(db)
  return rows.map(({ at, ...counts }) => ({ hour: at.toISOString(), ...counts }))
}
