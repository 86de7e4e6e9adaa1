import { cap, counter, gauge, type Metric } from '../metric.ts'
import { cacheResults, dependencies, liveAlertTypes, securityEvents, signals } from './values.ts'

const table = cap(60, 'tables')

/** What those who run the service look at. */
export const operationsMetrics = {
  telemetry_dropped_total: counter({
    unit: '{record}',
    description: 'Spans and log records that the process dropped before the collector acknowledged them.',
    labels: { signal: signals },
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  telemetry_label_overflows_total: counter({
    unit: '{measurement}',
    description: 'Measurements counted under `overflow`, since the label held as many values as its cap allows.',
    labels: { metric: cap(200, 'metrics of the catalogue'), label: cap(60, 'labels of the catalogue') },
    beside: 'telemetry_dropped_total',
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  process_start_time_seconds: gauge({
    unit: 's',
    description: 'When the process began, in seconds since 1970; a new version here is a deployment.',
    labels: { version: cap(20, 'versions of the service') },
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  process_resident_memory_bytes: gauge({
    unit: 'By',
    description: 'Memory of the process that is in RAM.',
    labels: {},
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  process_cpu_seconds_total: counter({
    unit: 's',
    description: 'CPU time of the process, user and system.',
    labels: {},
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  security_events_total: counter({
    unit: '{event}',
    description: 'Failed sign-ins, bursts of them, refused access, and webhooks whose signature is wrong.',
    labels: { type: securityEvents },
    source: 'app',
    services: ['api', 'mcp'],
  }),
  error_occurrences_total: counter({
    unit: '{error}',
    description: 'Errors that were recorded for the error groups, by their type.',
    labels: { error_type: cap(60, 'names of errors') },
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  error_groups_new_total: counter({
    unit: '{group}',
    description: 'Error groups that appeared for the first time.',
    labels: {},
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  error_groups: gauge({
    unit: '{group}',
    description: 'Error groups in the database.',
    labels: {},
    source: 'app',
    services: ['worker'],
  }),
  dependency_up: gauge({
    unit: '1',
    description: 'State of a dependency as `GET /health` shows it: 1 ok, 0.5 degraded, 0 error.',
    labels: { dependency: dependencies },
    source: 'app',
    services: ['api'],
  }),
  live_alerts_active: gauge({
    unit: '{alert}',
    description: 'Live alerts that are active now, by type.',
    labels: { type: liveAlertTypes },
    source: 'app',
    services: ['api'],
  }),
  database_table_size_bytes: gauge({
    unit: 'By',
    description: 'Size of a table with its indexes.',
    labels: { table },
    source: 'app',
    services: ['worker'],
  }),
  database_table_rows: gauge({
    unit: '{row}',
    description: 'Live rows of a table, as PostgreSQL estimates them.',
    labels: { table },
    source: 'app',
    services: ['worker'],
  }),
  slow_queries_total: counter({
    unit: '{query}',
    description: 'Queries that took longer than 500 ms.',
    labels: {},
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  slow_query_statements: gauge({
    unit: '{statement}',
    description: 'Kinds of statements whose mean time is above 100 ms, from pg_stat_statements.',
    labels: {},
    source: 'app',
    services: ['worker'],
  }),
  retention_deleted_rows_total: counter({
    unit: '{row}',
    description: 'Rows that retention removed.',
    labels: { table },
    source: 'app',
    services: ['worker'],
  }),
  backup_last_success_timestamp_seconds: gauge({
    unit: 's',
    description: 'When the last backup succeeded, in seconds since 1970; absent before the first one.',
    labels: {},
    source: 'app',
    services: ['worker'],
  }),
  cache_requests_total: counter({
    unit: '{request}',
    description: 'Reads of the cache, by what was found.',
    labels: { result: cacheResults },
    source: 'app',
    services: ['api', 'worker', 'mcp'],
  }),
  redis_memory_usage_bytes: gauge({
    unit: 'By',
    description:
      'Memory of the cache: Redis’ own figure, or the size of what the process caches where there is no Redis.',
    labels: {},
    source: 'app',
    services: ['api'],
  }),
} as const satisfies Record<string, Metric>
