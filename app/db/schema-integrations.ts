import type { ColumnType, Generated, Selectable } from 'kysely'
import type { SyncEntity } from '../adapters/outside.ts'
import type { CreatedAt, UpdatedAt } from './schema.ts'

export const crmProviders = ['salesforce', 'hubspot', 'ghl'] as const
export type CrmProvider = (typeof crmProviders)[number]

export const integrationStatuses = ['active', 'paused', 'error'] as const
export type IntegrationStatus = (typeof integrationStatuses)[number]

export const syncTriggers = ['scheduled', 'manual', 'webhook'] as const
export type SyncTrigger = (typeof syncTriggers)[number]

export const syncStatuses = ['pending', 'processing', 'completed', 'failed'] as const
export type SyncStatus = (typeof syncStatuses)[number]

/** Empty when a row is made. */
type Later<T> = ColumnType<T | null, never, T | null>

export interface IntegrationTable {
  id: Generated<string>
  workspace_id: string
  provider: CrmProvider
  status: Generated<IntegrationStatus>
  frequency_seconds: number
  last_success_at: Later<Date>
  last_error_at: Later<Date>
  /** Sync jobs that failed for good, ever. */
  error_count: Generated<number>
  /** Since the last success. */
  failures_in_row: Generated<number>
  created_at: CreatedAt
  updated_at: UpdatedAt
}

/** How far an entity of an integration has come. */
export interface IntegrationPositionTable {
  integration_id: string
  entity: SyncEntity
  /** Everything that changed there before this is here. Null: nothing was synchronized yet. */
  synced_until: Date | null
  /** Where a run goes on; all null while none is under way. */
  page_cursor: string | null
  page_since: Date | null
  seen_until: Date | null
  run_started_at: Date | null
}

/** One attempt to bring one entity of one integration up to date. */
export interface SyncJobTable {
  id: Generated<string>
  workspace_id: string
  integration_id: string
  entity: SyncEntity
  trigger: SyncTrigger
  status: Generated<SyncStatus>
  /** Asked for once more while it was under way. */
  again: Generated<boolean>
  created_at: CreatedAt
  started_at: Later<Date>
  /** Since when everything from there is here; what is left is to send ours. */
  fetched_at: Later<Date>
  finished_at: Later<Date>
  created_count: Generated<number>
  updated_count: Generated<number>
  failed_count: Generated<number>
  conflict_count: Generated<number>
  /** Why it failed: a kind, never a message. */
  error_kind: Later<string>
  correlation_id: string | null
}

/** Which row of ours is which record of theirs, and what both were like when they last agreed. */
export interface ExternalRecordTable {
  integration_id: string
  entity: SyncEntity
  external_id: string
  workspace_id: string
  /** A contact or deal; it may be gone meanwhile. */
  local_id: string
  external_updated_at: Date
  external_hash: string
  local_updated_at: Date
  local_hash: string
  conflicts: Generated<number>
  last_conflict_at: Later<Date>
}

/** What went wrong: with a whole attempt, or (with an external id) with one record. */
export interface IntegrationErrorTable {
  id: Generated<string>
  workspace_id: string
  integration_id: string
  sync_job_id: string | null
  entity: SyncEntity
  kind: string
  external_id: string | null
  retryable: boolean
  created_at: CreatedAt
}

export interface IntegrationTables {
  integrations: IntegrationTable
  integration_positions: IntegrationPositionTable
  sync_jobs: SyncJobTable
  external_records: ExternalRecordTable
  integration_errors: IntegrationErrorTable
}

export type Integration = Selectable<IntegrationTable>
export type SyncJob = Selectable<SyncJobTable>
export type ExternalLink = Selectable<ExternalRecordTable>
