import { describe, expect, it } from 'vitest'
import { above, containing, lineRate, logs, mostLines } from './logql.ts'
import { number } from './matchers.ts'
import {
  absent,
  add,
  always,
  and,
  cardinality,
  changeShown,
  divide,
  earlier,
  equal,
  greater,
  increase,
  increaseFromNothing,
  increaseShown,
  instant,
  matches,
  max,
  minutesThere,
  multiply,
  narrowed,
  not,
  observed,
  oneOf,
  or,
  orZero,
  perMinute,
  quantile,
  rate,
  rateOfBuckets,
  rateWithin,
  ratio,
  round,
  secondsSinceRise,
  select,
  share,
  subtract,
  sum,
  timesBegun,
  timesLasting,
  topk,
  unless,
  variable,
  withLabel,
} from './promql.ts'
import { sloEvents } from './slo.ts'
import { descendants, slowRequests, spans, together } from './traceql.ts'

const requests = select('http_requests_total', { service: 'api' })

it('what is rare is told per minute', () => {
  expect(perMinute(sum(rate(requests, '5m'))).text).toBe('sum(rate(http_requests_total{service="api"}[5m])) * 60')
})

describe('selectors', () => {
  it('write conditions in the order in which they stand', () => {
    const of = select('http_requests_total', { service: 'api', method: not('GET'), status: matches('5..') })
    expect(instant(of).text).toBe('http_requests_total{service="api", method!="GET", status=~"5.."}')
  })
  it('take further conditions after those they have', () => {
    expect(instant(narrowed(requests, { job: variable('job') })).text).toBe(
      'http_requests_total{service="api", job=~"$job"}',
    )
    expect(instant(narrowed(select('http_requests_total'), { job: variable('job') })).text).toBe(
      'http_requests_total{job=~"$job"}',
    )
    expect(instant(narrowed(requests, {})).text).toBe('http_requests_total{service="api"}')
  })
  it('write no braces without conditions', () => {
    expect(max(select('postgres_up')).text).toBe('max(postgres_up)')
  })
  it('make a value stand for itself inside a regular expression', () => {
    expect(select('queue_depth', { queue_name: oneOf('contact-enrichment', 'search-indexing') }).text).toBe(
      'queue_depth{queue_name=~"contact-enrichment|search-indexing"}',
    )
    expect(instant(select('http_requests_total', { endpoint: oneOf('/a.b', '/c{d}') })).text).toBe(
      'http_requests_total{endpoint=~"/a\\\\.b|/c\\\\{d\\\\}"}',
    )
  })
  it('refuse a regular expression for plain text', () => {
    expect(() => matches('api')).toThrow('"api" is plain text')
  })
  it('escape quotes and backslashes', () => {
    expect(instant(select('http_requests_total', { endpoint: 'a"b\\c' })).text).toBe(
      'http_requests_total{endpoint="a\\"b\\\\c"}',
    )
  })
  it('take dashboard variables', () => {
    expect(select('queue_depth', { job: variable('job') }).text).toBe('queue_depth{job=~"$job"}')
  })
})

describe('functions', () => {
  it('rate, then sum', () => {
    expect(sum(rate(requests, '5m'), ['endpoint']).text).toBe(
      'sum by (endpoint) (rate(http_requests_total{service="api"}[5m]))',
    )
    expect(sum(increase(requests, '1h')).text).toBe('sum(increase(http_requests_total{service="api"}[1h]))')
  })
  it('ask a histogram for a quantile', () => {
    expect(quantile(0.95, select('http_request_duration_seconds'), '$__rate_interval', ['endpoint']).text).toBe(
      'histogram_quantile(0.95, sum by (endpoint, le) (rate(http_request_duration_seconds_bucket[$__rate_interval])))',
    )
  })
  it('count what stayed within a bound, with and without other conditions', () => {
    expect(rateWithin(select('http_request_duration_seconds'), 0.2, '5m').text).toBe(
      'rate(http_request_duration_seconds_bucket{le="0.2"}[5m])',
    )
    expect(rateWithin(select('http_request_duration_seconds', { service: 'api' }), 1, '5m').text).toBe(
      'rate(http_request_duration_seconds_bucket{service="api", le="1"}[5m])',
    )
  })
  it('rate each bucket for a heatmap', () => {
    expect(
      sum(rateOfBuckets(select('http_request_duration_seconds', { service: 'api' }), '$__rate_interval'), ['le']).text,
    ).toBe('sum by (le) (rate(http_request_duration_seconds_bucket{service="api"}[$__rate_interval]))')
  })
  it('rank by the whole time shown', () => {
    expect(topk(3, sum(increaseShown(requests), ['endpoint'])).text).toBe(
      'topk(3, sum by (endpoint) (increase(http_requests_total{service="api"}[$__range] @ end())))',
    )
  })
  it('look back to what was', () => {
    expect(earlier(select('up', { service: 'worker' }), '26h').text).toBe('up{service="worker"} offset 26h')
  })
  it('see a counter rise that began with its first count', () => {
    expect(sum(increaseFromNothing(requests, '5m')).text).toBe(
      'sum(http_requests_total{service="api"} unless http_requests_total{service="api"} offset 5m' +
        ' or increase(http_requests_total{service="api"}[5m]))',
    )
  })
  it('are there always', () => {
    expect(equal(always(), 1).text).toBe('vector(1) == 1')
  })
  it('absent, topk and a zero for sums', () => {
    expect(absent(requests).text).toBe('absent(http_requests_total{service="api"})')
    expect(topk(5, rate(requests, '5m')).text).toBe('topk(5, rate(http_requests_total{service="api"}[5m]))')
    expect(orZero(sum(rate(requests, '5m'))).text).toBe(
      'sum(rate(http_requests_total{service="api"}[5m])) or vector(0)',
    )
  })
})

describe('labels', () => {
  it('are added with a value of their own', () => {
    expect(withLabel(max(select('queue_depth')), 'operation', 'say "job"').text).toBe(
      'label_replace(max(queue_depth), "operation", "say \\"job\\"", "", "")',
    )
  })
  it('stay when a value is rounded', () => {
    const rounded = round(sum(increase(requests, '5m'), ['endpoint']))
    expect(max(rounded, ['endpoint']).text).toBe(
      'max by (endpoint) (round(sum by (endpoint) (increase(http_requests_total{service="api"}[5m]))))',
    )
  })
})

describe('operators', () => {
  const a = max(select('queue_depth'))
  const b = max(select('postgres_up'))
  it('keep the order of evaluation', () => {
    expect(multiply(add(a, b), 100).text).toBe('(max(queue_depth) + max(postgres_up)) * 100')
    expect(add(multiply(a, 2), b).text).toBe('max(queue_depth) * 2 + max(postgres_up)')
    expect(subtract(a, subtract(b, 1)).text).toBe('max(queue_depth) - (max(postgres_up) - 1)')
    expect(subtract(subtract(a, b), 1).text).toBe('max(queue_depth) - max(postgres_up) - 1')
    expect(divide(a, multiply(b, 2)).text).toBe('max(queue_depth) / (max(postgres_up) * 2)')
    expect(greater(greater(a, 1), b).text).toBe('max(queue_depth) > 1 > max(postgres_up)')
    expect(and(or(a, b), greater(a, 1)).text).toBe('(max(queue_depth) or max(postgres_up)) and max(queue_depth) > 1')
    expect(unless(equal(a, 0), b).text).toBe('max(queue_depth) == 0 unless max(postgres_up)')
    expect(greater(orZero(a), 1).text).toBe('(max(queue_depth) or vector(0)) > 1')
  })
  it('guard a divisor against zero', () => {
    expect(ratio(a, b).text).toBe('max(queue_depth) / (max(postgres_up) > 0)')
  })
  it('leave out what a quantile of nothing gives', () => {
    expect(observed(quantile(0.95, select('http_request_duration_seconds'), '5m')).text).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) >= 0',
    )
  })
  it('take a part that was never seen for 0', () => {
    expect(share(a, b).text).toBe('(max(queue_depth) or max(postgres_up) * 0) / (max(postgres_up) > 0)')
  })
  it('match on labels', () => {
    const byQueue = max(select('queue_depth'), ['queue_name'])
    expect(divide(byQueue, byQueue, { on: ['queue_name'], groupLeft: [] }).text).toBe(
      'max by (queue_name) (queue_depth) / on (queue_name) group_left () max by (queue_name) (queue_depth)',
    )
  })
  it('write numbers without float noise or exponents', () => {
    expect(number(0.1 + 0.2)).toBe('0.3')
    expect(number(14.4 * 0.001)).toBe('0.0144')
    expect(number(1e-7)).toBe('0.0000001')
    expect(number(1e9)).toBe('1000000000')
    expect(() => number(Number.NaN)).toThrow('not a number')
  })
})

describe('objectives', () => {
  it('name the recorded series of one objective', () => {
    expect(sloEvents('bad', '1h', 'api-latency').text).toBe('slo:bad_events:rate1h{slo="api-latency"}')
  })
})

describe('LogQL', () => {
  it('narrows by index label, then by structured metadata, then by text', () => {
    const query = containing(logs({ service_name: 'api' }, { severity_text: 'error' }), 'timed "out"')
    expect(query.text).toBe('{service_name="api"} | severity_text="error" |= "timed \\"out\\""')
  })
  it('write lines above a number, and the values with the most lines over all that is shown', () => {
    const slow = above(logs({ service_name: 'api' }, { log_type: 'access' }), 'metadata_durationMs', 500)
    expect(slow.text).toBe('{service_name="api"} | log_type="access" | metadata_durationMs > 500')
    expect(mostLines(slow, ['metadata_path', 'userId'], 3).text).toBe(
      'topk(3, sum by (metadata_path, userId) (count_over_time({service_name="api"} | log_type="access" | metadata_durationMs > 500 [$__range])))',
    )
  })
  it('counts lines', () => {
    expect(lineRate(logs({ service_name: 'api' }), '5m', ['severity_text']).text).toBe(
      'sum by (severity_text) (rate({service_name="api"} [5m]))',
    )
  })
  it('refuses a selector without an index label', () => {
    expect(() => logs({})).toThrow('at least one index label')
  })
})

describe('about all the time shown', () => {
  it('by how much a gauge changed', () => {
    expect(changeShown(select('database_table_rows', { table: 'leads' })).text).toBe(
      'delta(database_table_rows{table="leads"}[$__range] @ end())',
    )
  })
  it('since when a counter has not risen, as exactly as the points are apart', () => {
    const since = secondsSinceRise(select('sync_jobs_processed_total', { entity: 'deal' }))
    expect(since.text).toBe(
      'time() - max_over_time(timestamp(increase(sync_jobs_processed_total{entity="deal"}[$__rate_interval]) > 0)[$__range:$__interval])',
    )
    expect(multiply(since, 2).text).toMatch(/^\(time\(\) - .*\) \* 2$/)
  })
  it('how often and how long an alert fired', () => {
    const firing = select('ALERTS', { alertstate: 'firing' })
    expect(timesBegun(firing).text).toBe(
      'count_over_time((ALERTS{alertstate="firing"} unless ALERTS{alertstate="firing"} offset 1m)[$__range:1m])',
    )
    expect(minutesThere(firing).text).toBe('count_over_time(ALERTS{alertstate="firing"}[$__range:1m])')
    expect(timesBegun(firing, '30d', '5m').text).toBe(
      'count_over_time((ALERTS{alertstate="firing"} unless ALERTS{alertstate="firing"} offset 5m)[30d:5m])',
    )
    expect(timesLasting(firing, '10m', '7d').text).toBe(
      'count_over_time((ALERTS{alertstate="firing"} and ALERTS{alertstate="firing"} offset 10m unless ALERTS{alertstate="firing"} offset 660s)[7d:1m])',
    )
  })
  it('how many series each metric has', () => {
    expect(cardinality({ job: variable('job') }).text).toBe('count by (__name__) ({job=~"$job", __name__=~".+"})')
    expect(cardinality().text).toBe('count by (__name__) ({__name__=~".+"})')
  })
})

describe('TraceQL', () => {
  it('joins conditions', () => {
    expect(spans({ attributes: { 'resource.service.name': 'api' }, status: 'error', longerThan: '500ms' }).text).toBe(
      '{ resource.service.name = "api" && status = error && duration > 500ms }',
    )
    expect(spans().text).toBe('{}')
    expect(spans(slowRequests('1s')).text).toBe('{ name != "GET /api/events" && kind = server && duration > 1s }')
  })
  it('takes dashboard variables', () => {
    expect(spans({ attributes: { 'resource.service.name': variable('job') } }).text).toBe(
      '{ resource.service.name =~ "$job" }',
    )
  })
  it('asks for spans that have an attribute at all', () => {
    expect(spans({ attributes: { 'span.db.system.name': matches('.+') } }).text).toBe('{ span.db.system.name =~ ".+" }')
  })
  it('asks for whole traces that are slow, and for traces that hold two kinds of spans', () => {
    expect(together(spans({ name: 'qualify', traceLongerThan: '5s' }), spans({ status: 'error' })).text).toBe(
      '{ name = "qualify" && traceDuration > 5s } && { status = error }',
    )
  })
  it('follows a trace from one service into another', () => {
    const api = spans({ attributes: { 'resource.service.name': 'api' }, kind: 'server' })
    const worker = spans({ attributes: { 'resource.service.name': 'worker' }, kind: 'consumer' })
    expect(descendants(api, worker).text).toBe(
      '{ resource.service.name = "api" && kind = server } >> { resource.service.name = "worker" && kind = consumer }',
    )
  })
})
