import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, until } from './harness.ts'

const root = resolve(import.meta.dirname, '../../..')

/** The collector with its own configuration and a Tempo, before backends that keep what they are sent. */
export interface TestedCollector {
  /** What the backends answer; 200 at first. */
  answer: number
  readonly data: string
  /** @param more configuration that is laid over the files: `yaml:processors::…` */
  start(env?: Readonly<Record<string, string>>, more?: readonly string[]): Promise<void>
  /** SIGTERM, and its end. */
  stop(): Promise<void>
  /** Everything that was sent to paths that begin like this: uncompressed protobuf, in which text can be found. */
  sentTo(path: string): string
  isKept(traceId: string): boolean
  /** What it says about itself. */
  selfMetrics(): Promise<string>
  /** Posts to the receiver. @returns the status */
  post(path: string, body: object): Promise<number>
  sendSpan(span?: SpanFields): Promise<string>
  sendLog(text: string, fields?: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

export interface SpanFields {
  readonly traceId?: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name?: string
  readonly ms?: number
  /** 2 is a server, 3 a client, 4 a producer, 5 a consumer. */
  readonly kind?: number
  /** Its code 2 is an error. */
  readonly status?: object
  readonly attributes?: object[]
  readonly events?: object[]
}

export const nanoseconds = (): string => `${Date.now()}000000`
export const attributes = (values: Readonly<Record<string, string>>): object[] =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const resource = { attributes: attributes({ 'service.name': 'api', 'service.instance.id': '127.0.0.1:9464' }) }

export const testedCollector = async (binary: string): Promise<TestedCollector> => {
  const data = await mkdtemp(join(tmpdir(), 'collector-'))
  let received: { path: string; body: string }[] = []
  const backend = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { answer } = tested
    if (answer === 200) received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString('latin1') })
    response.writeHead(answer).end()
  })
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const { port } = backend.address() as AddressInfo
  const [http, grpc, health, self, ...metrics] = await Promise.all(Array.from({ length: 7 }, freePort))
  const ports = {
    OTLP_HTTP_PORT: String(http),
    OTLP_GRPC_PORT: String(grpc),
    HEALTH_PORT: String(health),
    SELF_METRICS_PORT: String(self),
    API_METRICS: `127.0.0.1:${metrics[0]}`,
    WORKER_METRICS: `127.0.0.1:${metrics[1]}`,
    MCP_METRICS: `127.0.0.1:${metrics[2]}`,
    PROMETHEUS_URL: `http://127.0.0.1:${port}/prometheus`,
    LOKI_URL: `http://127.0.0.1:${port}/loki`,
    TEMPO_OTLP: `127.0.0.1:${port}`,
    COLLECTOR_DATA: data,
  }
  let child: ChildProcess | undefined
  const sentTo = (path: string) =>
    received
      .filter((request) => request.path.startsWith(path))
      .map(({ body }) => body)
      .join('')
  const accepted = async (path: string, body: object): Promise<void> => {
    const status = await tested.post(path, body)
    if (status !== 200) throw new Error(`${path} was answered with ${status}`)
  }
  const tested: TestedCollector = {
    answer: 200,
    data,
    start: async (env = {}, more = []) => {
      const files = ['otel-collector.yaml', 'stack/servers/otelcol/tempo.yaml', ...more]
      const configs = files.flatMap((file) => ['--config', file])
      child = spawn(binary, configs, { cwd: root, env: { ...process.env, ...ports, ...env }, stdio: 'ignore' })
      await until(() => {
        if (child?.exitCode !== null) throw new Error('the collector ended')
        return fetch(`http://127.0.0.1:${health}/`)
          .then(({ ok }) => ok)
          .catch(() => false)
      })
    },
    stop: async () => {
      if (!child || child.exitCode !== null) return
      const stopped = once(child, 'exit')
      child.kill('SIGTERM')
      await stopped
      child = undefined
    },
    sentTo,
    isKept: (traceId) => sentTo('/v1/traces').includes(Buffer.from(traceId, 'hex').toString('latin1')),
    selfMetrics: async () => (await fetch(`http://127.0.0.1:${self}/metrics`)).text(),
    post: async (path, body) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`http://127.0.0.1:${http}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      await answer.arrayBuffer()
      return answer.status
    },
    /** Sends a span, by default a root of its own. @returns its trace's id */
    sendSpan: async ({ ms = 10, traceId = randomBytes(16).toString('hex'), ...span } = {}) => {
      const end = BigInt(Date.now()) * 1_000_000n
      const times = { startTimeUnixNano: String(end - BigInt(ms) * 1_000_000n), endTimeUnixNano: String(end) }
      const whole = { traceId, spanId: randomBytes(8).toString('hex'), name: 'GET /x', kind: 2, ...times, ...span }
      await accepted('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [whole] }] }] })
      return traceId
    },
    sendLog: async (text, fields = { 'metadata.reason': text }) => {
      const record = { timeUnixNano: nanoseconds(), body: { stringValue: text }, attributes: attributes(fields) }
      await accepted('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] })
    },
    close: async () => {
      await tested.stop()
      backend.closeAllConnections()
      backend.close()
      received = []
      await rm(data, { recursive: true, force: true })
    },
  }
  return tested
}
