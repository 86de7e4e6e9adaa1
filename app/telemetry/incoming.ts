import { EventEmitter } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { reportTrouble } from './diagnostics.ts'
import { incomingAttributes } from './incoming-attributes.ts'
import { ServerSpan } from './server-span.ts'
import { spanQueue } from './span-queue.ts'

/** Set where telemetry runs and nobody has switched the instrumentation of HTTP off. */
let observing = false
/** Every request is sampled, and the limits of spans are the usual ones: then their spans need not be the SDK's. */
let isUsual = false

/** Lets `observeServer` do its work; for who starts the SDK. */
export const observeIncoming = (env: NodeJS.ProcessEnv = process.env): void => {
  observing = true
  const limits = Object.entries(env).some(
    ([name, value]) => value && /^OTEL_(SPAN_\w+|ATTRIBUTE_\w+)_LIMIT$/.test(name),
  )
  isUsual = env.OTEL_TRACES_SAMPLER?.trim() === 'always_on' && !limits
}

const exchangeKey = Symbol('exchange')
type Observed = IncomingMessage & { [exchangeKey]?: Exchange }

/**
 * One request and its answer, from the socket on, with its server span `GET /api/contacts/:id`. The span ends when the
 * connection has the whole answer, or is gone, and the application has done its work, whichever is later; so the span of a
 * client that went away early still says what became of its request.
 */
export class Exchange {
  /** When the request came in, by `performance.now()`. */
  readonly startedAt: number
  readonly span: Span
  readonly #request: IncomingMessage
  /** Absent where the connection becomes a WebSocket. */
  readonly #response: ServerResponse | undefined
  #route: string | undefined
  #status: number | undefined
  #handling = false
  #isClosed = false
  #wasLeft = false
  #onClosed: (() => void) | undefined

  constructor(span: Span, startedAt: number, request: IncomingMessage, response: ServerResponse | undefined) {
    this.span = span
    this.startedAt = startedAt
    this.#request = request
    this.#response = response
  }

  /** The application has it: the span waits for `handled`. */
  handle(): void {
    this.#handling = true
  }

  /** The application is done; its answer may still be on its way. */
  handled(route: string, status: number): void {
    this.#handling = false
    this.#route = route
    this.#status = status
    // An upgrade has no end of its own: the connection lives on as something else.
    if (this.#isClosed || !this.#response) this.#end()
  }

  /** Calls back when the answer has left, or its connection is gone: at once where it already is. */
  whenClosed(done: () => void): void {
    if (this.#isClosed) done()
    else this.#onClosed = done
  }

  closed(): void {
    this.#isClosed = true
    this.#wasLeft = this.#response?.headersSent === false
    this.#onClosed?.()
    if (!this.#handling) this.#end()
  }

  /** Called by the connection, where nobody would catch what is thrown. */
  #end(): void {
    // Not sampled, or ended before: a WebSocket's connection closes long after its request.
    if (!this.span.isRecording()) return
    try {
      this.#describe()
    } catch (error) {
      reportTrouble('cannot describe a request', error)
    }
    this.span.end()
  }

  #describe(): void {
    const { span } = this
    const route = this.#route
    const status = this.#sentStatus()
    const sets = incomingAttributes(this.#request, route, status)
    if (span instanceof ServerSpan) span.describe(sets)
    else for (const set of sets) span.setAttributes(set)
    if (route !== undefined) span.updateName(`${this.#request.method} ${route}`)
    if (status === undefined) span.setAttribute('error.type', 'aborted')
    else if (status >= 500) this.#fail(status)
  }

  /** What an answer of the application is on the wire: that of a route which accepts a WebSocket is 101. */
  statusOf(answered: number): number {
    return this.#response || answered !== 200 ? answered : 101
  }

  /** What went out; undefined where the client left before that. */
  #sentStatus(): number | undefined {
    if (this.#response) return this.#wasLeft ? undefined : this.#response.statusCode
    return this.#status === undefined ? 101 : this.statusOf(this.#status)
  }

  #fail(status: number): void {
    const { status: said } = this.span as { status?: { code: SpanStatusCode } }
    // What was thrown says more than the status does.
    if (said?.code === SpanStatusCode.ERROR) return
    this.span.setAttribute('error.type', String(status))
    this.span.setStatus({ code: SpanStatusCode.ERROR })
  }
}

/** The exchange that a request belongs to; undefined where nobody observes, or where no server of ours received it. */
export const exchangeOf = (request: IncomingMessage | undefined): Exchange | undefined =>
  request && (request as Observed)[exchangeKey]

/** Where the caller's trace goes on: most requests bring none. */
const receivedContext = (headers: IncomingMessage['headers'], fields: readonly string[]): Context => {
  for (const field of fields) if (headers[field] !== undefined) return propagation.extract(ROOT_CONTEXT, headers)
  return ROOT_CONTEXT
}

type Emit = (event: string, ...args: unknown[]) => boolean

/**
 * Makes a server span for each request of a server of ours. It takes the server out of `instrumentation-http`'s hands, which
 * go on serving whatever other servers a process has: that one parses each URL anew, gathers attributes twice and wraps every
 * listener on the request and its answer. What is not a request passes as it is.
 */
export const observeServer = (server: Pick<Server, 'emit'>): void => {
  if (!observing) return
  const tracer = trace.getTracer('crm')
  const fields = propagation.fields()
  const original: Emit = EventEmitter.prototype.emit.bind(server)

  const begun = (method: string, startedAt: number, parent: Context): Span => {
    const queue = isUsual ? spanQueue() : undefined
    if (!queue) return tracer.startSpan(method, { kind: SpanKind.SERVER }, parent)
    return new ServerSpan(method, startedAt, trace.getSpanContext(parent), queue)
  }

  /** @returns the context of its span; undefined where that fails, which must not cost the answer */
  const begin = (event: string, request: Observed, third: ServerResponse | Duplex): Context | undefined => {
    try {
      const parent = receivedContext(request.headers, fields)
      const startedAt = performance.now()
      const span = begun(request.method ?? 'GET', startedAt, parent)
      const response = event === 'request' ? (third as ServerResponse) : undefined
      const exchange = new Exchange(span, startedAt, request, response)
      request[exchangeKey] = exchange
      third.once('close', () => exchange.closed())
      return trace.setSpan(parent, span)
    } catch (error) {
      reportTrouble('cannot observe a request', error)
      return undefined
    }
  }

  const enter = (event: string, request: Observed, third: ServerResponse | Duplex, head: unknown): boolean => {
    const inside = begin(event, request, third)
    if (!inside) return original(event, request, third, head)
    return context.with(inside, original, undefined, event, request, third, head)
  }

  const emit: Emit = (event, ...args) =>
    event === 'request' || event === 'upgrade'
      ? enter(event, args[0] as Observed, args[1] as ServerResponse | Duplex, args[2])
      : original(event, ...args)
  // The server's own, in place of the patched one of its prototype.
  Object.defineProperty(server, 'emit', { value: emit, configurable: true, writable: true })
}
