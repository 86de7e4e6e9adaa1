import type { ColumnType, Generated } from 'kysely'

/** Times that PostgreSQL sets when nothing else is given. */
type Time = ColumnType<Date, Date | undefined, Date>

/** A row every two seconds; the figures are those of the last minute. */
export interface MonitoringSnapshotTable {
  id: Generated<string>
  taken_at: Time
  cpu_usage: number
  memory_usage: number
  api_avg_response_time: number
  api_requests_per_minute: number
  api_error_rate: number
  db_avg_query_time: number
  db_queries_per_minute: number
  socket_active_connections: number
  socket_events_per_minute: number
}

export const alertSources = ['live', 'alertmanager'] as const
export type AlertSource = (typeof alertSources)[number]
export const alertStatuses = ['active', 'resolved'] as const
export type AlertStatus = (typeof alertStatuses)[number]

/** Live alerts, and those that Alertmanager delivered. */
export interface MonitoringAlertTable {
  id: Generated<string>
  source: AlertSource
  /** What is one alert: the same again is no other. */
  fingerprint: string
  type: string
  severity: string
  message: string
  /** JSON; given as text. */
  data: ColumnType<Record<string, unknown>, string, string>
  status: AlertStatus
  created_at: Time
  resolved_at: Date | null
}

export const errorGroupStatuses = ['open', 'resolved'] as const
export type ErrorGroupStatus = (typeof errorGroupStatuses)[number]

/** Errors of one type from one place in the code. */
export interface ErrorGroupTable {
  id: Generated<string>
  fingerprint: string
  error_type: string
  message: string
  /** The first frame of ours: `app/modules/contacts/service.ts createContact`. */
  place: string
  service: string
  stack: string | null
  sample_trace_id: string | null
  occurrences: ColumnType<string, number, number>
  first_seen: Time
  last_seen: Time
  status: Generated<ErrorGroupStatus>
}

export interface ErrorOccurrenceTable {
  id: Generated<string>
  group_id: string
  created_at: Time
  message: string
  service: string
  environment: string
  component: string | null
  /** `GET /api/contacts/{id}`, or the queue of the job. */
  route: string | null
  queue: string | null
  user_id: string | null
  workspace_id: string | null
  trace_id: string | null
  correlation_id: string | null
}

/** How often a group happened, in steps of five minutes. */
export interface ErrorGroupCountTable {
  group_id: string
  counted_at: Date
  occurrences: number
}

export const backupStatuses = ['running', 'succeeded', 'failed'] as const
export type BackupStatus = (typeof backupStatuses)[number]

export interface BackupTable {
  id: Generated<string>
  created_at: Time
  finished_at: Date | null
  status: Generated<BackupStatus>
  /** How it was made. */
  method: 'pg_dump' | 'copy' | null
  /** Its name in the backup folder. */
  name: string | null
  bytes: ColumnType<string | null, number | null, number | null>
  tables: number | null
  rows: ColumnType<string | null, number | null, number | null>
  /** What kept it from succeeding, without details of the data. */
  error: string | null
}

export const auditOutcomes = ['succeeded', 'refused', 'failed'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

/** What operators did, or tried to. */
export interface AuditLogTable {
  id: string
  created_at: Date
  /** `admin_secret`: whoever has it. */
  actor: 'user' | 'admin_secret'
  /** Null also where the user is gone. */
  user_id: string | null
  action: string
  target_type: string | null
  target_id: string | null
  outcome: AuditOutcome
  /** Of the answer. */
  status: number
  /** What the operator typed. */
  reason: string | null
  /** JSON, numbers and words of ours; given as text. */
  details: ColumnType<Record<string, string | number | boolean>, string, never>
  correlation_id: string
  trace_id: string | null
}

export interface OperationsTables {
  monitoring_snapshots: MonitoringSnapshotTable
  monitoring_alerts: MonitoringAlertTable
  error_groups: ErrorGroupTable
  error_occurrences: ErrorOccurrenceTable
  error_group_counts: ErrorGroupCountTable
  backups: BackupTable
  audit_log: AuditLogTable
}
