import { SeverityNumber, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { TraceState } from '@opentelemetry/core'
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import { decodeLogs, decodeTraces } from '../../test/integration/telemetry/otlp-decode.ts'
import { type Batch, BatchWriter, requestOf } from './otlp-batch.ts'
import { writeRecord } from './otlp-logs.ts'
import { writeSpan } from './otlp-spans.ts'
import { shared } from './otlp-values.ts'

const resource = resourceFromAttributes({ 'service.name': 'api', 'process.pid': 7 })
const scope = { name: 'crm', version: '1.2.3' }
const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanContext = { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 }

const span = (given: Partial<ReadableSpan> = {}): ReadableSpan => ({
  name: 'GET /api/contacts',
  kind: SpanKind.SERVER,
  spanContext: () => spanContext,
  startTime: [1_795_290_000, 123_456_789],
  endTime: [1_795_290_001, 0],
  status: { code: SpanStatusCode.UNSET },
  attributes: {},
  links: [],
  events: [],
  duration: [0, 876_543_211],
  ended: true,
  resource,
  instrumentationScope: scope,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  ...given,
})

const record = (given: Partial<ReadableLogRecord> = {}): ReadableLogRecord => ({
  hrTime: [1_795_290_000, 5],
  hrTimeObserved: [1_795_290_000, 6],
  severityNumber: SeverityNumber.INFO,
  severityText: 'info',
  body: 'request answered',
  attributes: {},
  resource,
  instrumentationScope: scope,
  droppedAttributesCount: 0,
  ...given,
})

/** Without what says nothing: zeros and empty messages, which the SDK writes too. */
const said = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(said)
  if (typeof value !== 'object' || value === null) return value
  const isNothing = (field: unknown): boolean =>
    field === 0 || (typeof field === 'object' && field !== null && Object.keys(field).length === 0)
  const kept = Object.entries(value).map(([key, field]) => [key, said(field)] as const)
  return Object.fromEntries(kept.filter(([key, field]) => key.endsWith('Value') || !isNothing(field)))
}

/** One writer of each signal, as in a process: nothing of one batch may be left in the next. */
const spanWriter = new BatchWriter(writeSpan)
const recordWriter = new BatchWriter(writeRecord)

const bytesOf = (batch: Batch | undefined): Uint8Array => (batch ? requestOf(batch) : new Uint8Array())
const spansRequest = (spans: readonly ReadableSpan[]): Uint8Array => {
  for (const one of spans) spanWriter.add(one)
  return bytesOf(spanWriter.finish())
}
const logsRequest = (records: readonly ReadableLogRecord[]): Uint8Array => {
  for (const one of records) recordWriter.add(one)
  return bytesOf(recordWriter.finish())
}

const sameSpans = (spans: ReadableSpan[]): void =>
  expect(said(decodeTraces(spansRequest(spans)))).toEqual(
    said(decodeTraces(ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array())),
  )
const sameRecords = (records: ReadableLogRecord[]): void =>
  expect(said(decodeLogs(logsRequest(records)))).toEqual(
    said(decodeLogs(ProtobufLogsSerializer.serializeRequest(records) ?? new Uint8Array())),
  )

it('a span has the bytes that the .proto files say', () => {
  const plain = span({ name: 'a', attributes: { b: 'c' }, resource: resourceFromAttributes({}) })
  expect(Buffer.from(spansRequest([plain])).toString('hex')).toBe(
    [
      // resource_spans, scope_spans and spans, with lengths of four bytes
      '0ae3808000',
      '0a80808000',
      '12d9808000',
      '0a8c808000' + '0a0363726d' + '1205312e322e33',
      '12c3808000',
      `0a10${traceId}`,
      '1208b7ad6b7169203331',
      '2a0161',
      '3002',
      // 1795290000123456789 and 1795290001000000000 ns
      '39' + '156d2b46be26ea18',
      '41' + '006a6a7abe26ea18',
      '4a08' + '0a0162' + '1203' + '0a0163',
      '850101010000',
    ].join(''),
  )
})

it.each<[string, Partial<ReadableSpan>]>([
  [
    'texts',
    { attributes: { short: 'a', long: 'x'.repeat(20_000), empty: '', letters: 'æøå €', 'a key, ø': '𝒳'.repeat(40) } },
  ],
  [
    'numbers',
    { attributes: { a: 0, b: 127, c: 128, d: 2 ** 31, e: 2 ** 53 - 1, f: -1, g: 1.5, h: -(2 ** 62), i: 1e300 } },
  ],
  ['other values', { attributes: { yes: true, no: false, list: ['a', 'b'], numbers: [1, -2.5], none: [] } }],
  ['an error', { status: { code: SpanStatusCode.ERROR, message: 'no such contact' } }],
  ['an outcome', { status: { code: SpanStatusCode.OK } }],
  ['a local parent', { kind: SpanKind.CLIENT, parentSpanContext: { ...spanContext, spanId: '00f067aa0ba902b7' } }],
  ['a remote parent', { parentSpanContext: { ...spanContext, spanId: '00f067aa0ba902b7', isRemote: true } }],
  ['a trace state', { spanContext: () => ({ ...spanContext, traceState: new TraceState('a=1,b=2') }) }],
  ['counts of what was dropped', { droppedAttributesCount: 3, droppedEventsCount: 200, droppedLinksCount: 1 }],
  [
    'events',
    {
      events: [
        { name: 'exception', time: [1_795_290_000, 1], attributes: { 'exception.message': 'no' } },
        { name: 'plain', time: [1_795_290_000, 999_999_999], droppedAttributesCount: 2 },
      ],
    },
  ],
  [
    'links',
    { links: [{ context: { ...spanContext, isRemote: true }, attributes: { a: 1 } }, { context: spanContext }] },
  ],
])('a span with %s is what the SDK would send', (_, given) => sameSpans([span(given)]))

it('many spans of several scopes are grouped as the SDK groups them', () => {
  const other = { name: 'pg', version: '2', schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' }
  const ofSchema = resourceFromAttributes({ 'service.name': 'worker' }, { schemaUrl: 'https://example.com/schema' })
  sameSpans(
    Array.from({ length: 300 }, (_, i) =>
      span({ name: `span ${i}`, resource: ofSchema, ...(i % 3 === 1 && { instrumentationScope: other }) }),
    ),
  )
})

it('a batch is of one resource', () => {
  const elsewhere = resourceFromAttributes({ 'service.name': 'worker' })
  const writer = new BatchWriter(writeSpan)
  expect(writer.takes(span())).toBe(true)
  writer.add(span())
  expect([writer.takes(span()), writer.takes(span({ resource: elsewhere }))]).toEqual([true, false])
  expect(writer.finish()).toMatchObject({ resource, count: 1 })
  expect(writer.takes(span({ resource: elsewhere }))).toBe(true)
})

it('of a span that cannot be read nothing is left in its batch', () => {
  const unreadable = Object.defineProperty(span(), 'links', {
    get: () => {
      throw new Error('no links')
    },
  })
  const writer = new BatchWriter(writeSpan)
  writer.add(span({ name: 'before' }))
  expect(() => writer.add(unreadable)).toThrow('no links')
  writer.add(span({ name: 'after' }))
  const request = writer.finish()
  expect(request?.count).toBe(2)
  expect(said(decodeTraces(bytesOf(request)))).toEqual(
    said(decodeTraces(spansRequest([span({ name: 'before' }), span({ name: 'after' })]))),
  )
})

it('sets of attributes that many spans share are written like others, in every place', () => {
  const attributes = shared({ 'db.system.name': 'postgresql', 'server.port': 5432 })
  const event = { name: 'read', time: [1_795_290_000, 1] as [number, number], attributes }
  sameSpans([span({ attributes }), span({ attributes, events: [event] }), span({ attributes })])
})

it.each<[string, Partial<ReadableLogRecord>]>([
  ['nothing else', {}],
  ['a trace', { spanContext }],
  ['attributes', { attributes: { component: 'http', 'metadata.status': 200, 'metadata.share': 0.5, ok: true } }],
  ['a body of parts', { body: { text: 'a', list: [1, 'b', null], bytes: new Uint8Array([1, 2, 255]) } }],
  ['an event name', { eventName: 'started', droppedAttributesCount: 2 }],
])('a log record with %s is what the SDK would send', (_, given) => sameRecords([record(given)]))

it('nothing of one batch is left in the next', () => {
  sameSpans(Array.from({ length: 100 }, () => span({ attributes: { text: 'x'.repeat(1_000) } })))
  sameSpans([span()])
  expect(spansRequest([])).toHaveLength(0)
})
