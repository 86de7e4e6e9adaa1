/**
 * LogQL that the compiler checks: index labels and structured metadata are those that the service's log records carry.
 * https://grafana.com/docs/loki/latest/query/
 */
import { type AnyMatchers, matcherList, quote } from './matchers.ts'
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
  correlationId: null,
  userId: null,
  workspaceId: null,
  operation: null,
  tenantId: null,
  integrationId: null,
  metadata_error: null,
} as const

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

/** Lines per second, by index labels or structured metadata. */
export const lineRate = <const B extends keyof typeof logLabels | keyof typeof logFields>(
  query: LogQuery,
  window: Window | '$__auto',
  by: readonly B[] = [],
): LogMetric<B> => ({
  kind: 'metric',
  text: `sum${by.length > 0 ? ` by (${by.join(', ')}) ` : ''}(rate(${query.text} [${window}]))`,
})
