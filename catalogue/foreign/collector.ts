import { cap, counter, gauge, type Metric } from '../metric.ts'
import { signals } from '../metrics/values.ts'

/** The collector about itself. In this version its counters bear no `_total`. */
export const collectorMetrics = {
  otelcol_receiver_accepted_spans: counter({
    unit: '{span}',
    description: 'Spans that a receiver took.',
    labels: { receiver: cap(20, 'receivers of the collector'), transport: cap(5, 'transports') },
    source: 'collector',
  }),
  otelcol_receiver_refused_spans: counter({
    unit: '{span}',
    description: 'Spans that a receiver refused; the sender tries again or counts a drop.',
    labels: { receiver: cap(20, 'receivers of the collector'), transport: cap(5, 'transports') },
    source: 'collector',
  }),
  otelcol_exporter_sent_spans: counter({
    unit: '{span}',
    description: 'Spans that an exporter delivered.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
  }),
  otelcol_receiver_accepted_metric_points: counter({
    unit: '{metric_point}',
    description: 'Data points that a receiver took.',
    labels: { receiver: cap(20, 'receivers of the collector'), transport: cap(5, 'transports') },
    source: 'collector',
  }),
  otelcol_receiver_refused_metric_points: counter({
    unit: '{metric_point}',
    description: 'Data points that a receiver refused; the sender tries again or counts a drop.',
    labels: { receiver: cap(20, 'receivers of the collector'), transport: cap(5, 'transports') },
    source: 'collector',
  }),
  otelcol_exporter_sent_metric_points: counter({
    unit: '{metric_point}',
    description: 'Data points that an exporter delivered.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
  }),
  otelcol_receiver_accepted_log_records: counter({
    unit: '{log_record}',
    description: 'Log records that a receiver took.',
    labels: { receiver: cap(20, 'receivers of the collector'), transport: cap(5, 'transports') },
    source: 'collector',
  }),
  otelcol_receiver_refused_log_records: counter({
    unit: '{log_record}',
    description: 'Log records that a receiver refused; the sender tries again or counts a drop.',
    labels: { receiver: cap(20, 'receivers of the collector'), transport: cap(5, 'transports') },
    source: 'collector',
  }),
  otelcol_exporter_sent_log_records: counter({
    unit: '{log_record}',
    description: 'Log records that an exporter delivered.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
  }),
  otelcol_exporter_send_failed_spans: counter({
    unit: '{span}',
    description: 'Spans that an exporter could not deliver for good; absent before the first.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
    beside: 'otelcol_exporter_sent_spans',
  }),
  otelcol_exporter_enqueue_failed_spans: counter({
    unit: '{span}',
    description: 'Spans that found an exporter’s queue full; absent before the first.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
    beside: 'otelcol_exporter_sent_spans',
  }),
  otelcol_exporter_send_failed_metric_points: counter({
    unit: '{metric_point}',
    description: 'Data points that an exporter could not deliver for good; absent before the first.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
    beside: 'otelcol_exporter_sent_metric_points',
  }),
  otelcol_exporter_enqueue_failed_metric_points: counter({
    unit: '{metric_point}',
    description: 'Data points that found an exporter’s queue full; absent before the first.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
    beside: 'otelcol_exporter_sent_metric_points',
  }),
  otelcol_exporter_send_failed_log_records: counter({
    unit: '{log_record}',
    description: 'Log records that an exporter could not deliver for good; absent before the first.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
    beside: 'otelcol_exporter_sent_log_records',
  }),
  otelcol_exporter_enqueue_failed_log_records: counter({
    unit: '{log_record}',
    description: 'Log records that found an exporter’s queue full; absent before the first.',
    labels: { exporter: cap(20, 'exporters of the collector') },
    source: 'collector',
    beside: 'otelcol_exporter_sent_log_records',
  }),
  otelcol_processor_outgoing_items: counter({
    unit: '1',
    description:
      'Log records and data points that a processor passed on; of the last before a queue: what was given to it.',
    // Besides these, a label with a dot in its name, `otel.signal`, which the processor says already.
    labels: { processor: cap(20, 'processors of the collector') },
    source: 'collector',
  }),
  otelcol_processor_batch_batch_send_size_sum: counter({
    unit: '{span}',
    description: 'Spans that a batch passed on; after tail sampling: what was given to the queue of kept traces.',
    labels: { processor: cap(20, 'processors of the collector') },
    source: 'collector',
  }),
  otelcol_exporter_queue_size: gauge({
    unit: '1',
    description: 'What waits in an exporter’s queue, in the queue’s own measure (bytes, batches or items).',
    labels: { exporter: cap(20, 'exporters of the collector'), data_type: signals },
    source: 'collector',
  }),
  otelcol_exporter_queue_capacity: gauge({
    unit: '1',
    description: 'What an exporter’s queue can hold, in the same measure.',
    labels: { exporter: cap(20, 'exporters of the collector'), data_type: signals },
    source: 'collector',
  }),
  otelcol_process_memory_rss: gauge({
    unit: 'By',
    description: 'Resident memory of the collector.',
    labels: {},
    source: 'collector',
  }),
  otelcol_process_cpu_seconds: counter({
    unit: 's',
    description: 'CPU time of the collector.',
    labels: {},
    source: 'collector',
  }),
  otelcol_process_uptime: counter({
    unit: 's',
    description: 'Time since the collector started.',
    labels: {},
    source: 'collector',
  }),
  otelcol_processor_tail_sampling_global_count_traces_sampled: counter({
    unit: '{trace}',
    description: 'Traces that tail sampling decided upon.',
    labels: { sampled: ['true', 'false'], decision: cap(10, 'decisions') },
    source: 'collector',
  }),
  otelcol_processor_tail_sampling_sampling_traces_on_memory: gauge({
    unit: '{trace}',
    description: 'Traces that wait for their decision.',
    labels: {},
    source: 'collector',
  }),
  otelcol_processor_tail_sampling_sampling_trace_dropped_too_early: counter({
    unit: '{trace}',
    description: 'Traces that were dropped before their decision.',
    labels: {},
    source: 'collector',
  }),
} as const satisfies Record<string, Metric>
