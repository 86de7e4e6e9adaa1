import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

interface Named {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}
interface Resource {
  readonly attributes?: readonly Named[]
}
interface Traces {
  readonly resourceSpans?: readonly {
    readonly resource?: Resource
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly traceId: string; readonly spanId: string; readonly endTimeUnixNano: string }[]
    }[]
  }[]
}
interface Logs {
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly timeUnixNano: string
        readonly traceId?: string
        readonly spanId?: string
        readonly body?: { readonly stringValue?: string }
      }[]
    }[]
  }[]
}

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
  /** Batches that were not acknowledged: no answer, or one that refuses. */
  refusedBatches = 0
  /** Spans and records that an answer named as rejected although it said 200. */
  rejected = 0
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
      this.#lookFor(said)
    } else this.refusedBatches += 1
    const headers = Object.entries(answer.headers).filter(([name]) => !/^(connection|transfer-encoding)$/.test(name))
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers)).end(said)
  }

  #lookFor(said: Buffer): void {
    if (said.length < 5) return
    const { partialSuccess } = JSON.parse(said.toString()) as { partialSuccess?: Readonly<Record<string, unknown>> }
    this.rejected += Number(partialSuccess?.rejectedSpans ?? 0) + Number(partialSuccess?.rejectedLogRecords ?? 0)
  }

  #write({ url, headers }: IncomingMessage, body: Buffer): void {
    const at = Date.now()
    const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()
    if (url === '/v1/traces') {
      for (const { scopeSpans } of (JSON.parse(text) as Traces).resourceSpans ?? [])
        for (const { traceId, spanId, endTimeUnixNano } of scopeSpans.flatMap(({ spans }) => spans))
          this.spans.push({ traceId, spanId, endedAt: Number(BigInt(endTimeUnixNano) / 1_000_000n), at })
      return
    }
    if (url !== '/v1/logs') return
    for (const { scopeLogs } of (JSON.parse(text) as Logs).resourceLogs ?? [])
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
        const { timeUnixNano, traceId, spanId } = record
        const key = lineKey(timeUnixNano, traceId, spanId, record.body?.stringValue ?? '')
        this.lines.push({ key, ns: BigInt(timeUnixNano), at })
      }
  }
}

const whole = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
