import { type Attributes, type Meter, type MeterProvider, metrics as otel } from '@opentelemetry/api'
import { type CappedLabel, type Metric, overflowValue, type Service } from '../../catalogue/metric.ts'
import { type Metrics, metrics } from '../../catalogue/metrics.ts'
import { reportTrouble } from './diagnostics.ts'

type NameOf<Type extends Metric['type']> = {
  [N in keyof Metrics]: Metrics[N]['type'] extends Type ? N : never
}[keyof Metrics]

/** A metric's labels, all of them: closed ones by their values, capped ones any text. */
export type LabelsOf<N extends keyof Metrics> = {
  readonly [L in keyof Metrics[N]['labels']]: Metrics[N]['labels'][L] extends readonly (infer V)[] ? V : string
}
/** The last argument of a measurement: absent where the metric has no labels. */
type LabelArgument<N extends keyof Metrics> = keyof Metrics[N]['labels'] extends never ? [] : [labels: LabelsOf<N>]

export interface Counter<N extends NameOf<'counter'>> {
  add(value: number, ...labels: LabelArgument<N>): void
}
export interface Histogram<N extends NameOf<'histogram'>> {
  /** @param value in the metric's unit (seconds) */
  record(value: number, ...labels: LabelArgument<N>): void
}
export interface Gauge<N extends NameOf<'gauge'>> {
  set(value: number, ...labels: LabelArgument<N>): void
}
export type Observation<N extends NameOf<'gauge'>> = keyof Metrics[N]['labels'] extends never
  ? { readonly value: number }
  : { readonly value: number; readonly labels: LabelsOf<N> }

/** How long an observation may take before a scrape goes on without it; the scrape interval is 5 s. */
const observationLimitMs = 2_000

/** The OTel instruments of one provider. A later provider (tests, a second start) gets its own. */
interface Bound {
  readonly provider: MeterProvider
  readonly meter: Meter
  readonly instruments: Map<string, { write(value: number, attributes: Attributes): void }>
  /** Values seen of each capped label: `metric label` → values. */
  readonly seen: Map<string, Set<string>>
}
let bound: Bound | undefined

const current = (): Bound => {
  const provider = otel.getMeterProvider()
  if (bound?.provider !== provider)
    bound = { provider, meter: provider.getMeter('crm'), instruments: new Map(), seen: new Map() }
  return bound
}

const optionsOf = (metric: Metric) => ({ unit: metric.unit, description: metric.description })

const create = (meter: Meter, name: string, metric: Metric): { write(value: number, attributes: Attributes): void } => {
  switch (metric.type) {
    case 'counter': {
      const counter = meter.createCounter(name, optionsOf(metric))
      return { write: (value, attributes) => counter.add(value, attributes) }
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, optionsOf(metric))
      return { write: (value, attributes) => gauge.record(value, attributes) }
    }
    case 'histogram': {
      const advice = { explicitBucketBoundaries: [...metric.buckets] }
      const histogram = meter.createHistogram(name, { ...optionsOf(metric), advice })
      return { write: (value, attributes) => histogram.record(value, attributes) }
    }
  }
}

const write = (name: keyof Metrics, value: number, labels: Readonly<Record<string, string>> | undefined): void => {
  const metric: Metric = metrics[name]
  const to = current()
  let instrument = to.instruments.get(name)
  if (!instrument) {
    instrument = create(to.meter, name, metric)
    to.instruments.set(name, instrument)
  }
  instrument.write(value, capped(to, name, metric, labels))
}

/** The labels with every value beyond a label's cap replaced by `overflow`: counted there, never dropped. */
const capped = (
  to: Bound,
  name: string,
  metric: Metric,
  labels: Readonly<Record<string, string>> | undefined,
): Attributes => {
  const attributes: Attributes = {}
  for (const [label, rule] of Object.entries(metric.labels)) {
    const value = String(labels?.[label] ?? '')
    attributes[label] = 'cap' in rule && !admit(to.seen, `${name} ${label}`, value, rule) ? overflowValue : value
  }
  return attributes
}

const admit = (seen: Map<string, Set<string>>, key: string, value: string, rule: CappedLabel): boolean => {
  let values = seen.get(key)
  if (!values) {
    values = new Set()
    seen.set(key, values)
  }
  if (values.has(value)) return true
  if (values.size >= rule.cap) return false
  values.add(value)
  return true
}

/** Nothing that goes wrong in here may reach the service. */
const safely = (name: keyof Metrics, value: number, labels: object | undefined): void => {
  try {
    write(name, value, labels as Readonly<Record<string, string>> | undefined)
  } catch (error) {
    reportTrouble(`metric ${name}`, error)
  }
}

/** `counter('http_requests_total').add(1, { method: 'GET', endpoint: '/api/contacts/:id', status: '200' })` */
export const counter = <N extends NameOf<'counter'>>(name: N): Counter<N> => ({
  add: (value, ...[labels]) => safely(name, value, labels),
})

/** `histogram('database_query_duration_seconds').record(0.004, { operation: 'select', table: 'contacts' })` */
export const histogram = <N extends NameOf<'histogram'>>(name: N): Histogram<N> => ({
  record: (value, ...[labels]) => safely(name, value, labels),
})

/** `gauge('postgres_up').set(1, { database: 'crm' })` */
export const gauge = <N extends NameOf<'gauge'>>(name: N): Gauge<N> => ({
  set: (value, ...[labels]) => safely(name, value, labels),
})

/**
 * Reads a gauge at each scrape: `observe('queue_depth', async () => [{ value: 3, labels: { queue_name: 'search-indexing' } }])`.
 * An observation that fails, or takes longer than 2 s, leaves a gap in the series and a throttled log line; one that still
 * runs is not started again.
 * @returns a function that ends the observation
 */
export const observe = <N extends NameOf<'gauge'>>(
  name: N,
  read: () => Promise<readonly Observation<N>[]> | readonly Observation<N>[],
): (() => void) => {
  const metric: Metric = metrics[name]
  const to = current()
  const observable = to.meter.createObservableGauge(name, optionsOf(metric))
  let running = false
  const attempt = async (): Promise<readonly Observation<N>[]> => {
    running = true
    try {
      return await read()
    } finally {
      running = false
    }
  }
  const callback: Parameters<typeof observable.addCallback>[0] = async (result) => {
    if (running) return
    try {
      for (const observation of await within(observationLimitMs, attempt())) {
        const labels = 'labels' in observation ? (observation.labels as Readonly<Record<string, string>>) : undefined
        result.observe(observation.value, capped(to, name, metric, labels))
      }
    } catch (error) {
      reportTrouble(`observation of ${name}`, error)
    }
  }
  observable.addCallback(callback)
  return () => observable.removeCallback(callback)
}

const within = async <T>(limitMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** Counters of a service whose labels are all closed begin at 0 in every combination, so that the first failure is a rise. */
export const startCountersAtZero = (service: Service | (string & {})): void => {
  for (const [name, metric] of Object.entries(metrics as Record<keyof Metrics, Metric>)) {
    if (metric.type !== 'counter' || !metric.services?.some((one) => one === service)) continue
    for (const labels of combinations(metric)) safely(name as keyof Metrics, 0, labels)
  }
}

/** Every combination of a metric's closed values; none when a label is only capped. */
const combinations = (metric: Metric): Record<string, string>[] => {
  let all: Record<string, string>[] = [{}]
  for (const [label, values] of Object.entries(metric.labels)) {
    if ('cap' in values) return []
    all = all.flatMap((labels) => values.map((value) => ({ ...labels, [label]: value })))
  }
  return all
}
