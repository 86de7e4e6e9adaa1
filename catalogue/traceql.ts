/**
 * TraceQL that the compiler checks: attributes are those that our spans carry.
 * https://grafana.com/docs/tempo/latest/traceql/
 */
import type { Duration } from './intervals.ts'
import { type Pattern, quote, type Variable } from './matchers.ts'
import { services } from './metric.ts'

/** Attributes of our spans with the kind of value they hold; `null` is any text. */
export const spanAttributes = {
  'resource.service.name': services,
  'resource.service.instance.id': null,
  'span.http.route': null,
  'span.http.request.method': null,
  'span.messaging.destination.name': null,
  'span.user.id': null,
  'span.crm.workspace.id': null,
  'span.error.type': null,
  'span.db.system.name': null,
} as const

type Attributes = typeof spanAttributes
type Value<K extends keyof Attributes> = Attributes[K] extends readonly (infer V extends string)[] ? V : string

export interface SpanConditions {
  /** Equal to the value; a dashboard variable matches all that was chosen, `matches('.+')` all spans that have the attribute. */
  readonly attributes?: { readonly [K in keyof Attributes]?: Value<K> | Variable | Pattern }
  readonly name?: string
  readonly notName?: string
  readonly status?: 'ok' | 'error' | 'unset'
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  readonly longerThan?: Duration
  /** Of the whole trace, jobs that it set off included. */
  readonly traceLongerThan?: Duration
  /** HTTP status codes at least this high. */
  readonly statusCodeFrom?: number
}

/** One set of spans, or several joined by structure. */
export interface TraceQuery {
  readonly text: string
}

/** Spans that meet all conditions; `{}` is every span. */
export const spans = (where: SpanConditions = {}): TraceQuery => {
  const parts = [
    ...Object.entries(where.attributes ?? {}).map(([key, value]) =>
      typeof value === 'string' ? `${key} = ${quote(value)}` : `${key} ${value.op} ${quote(value.text)}`,
    ),
    ...(where.name === undefined ? [] : [`name = ${quote(where.name)}`]),
    ...(where.notName === undefined ? [] : [`name != ${quote(where.notName)}`]),
    ...(where.status === undefined ? [] : [`status = ${where.status}`]),
    ...(where.kind === undefined ? [] : [`kind = ${where.kind}`]),
    ...(where.longerThan === undefined ? [] : [`duration > ${where.longerThan}`]),
    ...(where.traceLongerThan === undefined ? [] : [`traceDuration > ${where.traceLongerThan}`]),
    ...(where.statusCodeFrom === undefined ? [] : [`span.http.response.status_code >= ${where.statusCodeFrom}`]),
  ]
  return { text: parts.length > 0 ? `{ ${parts.join(' && ')} }` : '{}' }
}

/** Open for as long as somebody listens: its length says nothing about the time to an answer, which the metrics measure at its first byte. */
export const streamSpan = 'GET /api/events'

/** Requests that took longer than that to be answered. */
export const slowRequests = (longerThan: Duration, attributes: SpanConditions['attributes'] = {}): SpanConditions => ({
  attributes,
  kind: 'server',
  notName: streamSpan,
  longerThan,
})

/** Spans of the second set that have an ancestor in the first. */
export const descendants = (ancestor: TraceQuery, descendant: TraceQuery): TraceQuery => ({
  text: `${ancestor.text} >> ${descendant.text}`,
})

/** Traces that hold a span of each set, wherever they stand. */
export const together = (...sets: readonly TraceQuery[]): TraceQuery => ({
  text: sets.map(({ text }) => text).join(' && '),
})
