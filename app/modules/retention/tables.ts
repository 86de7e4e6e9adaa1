import type { Schema } from '../../db/schema.ts'

/** A table that grows by itself, and when its rows may go. */
export interface Retained {
  readonly table: keyof Schema
  /** The column whose time counts. */
  readonly time: string
  /** Which of `config.retentionDays`. */
  readonly kept: 'events' | 'operations'
  /** Rows that go; all of them where it is absent. What still has to be done never goes. */
  readonly only?: { readonly column: string; readonly values: readonly string[] }
}

const ended = ['processed', 'error', 'quarantined']

/** Rows that refer to others stand before them. */
export const retained: readonly Retained[] = [
  { table: 'business_events', time: 'created_at', kept: 'events' },
  { table: 'user_activities', time: 'created_at', kept: 'events' },
  { table: 'notifications', time: 'created_at', kept: 'events' },
  { table: 'webhook_events', time: 'received_at', kept: 'operations', only: { column: 'status', values: ended } },
  {
    table: 'texting_webhook_events',
    time: 'received_at',
    kept: 'operations',
    only: { column: 'status', values: ended },
  },
  {
    table: 'broadcast_webhook_events',
    time: 'received_at',
    kept: 'operations',
    only: { column: 'status', values: ended },
  },
  { table: 'sync_log', time: 'started_at', kept: 'operations' },
  { table: 'integration_errors', time: 'created_at', kept: 'operations' },
  {
    table: 'sync_jobs',
    time: 'created_at',
    kept: 'operations',
    only: { column: 'status', values: ['completed', 'failed'] },
  },
  { table: 'monitoring_snapshots', time: 'taken_at', kept: 'operations' },
  {
    table: 'monitoring_alerts',
    time: 'created_at',
    kept: 'operations',
    only: { column: 'status', values: ['resolved'] },
  },
  { table: 'error_occurrences', time: 'created_at', kept: 'operations' },
  { table: 'error_group_counts', time: 'counted_at', kept: 'operations' },
  { table: 'error_groups', time: 'last_seen', kept: 'operations' },
  {
    table: 'backups',
    time: 'created_at',
    kept: 'operations',
    only: { column: 'status', values: ['succeeded', 'failed'] },
  },
  { table: 'audit_log', time: 'created_at', kept: 'events' },
  { table: 'sessions', time: 'expires_at', kept: 'operations' },
]
