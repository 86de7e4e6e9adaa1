import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureServer } from '../../stack/launch/server-build.ts'
import { freePort, until } from './telemetry/harness.ts'

const root = resolve(import.meta.dirname, '../..')
let otelcol: string | undefined
let missing = ''

beforeAll(async () => {
  const found = await ensureServer('otelcol')
  if (found.state === 'ready') otelcol = found.binaries.otelcol
  else missing = found.reason
  // From nothing the build takes about 5 min.
}, 20 * 60_000)

/** Stands in for Prometheus, Loki and Tempo: keeps what it is sent, uncompressed protobuf in which text can be found. */
let backend: Server
let received: { path: string; body: string }[]
/** What the backend answers. */
let answer: number
let data: string
let collector: ChildProcess | undefined
let otlp: string
let env: Record<string, string>

beforeEach(async (context) => {
  if (!otelcol) return context.skip(missing)
  data = await mkdtemp(join(tmpdir(), 'collector-'))
  received = []
  answer = 200
  backend = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (answer === 200) received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString('latin1') })
    response.writeHead(answer).end()
  })
  backend.listen(await freePort(), '127.0.0.1')
  await once(backend, 'listening')
  const { port } = backend.address() as { port: number }
  const http = await freePort()
  otlp = `http://127.0.0.1:${http}`
  env = {
    OTLP_HTTP_PORT: String(http),
    OTLP_GRPC_PORT: String(await freePort()),
    HEALTH_PORT: String(await freePort()),
    SELF_METRICS_PORT: String(await freePort()),
    API_METRICS: `127.0.0.1:${await freePort()}`,
    WORKER_METRICS: `127.0.0.1:${await freePort()}`,
    MCP_METRICS: `127.0.0.1:${await freePort()}`,
    PROMETHEUS_URL: `http://127.0.0.1:${port}/prometheus`,
    LOKI_URL: `http://127.0.0.1:${port}/loki`,
    TEMPO_OTLP: `127.0.0.1:${port}`,
    COLLECTOR_DATA: data,
  }
})

afterEach(async () => {
  await stop()
  backend?.close()
  if (data) await rm(data, { recursive: true, force: true })
})

async function start(more: Record<string, string> = {}): Promise<void> {
  const configs = ['--config', 'otel-collector.yaml', '--config', 'stack/servers/otelcol/tempo.yaml']
  collector = spawn(otelcol ?? '', configs, { cwd: root, env: { ...process.env, ...env, ...more }, stdio: 'ignore' })
  await until(() =>
    fetch(`http://127.0.0.1:${env.HEALTH_PORT}/`)
      .then(({ ok }) => ok)
      .catch(() => false),
  )
}

async function stop(): Promise<void> {
  if (!collector) return
  const stopped = once(collector, 'exit')
  collector.kill('SIGTERM')
  await stopped
  collector = undefined
}

const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const resource = { attributes: attributes({ 'service.name': 'api', 'service.instance.id': '127.0.0.1:9464' }) }

async function post(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(otlp + path, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(200)
}

interface SpanFields {
  readonly ms?: number
  readonly kind?: number
  readonly status?: object
  readonly attributes?: object[]
  readonly events?: object[]
}

/** Sends a trace of one span; answers its id. Kind 2 is a server, 4 a producer; status 2 an error. */
async function sendSpan({ ms = 10, ...span }: SpanFields = {}) {
  const traceId = randomBytes(16).toString('hex')
  const end = BigInt(Date.now()) * 1_000_000n
  const times = { startTimeUnixNano: String(end - BigInt(ms) * 1_000_000n), endTimeUnixNano: String(end) }
  const whole = { traceId, spanId: randomBytes(8).toString('hex'), name: 'GET /x', kind: 2, ...times, ...span }
  await post('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [whole] }] }] })
  return traceId
}

async function sendLog(text: string, fields: Record<string, string> = { note: text }): Promise<void> {
  const record = {
    timeUnixNano: `${Date.now()}000000`,
    body: { stringValue: text },
    attributes: attributes(fields),
  }
  await post('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] })
}

const sentTo = (path: string) =>
  received
    .filter((request) => request.path.startsWith(path))
    .map(({ body }) => body)
    .join('')
const keptTraces = () => readFile(join(data, 'traces', 'kept.jsonl'), 'utf8').catch(() => '')

test('application, access and security lines are told apart, and an access line has the standard names', async () => {
  await start()
  await sendLog('request answered', {
    component: 'http',
    'metadata.method': 'PATCH',
    'metadata.status': '207',
    'metadata.clientRegion': 'dk-north',
  })
  await sendLog('security: forbidden', { component: 'security', operation: 'security.forbidden' })
  await sendLog('contact created', { component: 'contacts' })
  await until(() => ['application', 'security', 'access'].every((type) => sentTo('/loki').includes(type)))
  const sent = sentTo('/loki')
  for (const name of ['log_type', 'http.request.method', 'http.response.status_code', 'client.region'])
    expect(sent).toContain(name)
  expect(sent.match(/dk-north/g)).toHaveLength(2)
})

test('what is secret or personal reaches no backend', async () => {
  await start()
  const canaries = {
    email: 'anna.k+crm@mail.crm.example',
    encoded: 'anna%40crm.example',
    danish: '+45 12 34 56 78',
    american: '(415) 555-0132',
    bearer: 'Bearer abcdefgh12345678',
    jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    cookie: 'crm_session=0123456789abcdef',
  }
  const text = Object.values(canaries).join(' and ')
  const harmless = {
    'user.id': '4466554400001234',
    'request.id': '550e8400-e29b-41d4-a716-446655440000',
    'seen.at': '2026-11-21T11:12:46+01:00',
    'gen_ai.usage.tokens': '1234',
    'code.file.path': '/node_modules/pg@8.16.3/lib/client.js',
  }
  await sendSpan({
    status: { code: 2, message: text },
    attributes: attributes({ 'url.query': text, 'http.request.header.authorization': 'opaque-secret', ...harmless }),
    events: [
      { name: 'exception', timeUnixNano: `${Date.now()}000000`, attributes: attributes({ 'exception.message': text }) },
    ],
  })
  await sendLog(text)
  await until(
    () => sentTo('/loki').length > 0 && sentTo('/v1/traces').length > 0 && sentTo('/prometheus').includes('GET /x'),
  )
  const everything = received.map(({ body }) => body).join('') + (await keptTraces())
  for (const canary of [...Object.values(canaries), 'opaque-secret']) expect(everything).not.toContain(canary)
  for (const value of Object.values(harmless)) expect(everything).toContain(value)
})

test('of sampled traces errors, slow ones and those that enqueue a job are kept; all are counted', async () => {
  await start({ TRACE_SHARE: '0' })
  const plain = await sendSpan()
  const error = await sendSpan({ status: { code: 2 } })
  const slow = await sendSpan({ ms: 501 })
  const producer = await sendSpan({ kind: 4 })
  await until(async () => (await keptTraces()).includes(producer))
  await until(() => sentTo('/prometheus').includes('traces_kept_span_metrics'))
  const kept = await keptTraces()
  expect(kept).toContain(error)
  expect(kept).toContain(slow)
  expect(kept).not.toContain(plain)
  expect(sentTo('/prometheus')).toContain('traces_span_metrics')
})

test('what was accepted while the backends were away arrives, also when the collector was restarted meanwhile', async () => {
  await start()
  answer = 503
  await sendLog('written while Loki was away')
  const trace = await sendSpan()
  await until(async () => (await keptTraces()).includes(trace))
  await stop()
  answer = 200
  await start()
  await until(() => sentTo('/loki').includes('written while Loki was away'))
  await until(() => sentTo('/v1/traces').includes(Buffer.from(trace, 'hex').toString('latin1')))
})
