/**
 * LogQL that the compiler checks: index labels and structured metadata are those that the service's log records carry.
 * https://grafana.com/docs/loki/latest/query/
 */
import { type AnyMatchers, matcherList, number, quote } from './matchers.ts'
import { services } from './metric.ts'
import type { Window } from './promql.ts'

/** The labels by which Loki indexes; few, because each combination is a stream. */
export const logLabels = { service_name: services } as const

/** Structured metadata of every record, under the names that Loki gives the OTLP fields. */
export const logFields = {
  trace_id: null,
  span_id: null,
  severity_text: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  service_instance_id: null,
  component: null,
  /** Who asked; ids only. */
  correlationId: null,
  userId: null,
  workspaceId: null,
  /** Three logs in one, which the collector tells apart. */
  log_type: ['application', 'access', 'security'],
  /** `sync.started`, `security.forbidden`, `tool.called` … */
  operation: null,
  exception_type: null,
  tenantId: null,
  integrationId: null,
  /** Of the access log. */
  client_region: null,
  http_request_method: null,
  http_response_status_code: null,
  /** What belongs to the message alone. */
  metadata_path: null,
  metadata_source: null,
  metadata_table: null,
  metadata_queue: null,
  metadata_clientRegion: null,
  metadata_durationMs: null,
  metadata_error: null,
} as const

/** Fields that hold a number. */
type NumericField = 'metadata_durationMs'
/** What lines can be counted by. */
export type LogField = keyof typeof logLabels | keyof typeof logFields

type ValueIn<T, K extends keyof T> = T[K] extends readonly (infer V extends string)[] ? V : string
type Conditions<T> = { readonly [K in keyof T]?: ValueIn<T, K> | { readonly op: string; readonly text: string } }

/** A stream of log lines. */
export interface LogQuery {
  readonly text: string
  readonly kind: 'logs'
}
/** Numbers made from log lines. */
export interface LogMetric<L extends string = string> {
  readonly text: string
  readonly kind: 'metric'
  readonly labels?: L
}

/** Streams by index label, narrowed by structured metadata: `{service_name="api"} | severity_text="error"`. */
export const logs = (labels: Conditions<typeof logLabels>, fields: Conditions<typeof logFields> = {}): LogQuery => {
  const selector = matcherList(labels as AnyMatchers)
  if (selector === '') throw new Error('Loki wants at least one index label in a selector, such as service_name')
  const filters = Object.entries(fields as AnyMatchers).map(
    ([field, condition]) => ` | ${matcherList({ [field]: condition }).slice(1, -1)}`,
  )
  return { kind: 'logs', text: `${selector}${filters.join('')}` }
}

/** Lines that contain the text. */
export const containing = (query: LogQuery, text: string): LogQuery => ({
  kind: 'logs',
  text: `${query.text} |= ${quote(text)}`,
})

/** Lines whose field is a number above `least`. */
export const above = (query: LogQuery, field: NumericField, least: number): LogQuery => ({
  kind: 'logs',
  text: `${query.text} | ${field} > ${number(least)}`,
})

/** The `most` values of the fields with the most lines over the whole time shown, for queries that ask for one value at its end. */
export const mostLines = <const B extends LogField>(query: LogQuery, by: readonly B[], most: number): LogMetric<B> => ({
  kind: 'metric',
  text: `topk(${most}, sum by (${by.join(', ')}) (count_over_time(${query.text} [$__range])))`,
})

/** Lines per second, by index labels or structured metadata. */
export const lineRate = <const B extends LogField>(
  query: LogQuery,
  window: Window | '$__auto',
  by: readonly B[] = [],
): LogMetric<B> => ({
  kind: 'metric',
  text: `sum${by.length > 0 ? ` by (${by.join(', ')}) ` : ''}(rate(${query.text} [${window}]))`,
})
