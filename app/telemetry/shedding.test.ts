import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import { shedSpans } from './shedding.ts'

interface Given {
  readonly kind?: SpanKind
  readonly ms?: number
  readonly attributes?: Attributes
  readonly code?: SpanStatusCode
}

const span = ({ kind = SpanKind.SERVER, ms = 1, attributes = {}, code = SpanStatusCode.UNSET }: Given): ReadableSpan =>
  ({
    kind,
    attributes,
    status: { code },
    duration: [Math.floor(ms / 1_000), (ms % 1_000) * 1e6],
    spanContext: () => ({ traceId: '', spanId: '', traceFlags: 1 }),
  }) as unknown as ReadableSpan

/** Whether a span would be given up last. */
const isPrecious = (given: Given): boolean => {
  let asked: boolean | undefined
  const admits = (precious: boolean): boolean => {
    asked = precious
    return false
  }
  const backlog = { admits } as Parameters<typeof shedSpans>[1]
  shedSpans({} as SpanProcessor, backlog).onEnd(span(given))
  if (asked === undefined) throw new Error('nobody asked')
  return asked
}

const query = { 'db.system.name': 'postgresql' }

it.each<[string, Given, boolean]>([
  ['a request within its objective', { ms: 200 }, false],
  ['a request beyond it', { ms: 201 }, true],
  ['a query within its objective', { kind: SpanKind.CLIENT, ms: 50, attributes: query }, false],
  ['a query beyond it', { kind: SpanKind.CLIENT, ms: 51, attributes: query }, true],
  ['a call of a provider that is slow for a query', { kind: SpanKind.CLIENT, ms: 4_900 }, false],
  ['a call of a provider that is slow for anything', { kind: SpanKind.CLIENT, ms: 5_100 }, true],
  ['an error', { code: SpanStatusCode.ERROR }, true],
  ['what enqueues a job', { kind: SpanKind.PRODUCER }, true],
  ['a job', { kind: SpanKind.CONSUMER }, true],
])('%s', (_, given, expected) => {
  expect(isPrecious(given)).toBe(expected)
})
