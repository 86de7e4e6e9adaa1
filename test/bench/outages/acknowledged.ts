import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { linesOfRequest, parts, spansOfRequest } from './otlp-ids.ts'

/** A span that the collector has said it took. Times in milliseconds since 1970. */
export interface AcknowledgedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly endedAt: number
  readonly at: number
}

export interface AcknowledgedLine {
  /** What a line is known by, in Loki too: `<nanoseconds>|<trace id>|<span id>|<body>`. */
  readonly key: string
  readonly ns: bigint
  readonly at: number
}

/** What names a line: Loki has no ids of its own. */
export const lineKey = (ns: string, traceId: string | undefined, spanId: string | undefined, body: string): string =>
  `${ns}|${traceId ?? ''}|${spanId ?? ''}|${body}`

/**
 * Stands between the processes and their collector, passes on what they send, and writes down by id what the collector
 * acknowledged: nothing else counts as accepted. Where the collector is away, it hangs up as nobody would answer.
 */
export class Witness {
  spans: AcknowledgedSpan[] = []
  lines: AcknowledgedLine[] = []
  /** Batches of log records that were acknowledged. */
  logBatches = 0
  /** Batches that were not acknowledged: no answer, or one that refuses. */
  refusedBatches = 0
  /** Batches that were acknowledged, but not all of them. */
  partly = 0
  readonly #collector: URL
  readonly #agent = new Agent({ keepAlive: true })
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => {
      this.refusedBatches += 1
      response.destroy()
    })
  })

  constructor(collector: string) {
    this.#collector = new URL(collector)
  }

  /** @returns its address */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#agent.destroy()
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await whole(request)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname, port } = this.#collector
      const { method, url: path, headers } = request
      const on = ask({ hostname, port, method, path, headers, agent: this.#agent }, resolve)
      on.once('error', reject)
      on.end(body)
    })
    const said = await whole(answer)
    if (answer.statusCode === 200) {
      this.#write(request, body)
      // partial_success (1): 200, and something was rejected all the same.
      if (parts(said, 1).some(({ length }) => length > 0)) this.partly += 1
    } else this.refusedBatches += 1
    const headers = Object.entries(answer.headers).filter(([name]) => !/^(connection|transfer-encoding)$/.test(name))
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers)).end(said)
  }

  #write({ url, headers }: IncomingMessage, body: Buffer): void {
    const at = Date.now()
    const sent = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    if (url === '/v1/traces')
      for (const { traceId, spanId, endNs } of spansOfRequest(sent))
        this.spans.push({ traceId, spanId, endedAt: Number(endNs / 1_000_000n), at })
    if (url !== '/v1/logs') return
    this.logBatches += 1
    for (const { ns, traceId, spanId, body: text } of linesOfRequest(sent))
      this.lines.push({ key: lineKey(String(ns), traceId, spanId, text), ns, at })
  }
}

const whole = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
