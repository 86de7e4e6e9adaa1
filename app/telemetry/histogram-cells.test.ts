import { metrics as otel } from '@opentelemetry/api'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { afterAll, expect, it } from 'vitest'
import { metrics } from '../../catalogue/metrics.ts'
import { HistogramCells } from './histogram-cells.ts'
import { histogram, keepHistograms } from './instruments.ts'
import { ScrapeServer } from './scrape.ts'
import { views } from './views.ts'

const metric = metrics.database_query_duration_seconds
const name = 'database_query_duration_seconds'
const options = { preventServerStart: true, withoutScopeInfo: true }

const servers: ScrapeServer[] = []
/** The text of a scrape, without what says who is scraped. */
const scraping = (server: ScrapeServer) => {
  servers.push(server)
  const { _serializer: serializer } = server as unknown as { _serializer: { serialize(data: unknown): string } }
  return async (): Promise<string> => {
    const { resourceMetrics, errors } = await server.collect()
    expect(errors).toEqual([])
    const text = serializer.serialize(resourceMetrics)
    return text.slice(text.indexOf('# HELP database'))
  }
}
afterAll(() => otel.disable())

it('are scraped as the SDK would be, value by value, also those on a bound', async () => {
  const cells = new HistogramCells()
  const ours = new ScrapeServer({ ...options, metricProducers: [cells] })
  new MeterProvider({ readers: [ours], views: views() })
  const theirs = new ScrapeServer(options)
  const meter = new MeterProvider({ readers: [theirs], views: views() }).getMeter('crm')
  const { description, unit, buckets } = metric
  const instrument = meter.createHistogram(name, {
    description,
    unit,
    advice: { explicitBucketBoundaries: [...buckets] },
  })
  const [ourText, theirText] = [scraping(ours), scraping(theirs)]
  const values = [0, 0.0001, ...buckets, ...buckets.map((bound) => bound * 1.01), 1e9, Number.POSITIVE_INFINITY]
  for (const labels of [
    { operation: 'select', table: 'contacts' },
    { operation: 'insert', table: 'a "b" \\ c' },
  ]) {
    const cell = cells.open(name, metric, labels)
    for (const value of values) {
      cell.record(value)
      instrument.record(value, labels)
    }
    // A second time nothing is counted twice.
    for (let scrape = 0; scrape < 2; scrape++) expect(await ourText()).toBe(await theirText())
  }
  expect((await ourText()).split('\n').length).toBeGreaterThan(2 * buckets.length)
})

it('of the catalogue are found again by their labels; what goes over a cap stays with the SDK, in the same family', async () => {
  const server = new ScrapeServer({ ...options, metricProducers: [keepHistograms()] })
  otel.setGlobalMeterProvider(new MeterProvider({ readers: [server], views: views() }))
  const text = scraping(server)
  const durations = histogram(name)
  const { cap } = metric.labels.table
  for (let i = 0; i < cap + 3; i++) durations.record(0.004, { operation: 'select', table: `table-${i}` })
  durations.record(0.004, { operation: 'select', table: 'table-0' })
  durations.record(Number.NaN, { operation: 'select', table: 'table-0' })
  durations.record(-1, { operation: 'select', table: 'table-0' })
  for (let scrape = 0; scrape < 2; scrape++) {
    const lines = (await text()).split('\n')
    expect(lines).toContain(`${name}_count{operation="select",table="table-0"} 2`)
    expect(lines).toContain(`${name}_sum{operation="select",table="table-0"} 0.008`)
    expect(lines).toContain(`${name}_count{operation="select",table="table-1"} 1`)
    expect(lines).toContain(`${name}_count{operation="select",table="overflow"} 3`)
    expect(lines.filter((line) => line === `# TYPE ${name} histogram`)).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith(`${name}_count`))).toHaveLength(cap + 1)
  }
})
