import { metrics as otel } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { counter, gauge, histogram, observe, startCountersAtZero } from './instruments.ts'
import { type Point, startTestMetrics } from './test-metrics.ts'

let read: (name: string) => Promise<readonly Point[]>

/** Points of a metric as `{ "label=value,…": value }`. */
const points = async (name: string): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await read(name)).map(({ attributes, value }) => [
      Object.entries(attributes)
        .map(([label, text]) => `${label}=${text}`)
        .join(','),
      value,
    ]),
  )

beforeEach(() => {
  read = startTestMetrics()
})
afterEach(() => otel.disable())

describe('counters', () => {
  it('add up under their labels', async () => {
    const requests = counter('http_requests_total')
    requests.add(1, { method: 'GET', endpoint: '/api/contacts/:id', status: '200' })
    requests.add(2, { method: 'GET', endpoint: '/api/contacts/:id', status: '200' })
    expect(await points('http_requests_total')).toEqual({ 'method=GET,endpoint=/api/contacts/:id,status=200': 3 })
  })

  it('go on from one collection to the next, with series that come later, and never count anything twice', async () => {
    const [requests, hits] = [counter('http_requests_total'), counter('cache_requests_total')]
    const labels = { method: 'GET', endpoint: '/api/contacts', status: '200' } as const
    const [first, later] = [
      'method=GET,endpoint=/api/contacts,status=200',
      'method=GET,endpoint=/api/contacts,status=404',
    ]
    requests.add(1, labels)
    expect(await points('http_requests_total')).toEqual({ [first]: 1 })
    expect(await points('http_requests_total')).toEqual({ [first]: 1 })
    requests.add(2, labels)
    requests.add(0, { ...labels, status: '404' })
    hits.add(1, { result: 'hit' })
    expect(await points('http_requests_total')).toEqual({ [first]: 3, [later]: 0 })
    expect(await points('cache_requests_total')).toEqual({ 'result=hit': 1 })
  })

  it('never fall', async () => {
    const hits = counter('cache_requests_total')
    hits.add(3, { result: 'hit' })
    hits.add(-1, { result: 'hit' })
    expect(await points('cache_requests_total')).toEqual({ 'result=hit': 3 })
  })

  it('without labels and with fractions add up as well', async () => {
    const seconds = counter('process_cpu_seconds_total')
    seconds.add(0.5)
    seconds.add(0.25)
    expect(await points('process_cpu_seconds_total')).toEqual({ '': 0.75 })
  })

  it('hold what an observation of the same collection added', async () => {
    const seconds = counter('process_cpu_seconds_total')
    observe('process_resident_memory_bytes', () => {
      seconds.add(2)
      return [{ value: 1 }]
    })
    expect(await points('process_cpu_seconds_total')).toEqual({ '': 2 })
  })

  it('count what exceeds a cap under overflow, and go on counting what was admitted', async () => {
    const requests = counter('http_requests_total')
    for (let i = 0; i < 205; i++) requests.add(1, { method: 'GET', endpoint: `/route-${i}`, status: '200' })
    requests.add(1, { method: 'GET', endpoint: '/route-0', status: '200' })
    const counted = await points('http_requests_total')
    // The cap of `endpoint` is 200.
    expect(Object.keys(counted)).toHaveLength(201)
    expect(counted['method=GET,endpoint=overflow,status=200']).toBe(5)
    expect(counted['method=GET,endpoint=/route-0,status=200']).toBe(2)
  })

  it('keep more combinations than the SDK would by itself', async () => {
    const requests = counter('http_requests_total')
    for (let i = 0; i < 100; i++)
      for (let code = 0; code < 30; code++)
        requests.add(1, { method: 'GET', endpoint: `/route-${i}`, status: String(200 + code) })
    expect(Object.keys(await points('http_requests_total'))).toHaveLength(3_000)
  })

  it('begin at 0 in every combination of closed labels, in the service that emits them', async () => {
    startCountersAtZero('worker')
    expect(await points('telemetry_dropped_total')).toEqual({
      'signal=traces': 0,
      'signal=logs': 0,
      'signal=metrics': 0,
    })
    expect(await points('database_connection_failures_total')).toEqual({ '': 0 })
    const failures = await points('job_failures_total')
    expect(failures).toHaveProperty(['job_type=search-indexing,error_reason=timeout'], 0)
    expect(failures).toHaveProperty(['job_type=contact-enrichment,error_reason=internal'], 0)
    // Capped labels have no known values, and these are the api's.
    expect(await points('http_requests_total')).toEqual({})
    expect(await points('external_api_errors_total')).toEqual({})
  })

  it('of other services do not begin', async () => {
    startCountersAtZero('api')
    expect(await points('job_failures_total')).toEqual({})
    startCountersAtZero('some-tool')
  })
})

it('histograms have the buckets of the catalogue', async () => {
  histogram('http_request_duration_seconds').record(0.15, { method: 'GET', endpoint: '/', status: '200' })
  const [value] = Object.values(await points('http_request_duration_seconds')) as [
    { buckets: { boundaries: number[]; counts: number[] } },
  ]
  expect(value.buckets.boundaries).toEqual([0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10])
  expect(value.buckets.counts).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
})

describe('gauges', () => {
  it('keep the last value', async () => {
    gauge('postgres_up').set(0, { database: 'crm' })
    gauge('postgres_up').set(1, { database: 'crm' })
    expect(await points('postgres_up')).toEqual({ 'database=crm': 1 })
  })

  it('are observed at each collection until stopped', async () => {
    let depth = 3
    const stop = observe('queue_depth', async () => [{ value: depth++, labels: { queue_name: 'search-indexing' } }])
    expect(await points('queue_depth')).toEqual({ 'queue_name=search-indexing': 3 })
    expect(await points('queue_depth')).toEqual({ 'queue_name=search-indexing': 4 })
    stop()
    expect(await points('queue_depth')).toEqual({})
  })

  it('leave a gap when an observation fails, and the others go on', async () => {
    let away = false
    observe('queue_depth', async () => {
      if (away) throw new Error('the database is away')
      return [{ value: 7, labels: { queue_name: 'search-indexing' } }]
    })
    expect(await points('queue_depth')).toEqual({ 'queue_name=search-indexing': 7 })
    away = true
    observe('job_queue_depth', () => [{ value: 1, labels: { queue_name: 'search-indexing' } }])
    expect(await points('queue_depth')).toEqual({})
    expect(await points('job_queue_depth')).toEqual({ 'queue_name=search-indexing': 1 })
  })

  it('do not hold a collection longer than 2 s, nor start what still runs', async () => {
    let calls = 0
    observe('queue_depth', () => {
      calls++
      return new Promise<never>(() => {})
    })
    const startedAt = performance.now()
    expect(await points('queue_depth')).toEqual({})
    expect(performance.now() - startedAt).toBeLessThan(2_500)
    await points('queue_depth')
    expect(calls).toBe(1)
  })
})

it('measurements without a started SDK do nothing', () => {
  otel.disable()
  counter('database_connection_failures_total').add(1)
  gauge('postgres_up').set(1, { database: 'crm' })
  histogram('database_query_duration_seconds').record(1, { operation: 'select', table: 'contacts' })
  observe('queue_depth', async () => [])()
})
