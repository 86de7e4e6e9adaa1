import { type Attributes, type Meter, type MeterProvider, metrics as otel } from '@opentelemetry/api'
import { type Metric, overflowValue, type Service } from '../../catalogue/metric.ts'
import { type Metrics, metrics } from '../../catalogue/metrics.ts'
import { within } from '../time-limit.ts'
import { reportTrouble } from './diagnostics.ts'
import { type HistogramCell, HistogramCells } from './histogram-cells.ts'
import { type Series, SeriesTree } from './series.ts'

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

/** One label of an instrument: closed labels pass as they are, capped ones remember what they have admitted. */
interface LabelRule {
  readonly metric: string
  readonly name: string
  readonly admitted: Set<string> | undefined
  readonly cap: number
}

interface Instrument {
  readonly labels: readonly LabelRule[]
  readonly isCounter: boolean
  /** A new series in our own cells; undefined for what is no histogram. */
  readonly openCell: ((cells: HistogramCells, attributes: Attributes) => HistogramCell) | undefined
  readonly series: SeriesTree
  write(value: number, attributes: Attributes): void
}

/** The instruments of one provider. A later provider (tests, a second start) gets its own. */
interface Bound {
  readonly provider: MeterProvider
  readonly meter: Meter
  readonly instruments: Map<keyof Metrics, Instrument>
  /** Counters with something to hand over. */
  readonly waiting: { readonly instrument: Instrument; readonly series: Series }[]
}
let bound: Bound | undefined

const current = (): Bound => {
  const provider = otel.getMeterProvider()
  if (bound?.provider === provider) return bound
  const created: Bound = { provider, meter: provider.getMeter('crm'), instruments: new Map(), waiting: [] }
  bound = created
  // Called before each collection, after the observations of single instruments, whose counts are thereby in it.
  created.meter.addBatchObservableCallback(() => handOver(created), [created.meter.createObservableGauge(collection)])
  return created
}

/** Never observed, so never seen: a callback needs an instrument to belong to. */
const collection = 'telemetry_collection'

/**
 * Gives the SDK what counters have gathered since the last collection. Sums are the same as if each had been added by itself;
 * the SDK makes a text of all labels for each measurement, which is dearer than everything else about counting.
 */
const handOver = ({ waiting }: Bound): void => {
  for (const { instrument, series } of waiting.splice(0)) {
    const { pending } = series
    series.pending = 0
    series.isWaiting = false
    instrument.write(pending, series.attributes)
  }
}

const instrumentOf = (name: keyof Metrics): Instrument => {
  const { meter, instruments } = current()
  const known = instruments.get(name)
  if (known) return known
  const metric: Metric = metrics[name]
  const created: Instrument = {
    labels: labelRules(name),
    isCounter: metric.type === 'counter',
    openCell: metric.type === 'histogram' ? (cells, attributes) => cells.open(name, metric, attributes) : undefined,
    series: new SeriesTree(Object.keys(metric.labels)),
    write: writerOf(meter, name, metric),
  }
  instruments.set(name, created)
  return created
}

const labelRules = (of: keyof Metrics): LabelRule[] =>
  Object.entries((metrics[of] as Metric).labels).map(([name, values]) =>
    'cap' in values
      ? { metric: of, name, admitted: new Set<string>(), cap: values.cap }
      : { metric: of, name, admitted: undefined, cap: values.length },
  )

const optionsOf = ({ unit, description }: Metric) => ({ unit, description })

const writerOf = (meter: Meter, name: string, metric: Metric): Instrument['write'] => {
  switch (metric.type) {
    case 'counter': {
      const counter = meter.createCounter(name, optionsOf(metric))
      return (value, attributes) => counter.add(value, attributes)
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, optionsOf(metric))
      return (value, attributes) => gauge.record(value, attributes)
    }
    case 'histogram': {
      const advice = { explicitBucketBoundaries: [...metric.buckets] }
      const histogram = meter.createHistogram(name, { ...optionsOf(metric), advice })
      return (value, attributes) => histogram.record(value, attributes)
    }
  }
}

/** The labels with every value beyond a label's cap replaced by `overflow`: counted there, never dropped. */
const attributesOf = (
  rules: readonly LabelRule[],
  labels: Readonly<Record<string, string>> | undefined,
): Attributes => {
  const attributes: Attributes = {}
  for (const { metric, name, admitted, cap } of rules) {
    const value = labels?.[name] ?? ''
    if (!admitted || admitted.has(value)) attributes[name] = value
    else if (admitted.size < cap) {
      admitted.add(value)
      attributes[name] = value
    } else {
      attributes[name] = overflowValue
      counter('telemetry_label_overflows_total').add(1, { metric, label: name })
    }
  }
  return attributes
}

/** Where histograms are kept by us. */
let histograms: HistogramCells | undefined

/** For who reads metrics by a cumulative reader: from now on it has to read these beside the SDK's. */
export const keepHistograms = (): HistogramCells => {
  histograms = new HistogramCells()
  return histograms
}

const none = {}

/** Writes one measurement. Nothing that goes wrong in here may reach the service. */
const write = (name: keyof Metrics, value: number, labels: object | undefined): void => {
  try {
    const instrument = instrumentOf(name)
    const given = (labels ?? none) as Readonly<Record<string, string>>
    const series = instrument.series.find(given) ?? newSeries(instrument, given)
    if (series.isKept && instrument.isCounter && value >= 0) gather(instrument, series, value)
    else if (series.isKept && histograms && instrument.openCell) {
      series.cell ??= instrument.openCell(histograms, series.attributes)
      series.cell.record(value)
    } else instrument.write(value, series.attributes)
  } catch (error) {
    reportTrouble(`cannot measure ${name}`, error)
  }
}

/** Admitted labels are kept as a series; what went over a cap is not, since each such measurement is counted. */
const newSeries = ({ labels: rules, series }: Instrument, labels: Readonly<Record<string, string>>): Series => {
  const attributes = attributesOf(rules, labels)
  return series.add(
    attributes,
    rules.every(({ name }) => attributes[name] === (labels[name] ?? '')),
  )
}

const gather = (instrument: Instrument, series: Series, value: number): void => {
  series.pending += value
  if (series.isWaiting) return
  series.isWaiting = true
  current().waiting.push({ instrument, series })
}

/** `counter('http_requests_total').add(1, { method: 'GET', endpoint: '/api/contacts/:id', status: '200' })` */
export const counter = <N extends NameOf<'counter'>>(name: N): Counter<N> => ({
  add: (value, ...[labels]) => write(name, value, labels),
})

/** `histogram('database_query_duration_seconds').record(0.004, { operation: 'select', table: 'contacts' })` */
export const histogram = <N extends NameOf<'histogram'>>(name: N): Histogram<N> => ({
  record: (value, ...[labels]) => write(name, value, labels),
})

/** `gauge('postgres_up').set(1, { database: 'crm' })` */
export const gauge = <N extends NameOf<'gauge'>>(name: N): Gauge<N> => ({
  set: (value, ...[labels]) => write(name, value, labels),
})

/**
 * Reads a gauge at each scrape: `observe('queue_depth', async () => [{ value: 3, labels: { queue_name: 'search-indexing' } }])`.
 * An observation that fails, or takes longer than 2 s, leaves a gap in the series and a throttled log line; one that still
 * runs is not started again.
 * @returns a function that ends the observation
 */
export const observe = <N extends NameOf<'gauge'>>(
  name: N,
  read: NoInfer<() => Promise<readonly Observation<N>[]> | readonly Observation<N>[]>,
): (() => void) => {
  const rules = labelRules(name)
  const observable = current().meter.createObservableGauge(name, optionsOf(metrics[name]))
  let running = false
  const attempt = async (): Promise<readonly Observation<NameOf<'gauge'>>[]> => {
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
        result.observe(observation.value, attributesOf(rules, labels))
      }
    } catch (error) {
      reportTrouble(`cannot observe ${name}`, error)
    }
  }
  observable.addCallback(callback)
  return () => observable.removeCallback(callback)
}

/** Counters of a service whose labels are all closed begin at 0 in every combination, so that the first failure is a rise. */
export const startCountersAtZero = (service: Service | (string & {})): void => {
  for (const [name, metric] of Object.entries(metrics as Record<keyof Metrics, Metric>)) {
    if (metric.type !== 'counter' || !metric.services?.some((one) => one === service)) continue
    for (const labels of combinations(metric)) write(name as keyof Metrics, 0, labels)
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
