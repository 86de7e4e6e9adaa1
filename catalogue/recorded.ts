import { gauge, histogram, type Metric } from './metric.ts'
import { metrics } from './metrics.ts'

/**
 * Series that recording rules make (`alerts/recording.ts` says how): the second names under which users of the merged systems
 * look for a measurement. Series of the SLOs are named by the functions in `slo.ts`.
 */
export const recorded = {
  api_request_duration_seconds: histogram({
    unit: 's',
    description: '`http_request_duration_seconds` with `route` in place of `endpoint`.',
    labels: {
      method: metrics.http_request_duration_seconds.labels.method,
      route: metrics.http_request_duration_seconds.labels.endpoint,
      status: metrics.http_request_duration_seconds.labels.status,
    },
    buckets: metrics.http_request_duration_seconds.buckets,
    source: 'rule',
  }),
  db_query_duration_seconds: histogram({
    unit: 's',
    description: '`database_query_duration_seconds` under its second name.',
    labels: metrics.database_query_duration_seconds.labels,
    buckets: metrics.database_query_duration_seconds.buckets,
    source: 'rule',
  }),
  job_duration_seconds: histogram({
    unit: 's',
    description: '`job_processing_duration_seconds` under its second name.',
    labels: metrics.job_processing_duration_seconds.labels,
    buckets: metrics.job_processing_duration_seconds.buckets,
    source: 'rule',
  }),
  redis_hit_rate: gauge({
    unit: '1',
    description: 'Share of the cache’s reads that found something, over 5 minutes, of all processes together; 0 to 1.',
    labels: {},
    source: 'rule',
  }),
  cpu_usage_percent: gauge({
    unit: '%',
    description: 'CPU use of the host, all cores together, 0 to 100.',
    labels: {},
    source: 'rule',
  }),
  disk_free_percent: gauge({
    unit: '%',
    description: 'Free space of the fullest real file system, 0 to 100.',
    labels: {},
    source: 'rule',
  }),
} as const satisfies Record<string, Metric>
