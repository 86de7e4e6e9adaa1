import type { SyncEntity } from '../../adapters/outside.ts'
import type { CrmProvider, SyncStatus } from '../../db/schema-integrations.ts'
import { counter, histogram } from '../../telemetry/instruments.ts'

/** What a sync job belongs to. */
export interface About {
  readonly workspaceId: string
  readonly integrationId: string
  readonly provider: CrmProvider
  readonly entity: SyncEntity
}

/** Records of a page, or of a job, by what became of them. */
export interface Counts {
  readonly created: number
  readonly updated: number
  readonly failed: number
  readonly conflicts: number
}

export const noCounts: Counts = { created: 0, updated: 0, failed: 0, conflicts: 0 }

const jobs = counter('sync_jobs_total')
const processed = counter('sync_jobs_processed_total')
const failedJobs = counter('sync_jobs_failed_total')
const byIntegration = counter('sync_jobs_by_integration_total')
const latency = histogram('sync_latency_ms')
const records = {
  created: counter('sync_records_created_total'),
  updated: counter('sync_records_updated_total'),
  failed: counter('sync_records_failed_total'),
  conflicts: counter('sync_conflicts_total'),
} as const

const labelsOf = ({ workspaceId, integrationId, provider, entity }: About) => ({
  tenant_id: workspaceId,
  integration_id: integrationId,
  adapter_type: provider,
  entity,
})

/** Counts that sync jobs came into a status. */
export const measureStatus = (about: About, status: SyncStatus): void => {
  jobs.add(1, { ...labelsOf(about), status })
  // The series of what may follow begin with the job, so that the first failure is a rise.
  if (status === 'processing') {
    for (const end of ['completed', 'failed'] as const) {
      jobs.add(0, { ...labelsOf(about), status: end })
      byIntegration.add(0, { integration_id: about.integrationId, status: end })
    }
    processed.add(0, labelsOf(about))
    failedJobs.add(0, labelsOf(about))
    measureRecords(about, noCounts)
  }
}

export const measureRecords = (about: About, counts: Counts): void => {
  for (const [what, counted] of Object.entries(records)) counted.add(counts[what as keyof Counts], labelsOf(about))
}

/** @param durationMs from the request for the sync to its end */
export const measureEnd = (about: About, status: 'completed' | 'failed', durationMs: number): void => {
  measureStatus(about, status)
  processed.add(1, labelsOf(about))
  if (status === 'failed') failedJobs.add(1, labelsOf(about))
  byIntegration.add(1, { integration_id: about.integrationId, status })
  latency.record(durationMs, { ...labelsOf(about), status })
}
