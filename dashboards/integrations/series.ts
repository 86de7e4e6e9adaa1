import { select } from '../../catalogue/promql.ts'
import { scope, tenantScope } from '../variables.ts'

/** What the five parts of Integrations and Sync look at. */
export const window = '$__rate_interval'

export const jobs = select('sync_jobs_total', tenantScope)
export const ended = select('sync_jobs_processed_total', tenantScope)
export const failed = select('sync_jobs_failed_total', tenantScope)
export const completed = select('sync_jobs_total', { ...tenantScope, status: 'completed' })
/** Has no tenant: an integration belongs to one. */
export const byIntegration = select('sync_jobs_by_integration_total', {
  ...scope,
  integration_id: tenantScope.integration_id,
})
export const latency = select('sync_latency_ms', tenantScope)
export const created = select('sync_records_created_total', tenantScope)
export const updated = select('sync_records_updated_total', tenantScope)
export const unwritten = select('sync_records_failed_total', tenantScope)
export const conflicts = select('sync_conflicts_total', tenantScope)
export const unanswered = select('adapter_connection_failures_total', tenantScope)
export const rateLimited = select('adapter_rate_limit_hits_total', tenantScope)
