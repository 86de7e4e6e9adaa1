import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeLogs, decodeTraces } from './otlp-decode.ts'

/** Values of OTLP as they are in JSON, as far as the tests look. */
type AnyValue = { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean }
interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

export interface ReceivedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  /** Nanoseconds since 1970. */
  readonly startNs: bigint
  readonly endNs: bigint
  readonly status: { readonly code?: number; readonly message?: string }
  readonly events: readonly { name: string; attributes: Readonly<Record<string, unknown>> }[]
  readonly resource: Readonly<Record<string, unknown>>
}

export interface ReceivedLog {
  readonly body: unknown
  readonly severityText: string
  readonly severityNumber: number
  readonly timeMs: number
  readonly traceId: string | undefined
  readonly spanId: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

const plain = (value: AnyValue): unknown =>
  value.stringValue ??
  value.boolValue ??
  value.doubleValue ??
  (value.intValue === undefined ? value : Number(value.intValue))
const record = (pairs: readonly KeyValue[] = []): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]))

/** A small collector: takes OTLP/HTTP, in protobuf or JSON, and keeps everything in memory. */
export class Receiver {
  readonly spans: ReceivedSpan[] = []
  readonly logs: ReceivedLog[] = []
  /** Every body as it came, to search for what must not be in it. */
  readonly bodies: string[] = []
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      this.bodies.push(body.toString())
      const type = request.headers['content-type']
      const isBinary = type === 'application/x-protobuf'
      if (request.url === '/v1/traces') this.#takeTraces(isBinary ? decodeTraces(body) : JSON.parse(body.toString()))
      if (request.url === '/v1/logs') this.#takeLogs(isBinary ? decodeLogs(body) : JSON.parse(body.toString()))
      response.setHeader('content-type', type ?? 'application/json').end(isBinary ? '' : '{}')
    })
  })

  /** @param port 0 for any */
  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies of a foreign protocol
  #takeTraces(body: any): void {
    for (const { resource, scopeSpans } of body.resourceSpans)
      for (const { spans } of scopeSpans)
        for (const span of spans)
          this.spans.push({
            ...span,
            parentSpanId: span.parentSpanId || undefined,
            attributes: record(span.attributes),
            startNs: BigInt(span.startTimeUnixNano),
            endNs: BigInt(span.endTimeUnixNano),
            status: span.status ?? {},
            // biome-ignore lint/suspicious/noExplicitAny: bodies of a foreign protocol
            events: (span.events ?? []).map((event: any) => ({ ...event, attributes: record(event.attributes) })),
            resource: record(resource.attributes),
          })
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies of a foreign protocol
  #takeLogs(body: any): void {
    for (const { resource, scopeLogs } of body.resourceLogs)
      for (const { logRecords } of scopeLogs)
        for (const log of logRecords)
          this.logs.push({
            ...log,
            body: plain(log.body),
            timeMs: Number(BigInt(log.timeUnixNano) / 1_000_000n),
            traceId: log.traceId || undefined,
            spanId: log.spanId || undefined,
            attributes: record(log.attributes),
            resource: record(resource.attributes),
          })
  }
}
