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
