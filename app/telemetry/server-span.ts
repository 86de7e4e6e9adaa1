import {
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, SpanProcessor, TimedEvent } from '@opentelemetry/sdk-trace'
import { scrubAttributes, scrubEvents, scrubStatus } from './scrub-spans.ts'
import { ids, scope, timeOf } from './span-queue.ts'

/** The SDK's own limits of a span, which hold as long as no standard variable sets others. */
const mostAttributes = 128
const mostEvents = 128

/**
 * The span of a request that a server of ours answers: what the SDK's span does, without its checks, clocks and processors.
 * What is the same for many requests (method, route, status; host and program of the client) is said in sets of attributes
 * that all of them share; they are encoded once.
 */
export class ServerSpan implements Span, ReadableSpan {
  readonly kind = SpanKind.SERVER
  readonly parentSpanContext?: SpanContext
  readonly resource: Resource
  name: string
  status: SpanStatus = unset
  events: TimedEvent[] = none
  links: Link[] = none
  droppedAttributesCount = 0
  droppedEventsCount = 0
  readonly droppedLinksCount = 0
  readonly #context: SpanContext
  readonly #processor: SpanProcessor
  /** Milliseconds since 1970, and by `performance.now()`, which no clock's jump moves. */
  readonly #startMs = Date.now()
  readonly #startedAt: number
  #endMs: number | undefined
  /** What handlers said: anything. */
  #said: Attributes | undefined
  #count = 0
  /** What is known of the request: scrubbed already. */
  #known: readonly Attributes[] = none

  /** @param startedAt by `performance.now()` */
  constructor(
    name: string,
    startedAt: number,
    parent: SpanContext | undefined,
    { processor, resource }: { readonly processor: SpanProcessor; readonly resource: Resource },
  ) {
    this.name = name
    this.#startedAt = startedAt
    this.#processor = processor
    this.resource = resource
    const spanId = ids.generateSpanId()
    const traceFlags = TraceFlags.SAMPLED
    if (parent) {
      this.parentSpanContext = parent
      const { traceId, traceState } = parent
      this.#context = traceState ? { traceId, spanId, traceFlags, traceState } : { traceId, spanId, traceFlags }
    } else this.#context = { traceId: ids.generateTraceId(), spanId, traceFlags }
  }

  spanContext(): SpanContext {
    return this.#context
  }

  /** Milliseconds since 1970 by this span's clock. */
  now(): number {
    return this.#startMs + (performance.now() - this.#startedAt)
  }

  isRecording(): boolean {
    return this.#endMs === undefined
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (this.#endMs !== undefined || value === undefined || value === null) return this
    this.#said ??= {}
    if (!(key in this.#said)) {
      if (this.#count >= mostAttributes) {
        this.droppedAttributesCount++
        return this
      }
      this.#count++
    }
    this.#said[key] = value
    return this
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value)
    return this
  }

  /** Says what is known of the request. @param sets without anything that must not be shown */
  describe(sets: readonly Attributes[]): void {
    this.#known = sets
  }

  addEvent(name: string, attributes?: unknown): this {
    if (this.#endMs !== undefined) return this
    if (this.events === none) this.events = []
    if (this.events.length >= mostEvents) {
      this.events.shift()
      this.droppedEventsCount++
    }
    const isSet = typeof attributes === 'object' && !Array.isArray(attributes) && !(attributes instanceof Date)
    this.events.push({ name, time: timeOf(this.now()), ...(isSet && { attributes: { ...attributes } }) })
    return this
  }

  addLink(link: Link): this {
    return this.addLinks([link])
  }

  addLinks(links: Link[]): this {
    if (this.#endMs === undefined) this.links = [...this.links, ...links]
    return this
  }

  setStatus({ code, message }: SpanStatus): this {
    if (this.#endMs !== undefined || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK)
      return this
    this.status = code === SpanStatusCode.ERROR && message !== undefined ? { code, message } : { code }
    return this
  }

  updateName(name: string): this {
    if (this.#endMs === undefined) this.name = name
    return this
  }

  recordException(exception: Exception): void {
    const { code, name, message, stack } = typeof exception === 'string' ? { message: exception } : exception
    const type = code === undefined ? name : String(code)
    this.addEvent('exception', {
      ...(type !== undefined && { 'exception.type': type }),
      ...(message !== undefined && { 'exception.message': message }),
      ...(stack !== undefined && { 'exception.stacktrace': stack }),
    })
  }

  end(): void {
    if (this.#endMs !== undefined) return
    this.#endMs = this.now()
    if (this.#said) scrubAttributes(this.#said)
    if (this.events.length > 0) scrubEvents(this.events)
    this.status = scrubStatus(this.status)
    this.#processor.onEnd(this)
  }

  get ended(): boolean {
    return this.#endMs !== undefined
  }

  get startTime(): HrTime {
    return timeOf(this.#startMs)
  }

  get endTime(): HrTime {
    return timeOf(this.#endMs ?? 0)
  }

  get duration(): HrTime {
    return timeOf((this.#endMs ?? this.#startMs) - this.#startMs)
  }

  get instrumentationScope(): { name: string } {
    return scope
  }

  /** All attributes, in sets; a later one does not repeat what an earlier one says. */
  eachSet(tell: (set: Attributes) => void): void {
    this.#known.forEach(tell)
    if (this.#said) tell(this.#said)
  }

  /** The same in one object: for readers that do not know better. */
  get attributes(): Attributes {
    return Object.assign({}, ...this.#known, this.#said)
  }
}

const unset: SpanStatus = { code: SpanStatusCode.UNSET }
const none: never[] = []
