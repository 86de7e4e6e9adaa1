import { expect, it } from 'vitest'
import { exemplarToTrace, lineToTrace, provisioned, shift, spanToLogs, spanToMetrics } from './grafana-links.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const sources = await provisioned()
const span = {
  spanId: 'b7ad6b7169203331',
  parentId: '',
  service: 'api',
  name: 'POST /api/contacts',
  kind: 'server',
  startMs: 1_000_000_000,
  durationMs: 1_000,
  error: undefined,
  attributes: { 'http.route': '/api/contacts', 'http.request.method': 'POST' },
  resource: { 'service.name': 'api', 'service.version': '1' },
  events: [],
} as const

it('a span’s logs are asked by trace id, a minute around it', () => {
  expect(spanToLogs(sources, span, traceId)).toEqual({
    name: 'Logs for this span',
    datasource: 'loki',
    text: `{service_name="api"} | trace_id = "${traceId}"`,
    range: { from: 999_940_000, to: 1_000_061_000 },
  })
})

it('no template is left unfilled in a span’s metrics', () => {
  const links = spanToMetrics(sources, span, traceId)
  expect(links.length).toBeGreaterThan(2)
  for (const { datasource, text } of links) {
    expect(datasource).toBe('prometheus')
    expect(text).not.toContain('$')
  }
})

it('a line leads to its trace by its label, and one without does not', () => {
  const line = { timeMs: 0, line: 'trace_id=1', labels: { service_name: 'api', trace_id: traceId } }
  expect(lineToTrace(sources, line)).toEqual({ datasource: 'tempo', text: traceId })
  expect(lineToTrace(sources, { ...line, labels: { service_name: 'api' } })).toBeUndefined()
})

it('an exemplar leads to its trace by its label', () => {
  expect(exemplarToTrace(sources, { trace_id: traceId })).toEqual({ datasource: 'tempo', text: traceId })
  expect(exemplarToTrace(sources, { traceID: traceId })).toBeUndefined()
})

it('shifts of time are read, and nothing else', () => {
  expect([shift('-1m'), shift('30s'), shift('2h')]).toEqual([-60_000, 30_000, 7_200_000])
  expect(() => shift('soon')).toThrow('"soon" is no shift of time')
})
