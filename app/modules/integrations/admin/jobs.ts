import type { Database } from '../../../db/database.ts'
import type { CrmProvider, SyncJob, SyncStatus } from '../../../db/schema-integrations.ts'
import { newestPage, type Paging } from '../../../http/paging.ts'
import { type Filter, narrowed, tenantName } from './filter.ts'
import type { ShownJob } from './schemas.ts'

interface Wanted extends Filter, Paging {
  readonly statuses?: readonly SyncStatus[] | undefined
  readonly entity?: SyncJob['entity'] | undefined
  readonly order: 'newest' | 'oldest'
}

/** Sync jobs of all tenants, as operators see them. */
export const readJobs = async (
  db: Database,
  { statuses, entity, order, limit, cursor, ...filter }: Wanted,
): Promise<{ jobs: ShownJob[]; nextCursor: string | null }> => {
  let query = db
    .selectFrom('sync_jobs')
    .innerJoin('integrations', 'integrations.id', 'sync_jobs.integration_id')
    .selectAll('sync_jobs')
    .select(['integrations.provider', tenantName.as('tenant_name')])
    .where(narrowed(filter))
  if (statuses) query = query.where('sync_jobs.status', 'in', statuses)
  if (entity) query = query.where('sync_jobs.entity', '=', entity)
  const ascending = order === 'oldest'
  const { rows, nextCursor } = await newestPage(query, { cursor, limit }, { of: 'sync_jobs', ascending })
  return { jobs: rows.map(shown), nextCursor }
}

const shown = (row: SyncJob & { provider: CrmProvider; tenant_name: string }): ShownJob => ({
  id: row.id,
  integrationId: row.integration_id,
  tenantId: row.workspace_id,
  tenantName: row.tenant_name,
  provider: row.provider,
  entity: row.entity,
  trigger: row.trigger,
  status: row.status,
  requestedAt: row.created_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
  durationMs: row.finished_at ? Math.max(0, row.finished_at.getTime() - row.created_at.getTime()) : null,
  created: row.created_count,
  updated: row.updated_count,
  failed: row.failed_count,
  conflicts: row.conflict_count,
  errorKind: row.error_kind,
  correlationId: row.correlation_id,
})
