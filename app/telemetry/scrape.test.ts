import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { AggregationType, type DataPoint, type Histogram, MeterProvider } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepLabels, type LineWriters, ScrapeServer } from './scrape.ts'

let server: ScrapeServer
let meters: MeterProvider

beforeEach(() => {
  server = new ScrapeServer({ preventServerStart: true, withoutScopeInfo: true })
  const boundaries = [0.005, 0.5, 10]
  meters = new MeterProvider({
    readers: [server],
    views: [
      {
        instrumentName: 'without_sum',
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries, recordMinMax: false } },
      },
    ],
  })
})
afterEach(() => meters.shutdown())

const serializer = () => new PrometheusSerializer(undefined, false, undefined, false, true)

it('the text is the same as the package writes, at the first scrape and later', async () => {
  const meter = meters.getMeter('crm')
  const advice = { explicitBucketBoundaries: [0.005, 0.5, 10] }
  const durations = meter.createHistogram('http_request_duration_seconds', {
    unit: 's',
    description: 'a "b" \\ c',
    advice,
  })
  const requests = meter.createCounter('http_requests_total')
  const open = meter.createUpDownCounter('open.connections')
  const level = meter.createGauge('level')
  const signed = meter.createHistogram('without_sum')
  const lean = serializer()
  keepLabels(lean as unknown as LineWriters)
  for (let round = 0; round < 3; round++) {
    for (const method of ['GET', 'a "b" \\c\nd', ''])
      for (const value of [0.001, 0.5, 400]) {
        durations.record(value, { method, 'http.route': '/api/contacts/:id' })
        requests.add(1, { method, status: 200, ok: true, list: ['a', 'b'] })
      }
    durations.record(1)
    open.add(round - 2, { 'two..dots': 'x' })
    level.record([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN][round] ?? 0)
    signed.record(3, { a: `new in round ${round}` })
    const { resourceMetrics } = await server.collect()
    const written = serializer().serialize(resourceMetrics)
    expect(lean.serialize(resourceMetrics)).toBe(written)
    expect(written.split('\n').length).toBeGreaterThan(40)
  }
})

it('the server uses it', () => {
  const { _serializer: used } = server as unknown as { _serializer: LineWriters }
  const attributes = { method: 'GET' }
  const point = {
    attributes,
    value: { count: 1, sum: 2, buckets: { boundaries: [1], counts: [0, 1] } },
  } as unknown as DataPoint<Histogram>
  const line = () => used._serializeHistogramDataPoint('x', {} as never, point)
  expect(line()).toBe(
    'x_count{method="GET"} 1\nx_sum{method="GET"} 2\nx_bucket{method="GET",le="1"} 0\nx_bucket{method="GET",le="+Inf"} 1\n',
  )
  // The labels are read once a set.
  attributes.method = 'POST'
  expect(line()).toContain('method="GET"')
})

it('what it does not know it leaves to the package', () => {
  const given: Partial<LineWriters> = {}
  keepLabels(given)
  expect(given).toEqual({})
  const lean = serializer() as unknown as LineWriters
  keepLabels(lean)
  const point = { attributes: { a: '1' }, value: 3, endTime: [0, 0] } as unknown as DataPoint<number>
  expect(lean._serializeSingularDataPoint('x', {} as never, point, { otel_scope_name: 'crm' })).toBe(
    'x{a="1",otel_scope_name="crm"} 3\n',
  )
})
