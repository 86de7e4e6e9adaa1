import {
  matches,
  max,
  multiply,
  observed,
  perMinute,
  quantile,
  rate,
  rateOfCount,
  select,
  share,
  subtract,
  sum,
  time,
  type Vector,
} from '../../../catalogue/promql.ts'
import { userRequests } from '../../../catalogue/slo.ts'

export const units = ['per_minute', 'percent', 'seconds', 'bytes', 'count'] as const

/** What can be drawn over time: lines by the labels that tell them apart, or under a label of their own. */
export interface Drawn {
  readonly unit: (typeof units)[number]
  readonly queries: readonly { readonly expr: Vector; readonly label?: string }[]
}

/** Filled in for the step that is asked for. */
const window = '$__rate_interval'
const process = ['job', 'instance'] as const

const requests = select('http_requests_total', userRequests)
const failed = select('http_requests_total', { ...userRequests, status: matches('5..') })
const latency = select('http_request_duration_seconds', userRequests)
const queries = select('database_query_duration_seconds')
const jobs = select('job_processing_duration_seconds')
const pages = select('web_page_load_seconds')

const one = (unit: Drawn['unit'], expr: Vector, label?: string): Drawn => ({
  unit,
  queries: [{ expr, ...(label !== undefined && { label }) }],
})

/** By name; a name is part of addresses. Counters are of all processes together unless the lines say otherwise. */
export const drawn = {
  requests: one('per_minute', perMinute(sum(rate(requests, window))), 'requests'),
  errors: one('percent', multiply(share(sum(rate(failed, window)), sum(rate(requests, window))), 100), '5xx'),
  p95: one('seconds', observed(quantile(0.95, latency, window)), 'p95'),
  latency: {
    unit: 'seconds',
    queries: ([0.5, 0.95, 0.99] as const).map((q) => ({
      expr: observed(quantile(q, latency, window)),
      label: `p${q * 100}`,
    })),
  },
  active_users: one('count', sum(max(select('active_users_total'), ['workspace'])), 'users'),
  cpu: one('percent', multiply(sum(rate(select('process_cpu_seconds_total'), window), process), 100)),
  memory: one('bytes', sum(select('process_resident_memory_bytes'), process)),
  event_loop: one('seconds', max(select('nodejs_eventloop_delay_p99_seconds'), process)),
  uptime: one('seconds', subtract(time(), max(select('process_start_time_seconds'), process))),
  host_cpu: one('percent', max(select('cpu_usage_percent')), 'host'),
  disk_free: one('percent', max(select('disk_free_percent')), 'host'),
  queue_depth: one('count', max(select('queue_depth'), ['queue_name'])),
  jobs: one('per_minute', perMinute(sum(rateOfCount(jobs, window), ['job_type']))),
  job_p95: one('seconds', observed(quantile(0.95, jobs, window)), 'p95'),
  job_failures: one('per_minute', perMinute(sum(rate(select('job_failures_total'), window), ['job_type']))),
  database: one('seconds', observed(quantile(0.95, queries, window)), 'p95'),
  database_connections: one('count', sum(select('database_connections_active'), ['service'])),
  page_load: one('seconds', observed(quantile(0.75, pages, window)), 'p75'),
  connections: one('count', sum(select('websocket_connections_active'), ['type'])),
  external_errors: one('per_minute', perMinute(sum(rate(select('external_api_errors_total'), window), ['service']))),
  webhooks: one('per_minute', perMinute(sum(rate(select('webhook_events_total'), window), ['source']))),
} as const satisfies Record<string, Drawn>

export type SeriesName = keyof typeof drawn
export const seriesNames = Object.keys(drawn) as [SeriesName, ...SeriesName[]]
