import {
  type Attributes,
  context,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace'
import { ServerSpan } from './server-span.ts'
import { ids, scope, spanQueue, timeOf } from './span-queue.ts'

/**
 * Spans of steps that are over when we hear of them, without children: a query, once it is answered. They need no context of
 * their own and no setters, so they are made in one piece and handed to the exporter's queue, scrubbed already.
 */

/** What is said of such a step. */
export interface FinishedStep {
  readonly name: string
  readonly kind: SpanKind
  readonly durationMs: number
  readonly attributes: Attributes
  /** Absent where it went well. */
  readonly failure?: { readonly status: SpanStatus; readonly event: Omit<TimedEvent, 'time'> }
}

class FinishedSpan implements ReadableSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly parentSpanContext: SpanContext
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly events: TimedEvent[]
  readonly resource: Resource
  readonly #context: SpanContext
  readonly #durationMs: number

  constructor(step: FinishedStep, parent: Span, resource: Resource) {
    this.name = step.name
    this.kind = step.kind
    this.attributes = step.attributes
    this.resource = resource
    this.#durationMs = step.durationMs
    const endMs = nowIn(parent)
    this.startTime = timeOf(endMs - step.durationMs)
    this.endTime = timeOf(endMs)
    this.status = step.failure?.status ?? fine
    this.events = step.failure ? [{ ...step.failure.event, time: this.endTime }] : none
    this.parentSpanContext = parent.spanContext()
    const { traceId, traceFlags, traceState } = this.parentSpanContext
    this.#context = { traceId, spanId: ids.generateSpanId(), traceFlags, ...(traceState && { traceState }) }
  }

  spanContext(): SpanContext {
    return this.#context
  }

  get duration(): HrTime {
    return timeOf(this.#durationMs)
  }

  get ended(): boolean {
    return true
  }

  get links(): Link[] {
    return none
  }

  get instrumentationScope(): { name: string } {
    return scope
  }

  get droppedAttributesCount(): number {
    return 0
  }

  get droppedEventsCount(): number {
    return 0
  }

  get droppedLinksCount(): number {
    return 0
  }
}

const fine: SpanStatus = { code: 0 }
const none: never[] = []

/**
 * Milliseconds since 1970 by the parent's clock: its wall clock at its start, and the monotone one since, which no clock's
 * jump moves. So a step lies within its parent to the microsecond.
 */
const nowIn = (parent: Span): number => {
  if (parent instanceof ServerSpan) return parent.now()
  const { startTime, _performanceStartTime: began } = parent as { startTime?: HrTime; _performanceStartTime?: number }
  if (startTime === undefined || began === undefined) return Date.now()
  return startTime[0] * 1_000 + startTime[1] / 1e6 + performance.now() - began
}

/** Makes a span of a step that just ended, under the active span; nothing where there is none, or where it is not sampled. */
export const recordFinished = (step: () => FinishedStep): void => {
  const active = context.active()
  const parent = trace.getSpan(active)
  if (!parent || (parent.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || isTracingSuppressed(active)) return
  const queue = spanQueue()
  if (queue) queue.processor.onEnd(new FinishedSpan(step(), parent, queue.resource))
  else bySdk(step(), parent)
}

/** Where a standard variable asks for another exporter, the SDK has the processors. */
const bySdk = ({ name, kind, durationMs, attributes, failure }: FinishedStep, parent: Span): void => {
  const endMs = nowIn(parent)
  const startTime = timeOf(endMs - durationMs)
  const span = trace.getTracer('crm').startSpan(name, { kind, attributes, startTime })
  if (failure) span.setStatus(failure.status).addEvent(failure.event.name, failure.event.attributes, timeOf(endMs))
  span.end(timeOf(endMs))
}
