import { cap, gauge, histogram, type Metric } from '../metric.ts'

/** What the instrumentations of Node.js and undici measure, by the semantic conventions, under the names that our views give them. */
export const nodejsMetrics = {
  target_info: gauge({
    unit: '1',
    description: 'Resource attributes of a process.',
    labels: {
      service_version: cap(20, 'versions of the service'),
      deployment_environment_name: cap(5, 'environments'),
      telemetry_sdk_version: cap(10, 'versions of OpenTelemetry’s SDK'),
    },
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
  nodejs_eventloop_delay_mean_seconds: gauge({
    unit: 's',
    description: 'Mean event loop delay (semantic conventions: nodejs.eventloop.delay.mean).',
    labels: {},
    source: 'nodejs',
  }),
  v8js_memory_heap_space_size_bytes: gauge({
    unit: 'By',
    description: 'Memory that V8 has set aside for a heap space (semantic conventions: v8js.memory.heap.space.size).',
    labels: { v8js_heap_space_name: cap(16, 'heap spaces of V8') },
    source: 'nodejs',
  }),
  v8js_gc_duration_seconds: histogram({
    unit: 's',
    description: 'Duration of garbage collections (semantic conventions: v8js.gc.duration).',
    labels: { v8js_gc_type: ['major', 'minor', 'incremental', 'weakcb'] },
    buckets: [0.01, 0.1, 1, 10],
    source: 'nodejs',
  }),
} as const satisfies Record<string, Metric>
