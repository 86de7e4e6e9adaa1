import type { Kysely } from 'kysely'
import type { Schema } from './db/schema.ts'
import { counter, histogram } from './telemetry/instruments.ts'
import { jobErrorReason } from './telemetry/jobs.ts'

/** One record that was brought into step with another system, or was not. */
export interface SyncOperation {
  readonly workspaceId: string
  /** The other system. */
  readonly provider: string
  /** As we see it. */
  readonly direction: 'inbound' | 'outbound'
  /** `contact`, `text` …: one of few. */
  readonly entityType: string
  /** Our id where there is one, else the other system's. */
  readonly entityId: string | null
  readonly startedAt: Date
  /** What went wrong; absent: nothing. Its kind is kept, its message may hold personal data. */
  readonly error?: unknown
}

const operations = counter('sync_operations_total')
const durations = histogram('sync_operations_duration_seconds')

/**
 * Writes a line of `sync_log`, in the transaction of the operation where there is one.
 * @returns what counts it; to be called when the transaction is committed
 */
export const logSync = async (db: Kysely<Schema>, operation: SyncOperation): Promise<() => void> => {
  const { workspaceId, provider, direction, entityType, entityId, startedAt, error } = operation
  const finishedAt = new Date()
  const failed = error !== undefined
  await db
    .insertInto('sync_log')
    .values({
      workspace_id: workspaceId,
      provider,
      direction,
      entity_type: entityType,
      entity_id: entityId,
      status: failed ? 'error' : 'completed',
      started_at: startedAt,
      finished_at: finishedAt,
      error_message: failed ? (typeof error === 'string' ? error : jobErrorReason(error)) : null,
    })
    .execute()
  return () => {
    const labels = { direction, entity_type: entityType, status: failed ? 'failed' : 'completed' } as const
    operations.add(1, labels)
    durations.record((finishedAt.getTime() - startedAt.getTime()) / 1_000, labels)
  }
}
