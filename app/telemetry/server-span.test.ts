import { SpanStatusCode } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import { ServerSpan } from './server-span.ts'
import { recordError } from './spans.ts'

const begun = (parent?: ConstructorParameters<typeof ServerSpan>[2]) => {
  const ended: ReadableSpan[] = []
  const processor = { onEnd: (span: ReadableSpan) => void ended.push(span) } as unknown as SpanProcessor
  const queue = { processor, resource: resourceFromAttributes({}) }
  return { ended, span: new ServerSpan('GET', performance.now(), parent, queue) }
}

const nanoseconds = ([seconds, more]: readonly [number, number]): bigint => BigInt(seconds) * 10n ** 9n + BigInt(more)

it('scrubs what anybody said of it before it is sent', () => {
  const { span, ended } = begun()
  span.setAttributes({ note: 'call anna@holm.example', 'http.request.header.cookie': 'crm_session=1', count: 3 })
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'cannot reach anna@holm.example' })
  span.addEvent('asked', { by: 'anna@holm.example' })
  span.end()
  expect(ended).toHaveLength(1)
  expect(span.attributes).toEqual({ note: '[text]', 'http.request.header.cookie': '[redacted]', count: 3 })
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'cannot reach [email]' })
  expect(span.events.map(({ attributes }) => attributes)).toEqual([{ by: '[email]' }])
})

it('is sent once, and changes no more', () => {
  const { span, ended } = begun()
  expect(span.isRecording()).toBe(true)
  span.end()
  span.end()
  span.setAttribute('late', true).updateName('late').addEvent('late').setStatus({ code: SpanStatusCode.ERROR })
  expect(ended).toHaveLength(1)
  expect(span.isRecording()).toBe(false)
  expect(span).toMatchObject({ name: 'GET', attributes: {}, events: [], status: { code: SpanStatusCode.UNSET } })
})

it('holds 128 attributes and the last 128 events, and counts the others', () => {
  const { span } = begun()
  for (let i = 0; i < 130; i++) span.setAttribute(`key-${i}`, i).addEvent(`event-${i}`)
  span.setAttribute('key-0', 'again')
  span.end()
  expect(Object.keys(span.attributes)).toHaveLength(128)
  expect(span.attributes['key-0']).toBe('again')
  expect(span.droppedAttributesCount).toBe(2)
  expect(span.events.map(({ name }) => name)).toEqual(Array.from({ length: 128 }, (_, i) => `event-${i + 2}`))
  expect(span.droppedEventsCount).toBe(2)
})

it('tells an exception by type and message', () => {
  const { span } = begun()
  recordError(span, new TypeError('no number'))
  span.end()
  const [event] = span.events
  expect(event?.name).toBe('exception')
  expect(event?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no number' })
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no number' })
})

it('goes on with the trace of its parent, and is sampled whatever its caller says', () => {
  const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }
  const { span } = begun(parent)
  expect(span.parentSpanContext).toBe(parent)
  expect(span.spanContext()).toEqual({ traceId: parent.traceId, spanId: expect.any(String), traceFlags: 1 })
  expect(span.spanContext().spanId).not.toBe(parent.spanId)
  expect(begun().span.spanContext().traceId).toMatch(/^[\da-f]{32}$/)
})

it('ends after it began, by its duration', () => {
  const { span } = begun()
  const before = performance.now()
  while (performance.now() === before);
  span.end()
  const took = nanoseconds(span.endTime) - nanoseconds(span.startTime)
  expect(took).toBeGreaterThan(0n)
  // Both are rounded, from numbers that hold a quarter of a microsecond since 1970.
  expect(Math.abs(Number(took - nanoseconds(span.duration)))).toBeLessThan(1_000)
  expect(Math.abs(Number(nanoseconds(span.startTime) / 1_000_000n) - Date.now())).toBeLessThan(1_000)
})
