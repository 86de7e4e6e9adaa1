import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { attributes, type TestedCollector, testedCollector } from './telemetry/collector-process.ts'
import { until } from './telemetry/harness.ts'

let otelcol: string | undefined
let missing = ''
let collector: TestedCollector

beforeAll(async () => {
  const found = await ensureServer('otelcol')
  if (found.state === 'ready') otelcol = found.binaries.otelcol
  else missing = found.reason
  // From nothing the build takes about 5 min.
}, 20 * 60_000)

beforeEach(async (context) => {
  if (!otelcol) return context.skip(missing)
  collector = await testedCollector(otelcol)
})

afterEach(() => collector?.close())

test('application, access and security lines are told apart, and an access line has the standard names', async () => {
  await collector.start()
  await collector.sendLog('request answered', {
    component: 'http',
    'metadata.method': 'PATCH',
    'metadata.status': '207',
    'metadata.clientRegion': 'dk-north',
  })
  await collector.sendLog('security: forbidden', { component: 'security', operation: 'security.forbidden' })
  await collector.sendLog('contact created', { component: 'contacts' })
  await until(() => ['application', 'security', 'access'].every((type) => collector.sentTo('/loki').includes(type)))
  const sent = collector.sentTo('/loki')
  for (const name of ['log_type', 'http.request.method', 'http.response.status_code', 'client.region'])
    expect(sent).toContain(name)
  expect(sent.match(/dk-north/g)).toHaveLength(2)
})

test('of sampled traces errors, what is slow by its own objective and what enqueues a job are kept; all are counted', async () => {
  await collector.start({ TRACE_SHARE: '0' })
  const database = attributes({ 'db.system.name': 'postgresql' })
  const plain = [
    await collector.sendSpan({ ms: 200 }),
    await collector.sendSpan({ ms: 50, kind: 3, attributes: database }),
    await collector.sendSpan({ ms: 5_000, kind: 1 }),
  ]
  const kept = [
    await collector.sendSpan({ status: { code: 2 } }),
    await collector.sendSpan({ ms: 201 }),
    await collector.sendSpan({ ms: 51, kind: 3, attributes: database }),
    await collector.sendSpan({ ms: 5_001, kind: 1 }),
    await collector.sendSpan({ kind: 4 }),
    await collector.sendSpan({ kind: 5 }),
  ]
  await until(() => kept.every(collector.isKept))
  expect(plain.filter(collector.isKept)).toEqual([])
  // Every trace is counted, the kept ones once more.
  const counts = ['traces_span_metrics', 'traces_kept_span_metrics']
  await until(() => counts.every((name) => collector.sentTo('/prometheus').includes(name)))
})

test('an error of a job is kept although it comes after the decision about the request that enqueued it', async () => {
  await collector.start({ TRACE_SHARE: '0' })
  const request = await collector.sendSpan({ kind: 4, name: 'send a job' })
  await until(() => collector.isKept(request))
  await collector.sendSpan({
    traceId: request,
    kind: 5,
    name: 'process a job',
    status: { code: 2 },
    parentSpanId: '00f067aa0ba902b7',
  })
  await until(() => collector.sentTo('/v1/traces').includes('process a job'))
})

test('what was accepted while the backends were away arrives, also when the collector was restarted meanwhile', async () => {
  await collector.start()
  collector.answer = 503
  await collector.sendLog('written while Loki was away')
  const trace = await collector.sendSpan()
  // Decided upon, and on its way into the queue.
  await until(async () =>
    (await collector.selfMetrics()).match(/^otelcol_exporter_queue_size\{[^}]*traces[^}]*\} [1-9]/m),
  )
  await collector.stop()
  collector.answer = 200
  await collector.start()
  await until(() => collector.sentTo('/loki').includes('written while Loki was away'))
  await until(() => collector.isKept(trace))
})

test('beyond its memory it refuses so that the sender tries again, and counts what it refused', async () => {
  await collector.start({}, ['yaml:processors::memory_limiter: { limit_mib: 12, spike_limit_mib: 2 }'])
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', name: 'GET /x', kind: 2 }
  const spans = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }
  await until(async () => (await collector.post('/v1/traces', spans)) === 503)
  const self = await collector.selfMetrics()
  expect(self).toMatch(/^otelcol_receiver_refused_spans\{[^}]*\} [1-9]/m)
  expect(self).toMatch(/^otelcol_processor_memory_limiter_refused_spans\{[^}]*\} [1-9]/m)
})

test('a full queue is refused for, counted, and does not hold up what other backends take', async () => {
  collector.answer = 503
  await collector.start({}, [
    'yaml:exporters::otlp_http/loki::sending_queue: { queue_size: 3000, batch: { min_size: 1000, max_size: 2000 } }',
  ])
  await until(async () => {
    const record = { timeUnixNano: '1', body: { stringValue: 'x'.repeat(1_000) } }
    return (await collector.post('/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })) !== 200
  })
  const self = await collector.selfMetrics()
  expect(self).toMatch(/^otelcol_exporter_enqueue_failed_log_records\{[^}]*loki[^}]*\} [1-9]/m)
  collector.answer = 200
  const traceId = await collector.sendSpan()
  await until(() => collector.isKept(traceId))
})

test('more undecided traces than it has room for: the oldest goes and is counted, the next ones are taken', async () => {
  await collector.start({}, ['yaml:processors::tail_sampling::num_traces: 2'])
  const first = await collector.sendSpan()
  for (let n = 0; n < 3; n++) await collector.sendSpan()
  const dropped = /^otelcol_processor_tail_sampling_sampling_trace_dropped_too_early(?:\{[^}]*\})? [1-9]/m
  await until(async () => dropped.test(await collector.selfMetrics()))
  const traceId = await collector.sendSpan()
  await until(() => collector.isKept(traceId))
  expect(collector.isKept(first)).toBe(false)
})
