/**
 * What a metric is: plain data with types that remember every name, label, value and bucket bound,
 * so that instruments, queries and objectives are checked by the compiler.
 */

/** A label whose values are known here, all of them. Counters over closed labels start at 0. */
export type ClosedLabel = readonly string[]

/** A label whose values are not known here, with the most that may exist; what exceeds it is counted under `overflowValue`. */
export interface CappedLabel {
  readonly cap: number
  /** What the values are, for people: "route templates". */
  readonly of: string
}

export type Labels = Readonly<Record<string, ClosedLabel | CappedLabel>>

/** The one value under which everything beyond a label's cap is counted. */
export const overflowValue = 'overflow'

/** Software that a machine may lack; a panel whose metric needs it is "unavailable", not "empty". */
export type OptionalSoftware = 'tempo' | 'grafana' | 'redis'

/** Who makes the series: a process of ours, a rule, or a named server. */
export type Source =
  | 'app'
  | 'rule'
  | 'collector'
  | 'prometheus'
  | 'alertmanager'
  | 'loki'
  | 'tempo'
  | 'node_exporter'
  | 'nodejs'

interface Base<L extends Labels> {
  /** UCUM unit as OpenTelemetry writes it: `s`, `By`, `1`, `{request}`. */
  readonly unit: string
  readonly description: string
  readonly labels: L
  readonly source: Source
  /** The processes that emit it, for metrics of ours. */
  readonly services?: readonly Service[]
  readonly needs?: OptionalSoftware
  /** Of a counter of failures that is absent before the first: a series of the same place that shows it would be seen. */
  readonly beside?: string
}

export interface Counter<L extends Labels = Labels> extends Base<L> {
  readonly type: 'counter'
}
export interface Gauge<L extends Labels = Labels> extends Base<L> {
  readonly type: 'gauge'
}
export interface Histogram<L extends Labels = Labels, B extends number = number> extends Base<L> {
  readonly type: 'histogram'
  /** Upper bounds, ascending, in the metric's unit. */
  readonly buckets: readonly B[]
}
export type Metric = Counter | Gauge | Histogram

/** The processes of the service, by `service.name`. */
export const services = ['api', 'worker', 'mcp'] as const
export type Service = (typeof services)[number]

export const cap = (most: number, of: string): CappedLabel => ({ cap: most, of })

export const counter = <const L extends Labels>(metric: Omit<Counter<L>, 'type'>): Counter<L> => ({
  type: 'counter',
  ...metric,
})

export const gauge = <const L extends Labels>(metric: Omit<Gauge<L>, 'type'>): Gauge<L> => ({
  type: 'gauge',
  ...metric,
})

/** @throws when the bounds do not ascend */
export const histogram = <const L extends Labels, const B extends number>(
  metric: Omit<Histogram<L, B>, 'type'>,
): Histogram<L, B> => {
  const unordered = metric.buckets.find(
    (bound, i) => i > 0 && bound <= (metric.buckets[i - 1] ?? Number.NEGATIVE_INFINITY),
  )
  if (unordered !== undefined)
    throw new Error(`bucket bounds must ascend: ${unordered} follows a larger one (${metric.description})`)
  return { type: 'histogram', ...metric }
}
