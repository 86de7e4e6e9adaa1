import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  InstrumentType,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics'
import { foreignMetrics } from '../../catalogue/foreign-metrics.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { metrics } from '../../catalogue/metrics.ts'
import { mostSeries } from './series.ts'

/**
 * Semantic-convention metrics that we query, by the scope that emits them, and the name each has in the catalogue.
 * `exporter-prometheus` adds no unit suffix, so the name carries it.
 */
const renamed: readonly { scope: string; instrument: string; name: keyof typeof foreignMetrics }[] = [
  { scope: 'runtime-node', instrument: 'nodejs.eventloop.delay.p99', name: 'nodejs_eventloop_delay_p99_seconds' },
  { scope: 'runtime-node', instrument: 'nodejs.eventloop.utilization', name: 'nodejs_eventloop_utilization_ratio' },
  { scope: 'runtime-node', instrument: 'nodejs.eventloop.delay.mean', name: 'nodejs_eventloop_delay_mean_seconds' },
  { scope: 'runtime-node', instrument: 'v8js.memory.heap.used', name: 'v8js_memory_heap_used_bytes' },
  { scope: 'runtime-node', instrument: 'v8js.memory.heap.space.size', name: 'v8js_memory_heap_space_size_bytes' },
  { scope: 'runtime-node', instrument: 'v8js.gc.duration', name: 'v8js_gc_duration_seconds' },
  { scope: 'undici', instrument: 'http.client.request.duration', name: 'http_client_request_duration_seconds' },
]

/** Scopes whose other metrics nobody looks at. (Those of which we look at none have a meter that does nothing.) */
const silenced = ['runtime-node', 'undici'] as const

const scopeName = (scope: string): string => `@opentelemetry/instrumentation-${scope}`

/** Attribute → label as the exporter writes it. */
const labelOf = (attribute: string): string => attribute.replaceAll('.', '_')

/** Attributes of semantic-convention metrics that may become labels. */
const attributes = ['server.address', 'http.response.status_code', 'v8js.heap.space.name', 'v8js.gc.type'] as const

/** The SDK's views: names and buckets of the catalogue, no label besides its labels, and silence for the rest. */
export const views = (): ViewOptions[] => [
  ...silenced.map((scope) => ({
    meterName: scopeName(scope),
    instrumentName: '*',
    aggregation: { type: AggregationType.DROP } as const,
  })),
  ...renamed.map(({ scope, instrument, name }): ViewOptions => {
    const metric: Metric = foreignMetrics[name]
    const kept = attributes.filter((attribute) => labelOf(attribute) in metric.labels)
    return {
      meterName: scopeName(scope),
      instrumentName: instrument,
      name,
      description: metric.description,
      attributesProcessors: [createAllowListAttributesProcessor([...kept])],
      ...(metric.type === 'histogram' && {
        aggregation: {
          type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
          options: { boundaries: [...metric.buckets], recordMinMax: false },
        },
      }),
    }
  }),
  ...Object.keys(metrics).map((instrumentName) => ({
    meterName: 'crm',
    instrumentName,
    aggregationCardinalityLimit: mostSeries,
  })),
]

/**
 * Cumulative, as Prometheus wants it, but for observed gauges: with those the SDK repeats the last value of a label set that
 * is no longer observed, for ever (a queue's depth while the database is away, a workspace without users). As "delta" it
 * reports exactly what was observed; a gauge's value is the same either way.
 */
export const temporalityOf = (type: InstrumentType): AggregationTemporality =>
  type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE
