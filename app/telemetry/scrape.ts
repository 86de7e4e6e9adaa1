import { type ExporterConfig, PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import type {
  AggregationTemporality,
  DataPoint,
  Histogram,
  InstrumentType,
  MetricData,
} from '@opentelemetry/sdk-metrics'
import { temporalityOf } from './views.ts'

/**
 * `/metrics`, as `exporter-prometheus` serves it, but for two things: what was observed at some scrape before is not served
 * (`temporalityOf` says how), and the text of a line's labels is kept between scrapes. The package writes it anew for every
 * line, bucket by bucket, with four regular expressions a label: tens of milliseconds in which no request is answered.
 */
export class ScrapeServer extends PrometheusExporter {
  constructor(config: ExporterConfig) {
    super(config)
    const { _serializer: serializer } = this as unknown as { _serializer?: Partial<LineWriters> }
    if (serializer) keepLabels(serializer)
  }

  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return temporalityOf(type)
  }
}

type LineWriter<Value> = (name: string, data: MetricData, point: DataPoint<Value>, further?: object) => string

/** The two functions of the package's serializer that write lines; everything else in it stays. */
export interface LineWriters {
  _serializeSingularDataPoint: LineWriter<number>
  _serializeHistogramDataPoint: LineWriter<Histogram>
}

/** Replaces a serializer's writers of lines by ones that write the same and keep labels. They leave further labels to it. */
export const keepLabels = (serializer: Partial<LineWriters>): void => {
  const { _serializeSingularDataPoint: single, _serializeHistogramDataPoint: histogram } = serializer
  if (!single || !histogram) return
  serializer._serializeSingularDataPoint = (name, data, point, further) =>
    further
      ? single.call(serializer, name, data, point, further)
      : `${name}${braced(labelsOf(point))} ${text(point.value)}\n`
  serializer._serializeHistogramDataPoint = (name, data, point, further) =>
    further || point.value.buckets.boundaries.includes(Infinity)
      ? histogram.call(serializer, name, data, point, further)
      : histogramLines(name, point)
}

const histogramLines = (name: string, point: DataPoint<Histogram>): string => {
  const { count, sum, buckets } = point.value
  const labels = labelsOf(point)
  const whole = braced(labels)
  const bucket = `${name}_bucket{${labels}${labels === '' ? '' : ','}le="`
  const bounds = boundsOf(buckets.boundaries)
  let lines = `${name}_count${whole} ${text(count)}\n`
  if (sum !== undefined) lines += `${name}_sum${whole} ${text(sum)}\n`
  let below = 0
  for (let i = 0; i < buckets.counts.length; i++) {
    below += buckets.counts[i] ?? 0
    lines += `${bucket}${bounds[i]}${below}\n`
  }
  return lines
}

const braced = (labels: string): string => (labels === '' ? '' : `{${labels}}`)

const text = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : `${value}`
}

/** By the set of attributes itself, which the SDK keeps for as long as it has the series. */
const known = new WeakMap<object, string>()

/** `method="GET",endpoint="/api/contacts"`, escaped as the text format asks. */
const labelsOf = ({ attributes }: DataPoint<unknown>): string => {
  const kept = known.get(attributes)
  if (kept !== undefined) return kept
  const written = Object.entries(attributes)
    .map(
      ([key, value = '']) => `${nameOf(key)}="${escaped(typeof value === 'string' ? value : JSON.stringify(value))}"`,
    )
    .join(',')
  known.set(attributes, written)
  return written
}

const nameOf = (key: string): string => key.replace(/[^a-z0-9_]/gi, '_').replace(/_{2,}/g, '_')

const escaped = (value: string): string =>
  /[\\\n"]/.test(value) ? value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"') : value

const knownBounds = new WeakMap<readonly number[], readonly string[]>()

/** What ends each bucket's labels: `0.005"} ` to `+Inf"} `. */
const boundsOf = (boundaries: readonly number[]): readonly string[] => {
  const kept = knownBounds.get(boundaries)
  if (kept) return kept
  const written = [...boundaries.map(String), '+Inf'].map((bound) => `${bound}"} `)
  knownBounds.set(boundaries, written)
  return written
}
