import { cap, counter, gauge, histogram, type Metric, services } from './metric.ts'

/**
 * Metrics that others emit and that we query: the runtime by the semantic conventions (under the names that our views give
 * them), the collector's span metrics, and the servers around us. Only what a dashboard or a rule uses stands here.
 */
export const foreignMetrics = {
  up: gauge({
    unit: '1',
    description: '1 when the last scrape of the target succeeded, else 0.',
    labels: {},
    source: 'prometheus',
  }),
  ALERTS: gauge({
    unit: '1',
    description: '1 for each pending or firing alert.',
    labels: {
      alertname: cap(100, 'alerts'),
      alertstate: ['pending', 'firing'],
      severity: ['critical', 'warning', 'info'],
    },
    source: 'prometheus',
  }),
  target_info: gauge({
    unit: '1',
    description: 'Resource attributes of a process.',
    labels: {},
    source: 'nodejs',
  }),
  nodejs_eventloop_delay_p99_seconds: gauge({
    unit: 's',
    description: '99th percentile of the event loop delay (semantic conventions: nodejs.eventloop.delay.p99).',
    labels: {},
    source: 'nodejs',
  }),
  nodejs_eventloop_utilization_ratio: gauge({
    unit: '1',
    description: 'Share of the time the event loop was busy (semantic conventions: nodejs.eventloop.utilization).',
    labels: {},
    source: 'nodejs',
  }),
  v8js_memory_heap_used_bytes: gauge({
    unit: 'By',
    description: 'Heap in use (semantic conventions: v8js.memory.heap.used).',
    labels: { v8js_heap_space_name: cap(16, 'heap spaces of V8') },
    source: 'nodejs',
  }),
  http_client_request_duration_seconds: histogram({
    unit: 's',
    description: 'Time of outgoing HTTP requests (semantic conventions: http.client.request.duration).',
    labels: { server_address: cap(20, 'hosts called'), http_response_status_code: cap(40, 'status codes received') },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    source: 'nodejs',
  }),
  traces_span_metrics_calls_total: counter({
    unit: '{span}',
    description: 'Spans, counted before tail sampling.',
    labels: {
      service_name: services,
      span_name: cap(300, 'span names: method and route template, query, job'),
      span_kind: [
        'SPAN_KIND_SERVER',
        'SPAN_KIND_CLIENT',
        'SPAN_KIND_PRODUCER',
        'SPAN_KIND_CONSUMER',
        'SPAN_KIND_INTERNAL',
      ],
      status_code: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
    },
    source: 'collector',
  }),
  traces_kept_span_metrics_duration_seconds: histogram({
    unit: 's',
    description: 'Duration of the spans that were kept, with exemplars that open a trace.',
    labels: {
      service_name: services,
      span_name: cap(300, 'span names: method and route template, query, job'),
      span_kind: [
        'SPAN_KIND_SERVER',
        'SPAN_KIND_CLIENT',
        'SPAN_KIND_PRODUCER',
        'SPAN_KIND_CONSUMER',
        'SPAN_KIND_INTERNAL',
      ],
      status_code: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
    },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    source: 'collector',
  }),
  node_cpu_seconds_total: counter({
    unit: 's',
    description: 'Time each core spent in each mode.',
    labels: {
      cpu: cap(256, 'cores'),
      mode: ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user'],
    },
    source: 'node_exporter',
  }),
  node_memory_MemAvailable_bytes: gauge({
    unit: 'By',
    description: 'Memory that can be had without swapping.',
    labels: {},
    source: 'node_exporter',
  }),
  node_memory_MemTotal_bytes: gauge({
    unit: 'By',
    description: 'Memory of the host.',
    labels: {},
    source: 'node_exporter',
  }),
  node_filesystem_avail_bytes: gauge({
    unit: 'By',
    description: 'Space that a user without privileges can still write.',
    labels: { mountpoint: cap(50, 'mount points'), device: cap(50, 'devices'), fstype: cap(20, 'file systems') },
    source: 'node_exporter',
  }),
  node_filesystem_size_bytes: gauge({
    unit: 'By',
    description: 'Size of the file system.',
    labels: { mountpoint: cap(50, 'mount points'), device: cap(50, 'devices'), fstype: cap(20, 'file systems') },
    source: 'node_exporter',
  }),
} as const satisfies Record<string, Metric>
