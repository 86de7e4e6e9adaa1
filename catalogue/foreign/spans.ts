import { cap, counter, histogram, type Metric, services } from '../metric.ts'

const service_name = services
const span_name = cap(300, 'span names: method and route template, query, job')
const span_kind = [
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
  'SPAN_KIND_INTERNAL',
] as const
const status_code = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'] as const
/** Set only on the series that stands for all beyond the collector's limit. */
const otel_metric_overflow = ['true'] as const
const labels = { service_name, span_name, span_kind, status_code, otel_metric_overflow } as const

/** The bounds of otel-collector.yaml, in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const

/** The collector's span metrics: counted before tail sampling, and once more after it, where each exemplar opens a kept trace. */
export const spanMetrics = {
  traces_span_metrics_calls_total: counter({
    unit: '{span}',
    description: 'Spans, counted before tail sampling.',
    labels,
    source: 'collector',
  }),
  traces_span_metrics_duration_seconds: histogram({
    unit: 's',
    description: 'Duration of spans, measured before tail sampling.',
    labels,
    buckets,
    source: 'collector',
  }),
  traces_kept_span_metrics_duration_seconds: histogram({
    unit: 's',
    description: 'Duration of the spans that were kept, with exemplars that open a trace.',
    labels,
    buckets,
    source: 'collector',
  }),
} as const satisfies Record<string, Metric>
