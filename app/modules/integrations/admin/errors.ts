import { sql } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../db/database.ts'
import { newestPage } from '../../../http/paging.ts'
import { dayAgo, type Filter, lastDay, narrowed, tenantName } from './filter.ts'
import { readJobs } from './jobs.ts'
import type { errorsQuery, errorsSchema } from './schemas.ts'

type Errors = z.input<typeof errorsSchema>

const most = { integrations: 10, types: 10, failedJobs: 50 } as const

/** What went wrong, lately and how often. */
export const readErrors = async (db: Database, query: z.output<typeof errorsQuery>): Promise<Errors> => {
  const { limit: _, cursor: __, kind: ___, ...filter } = query
  const [recent, rateTrend, byIntegration, topTypes, failed] = await Promise.all([
    recentErrors(db, query),
    errorRate(db, filter),
    integrationsOfDay(db, filter),
    typesOfDay(db, filter),
    readJobs(db, { ...filter, statuses: ['failed'], order: 'newest', limit: most.failedJobs }),
  ])
  return { ...recent, rateTrend, byIntegration, topTypes, failedJobs: failed.jobs }
}

const recentErrors = async (
  db: Database,
  { limit, cursor, kind, ...filter }: z.output<typeof errorsQuery>,
): Promise<Pick<Errors, 'errors' | 'nextCursor'>> => {
  let query = db
    .selectFrom('integration_errors')
    .innerJoin('integrations', 'integrations.id', 'integration_errors.integration_id')
    .selectAll('integration_errors')
    .select(['integrations.provider', tenantName.as('tenant_name')])
    .where(narrowed(filter))
  if (kind !== undefined) query = query.where('integration_errors.kind', '=', kind)
  const { rows, nextCursor } = await newestPage(query, { cursor, limit }, { of: 'integration_errors' })
  const errors = rows.map((row) => ({
    id: row.id,
    integrationId: row.integration_id,
    tenantId: row.workspace_id,
    tenantName: row.tenant_name,
    provider: row.provider,
    syncJobId: row.sync_job_id,
    entity: row.entity,
    kind: row.kind,
    externalId: row.external_id,
    retryable: row.retryable,
    at: row.created_at.toISOString(),
  }))
  return { errors, nextCursor }
}

const errorRate = async (db: Database, filter: Filter): Promise<Errors['rateTrend']> => {
  const { rows } = await sql<{ at: Date; errors: number; jobs: number; failedJobs: number }>`
    select hours.at, coalesce(errors.count, 0)::int as errors, coalesce(ended.jobs, 0)::int as jobs,
      coalesce(ended.failed, 0)::int as "failedJobs"
    from ${lastDay}
    left join (
      select date_trunc('hour', error.created_at) as at, count(*) as count
      from integration_errors error join integrations on integrations.id = error.integration_id
      where error.created_at >= ${dayAgo} and ${narrowed(filter)} group by 1
    ) errors on errors.at = hours.at
    left join (
      select date_trunc('hour', finished_at) as at, count(*) as jobs, count(*) filter (where job.status = 'failed') as failed
      from sync_jobs job join integrations on integrations.id = job.integration_id
      where job.finished_at is not null and job.created_at >= ${dayAgo} and ${narrowed(filter)} group by 1
    ) ended on ended.at = hours.at
    order by hours.at`.execute(db)
  return rows.map(({ at, ...row }) => ({
    hour: at.toISOString(),
    ...row,
    failedShare: row.jobs > 0 ? row.failedJobs / row.jobs : null,
  }))
}

const integrationsOfDay = async (db: Database, filter: Filter): Promise<Errors['byIntegration']> => {
  const { rows } = await sql<Omit<Errors['byIntegration'][number], 'lastAt'> & { lastAt: Date }>`
    select integrations.id as "integrationId", integrations.workspace_id as "tenantId", ${tenantName} as "tenantName",
      provider, count(*)::int as errors, max(error.created_at) as "lastAt"
    from integration_errors error join integrations on integrations.id = error.integration_id
    where error.created_at >= now() - interval '24 hours' and ${narrowed(filter)}
    group by integrations.id order by errors desc, integrations.id limit ${most.integrations}`.execute(db)
  return rows.map(({ lastAt, ...row }) => ({ ...row, lastAt: lastAt.toISOString() }))
}

const typesOfDay = async (db: Database, filter: Filter): Promise<Errors['topTypes']> => {
  const { rows } = await sql<Errors['topTypes'][number]>`
    select kind, count(*)::int as count
    from integration_errors error join integrations on integrations.id = error.integration_id
    where error.created_at >= now() - interval '24 hours' and ${narrowed(filter)}
    group by kind order by count desc, kind limit ${most.types}`.execute(db)
  return rows
}
