/**
 * The metrics that were promised, written by hand from the operations documents of the five systems: their exact names, kind,
 * and labels. Nothing here is derived from the catalogue.
 */
export interface PromisedMetric {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
}

const counter = (...labels: string[]): PromisedMetric => ({ kind: 'counter', labels })
const gauge = (...labels: string[]): PromisedMetric => ({ kind: 'gauge', labels })
const histogram = (...labels: string[]): PromisedMetric => ({ kind: 'histogram', labels })

const sync = ['tenant_id', 'integration_id', 'adapter_type', 'entity'] as const

/** That a process of ours emits under this name at its /metrics. */
export const emitted: Readonly<Record<string, PromisedMetric>> = {
  // Golden signals
  http_requests_total: counter('method', 'endpoint', 'status'),
  http_request_duration_seconds: histogram('method', 'endpoint', 'status'),
  http_errors_total: counter('method', 'endpoint', 'error_type'),
  database_query_duration_seconds: histogram('operation', 'table'),
  database_connections_active: gauge('database'),
  job_processing_duration_seconds: histogram('job_type', 'status'),
  job_failures_total: counter('job_type', 'error_reason'),
  job_queue_depth: gauge('queue_name'),
  queue_depth: gauge('queue_name'),
  external_api_errors_total: counter('service', 'operation'),
  active_users_total: gauge('workspace'),
  websocket_connections_active: gauge('type'),
  redis_memory_usage_bytes: gauge(),
  graphql_query_duration_seconds: histogram('operation'),
  postgres_up: gauge(),
  backup_last_success_timestamp_seconds: gauge(),
  // Middleware
  webhook_events_total: counter('source'),
  webhook_events_processed_total: counter('source', 'status'),
  sync_operations_total: counter('direction', 'entity_type', 'status'),
  sync_operations_duration_seconds: histogram('direction', 'entity_type'),
  ghl_api_calls_total: counter(),
  ghl_api_errors_total: counter(),
  aloware_api_calls_total: counter(),
  aloware_api_errors_total: counter(),
  verity_api_calls_total: counter(),
  verity_api_errors_total: counter(),
  // Integrations
  sync_jobs_total: counter(...sync, 'status'),
  sync_jobs_processed_total: counter(...sync),
  sync_jobs_failed_total: counter(...sync),
  sync_records_created_total: counter(...sync),
  sync_records_updated_total: counter(...sync),
  sync_latency_ms: histogram(...sync, 'status'),
  sync_jobs_by_integration_total: counter('integration_id'),
  adapter_requests_total: counter(...sync, 'status'),
  adapter_request_duration_seconds: histogram(...sync, 'status'),
  adapter_rate_limit_hits_total: counter('tenant_id', 'integration_id', 'adapter_type'),
  adapter_connection_failures_total: counter('tenant_id', 'integration_id', 'adapter_type'),
  service_bus_queue_depth: gauge('queue_name'),
  service_bus_messages_processed_total: counter('queue_name'),
  service_bus_messages_failed_total: counter('queue_name'),
  service_bus_dlq_depth: gauge('queue_name'),
}

/** That rules record from what is emitted, or that others emit. */
export const recorded: Readonly<Record<string, PromisedMetric>> = {
  api_request_duration_seconds: histogram('method', 'route', 'status'),
  db_query_duration_seconds: histogram('operation', 'table'),
  job_duration_seconds: histogram('job_type', 'status'),
  disk_free_percent: gauge(),
  cpu_usage_percent: gauge(),
  redis_hit_rate: gauge(),
}

/** Bounds that must be in a histogram, because an objective or an alert stands at them. */
export const bounds: Readonly<Record<string, readonly string[]>> = {
  http_request_duration_seconds: ['0.2', '0.5', '5'],
  database_query_duration_seconds: ['0.05', '0.1', '0.5'],
  job_processing_duration_seconds: ['30', '60'],
  web_page_load_seconds: ['2', '4'],
  sync_latency_ms: ['300000'],
}
