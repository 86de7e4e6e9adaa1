/** What must not compile. `npm run typecheck` fails when one of these lines does. */
import { logs } from './logql.ts'
import { instant, noneOf, oneOf, quantile, rate, rateOfCount, rateWithin, select, sum, withLabel } from './promql.ts'
import { latencySlo, ratioSlo } from './slo.ts'
import { spans } from './traceql.ts'

const requests = select('http_requests_total')
const durations = select('http_request_duration_seconds')

// @ts-expect-error an unknown metric
select('http_request_total')
// @ts-expect-error an unknown label
select('http_requests_total', { path: '/api/contacts' })
// @ts-expect-error a value outside a closed set
select('http_requests_total', { method: 'FETCH' })
// @ts-expect-error a value outside a closed set, inside oneOf
select('http_requests_total', { method: oneOf('GET', 'FETCH') })
// @ts-expect-error a value outside a closed set, inside noneOf
select('job_failures_total', { error_reason: noneOf('bad_luck') })
// @ts-expect-error the rate of a gauge
rate(select('queue_depth'), '5m')
// @ts-expect-error the rate of a histogram: its count, its sum or a bucket has one
rate(durations, '5m')
// @ts-expect-error a quantile of a counter
quantile(0.95, requests, '5m')
// @ts-expect-error a counter as it stands is no vector to add up
sum(requests)
// @ts-expect-error an aggregation by a label that the series does not have
sum(rate(requests, '5m'), ['route'])
// @ts-expect-error an aggregation by a label that an inner aggregation removed
sum(sum(rate(requests, '5m'), ['endpoint']), ['method'])
// @ts-expect-error a quantile by a label that the histogram does not have
quantile(0.95, durations, '5m', ['table'])
// @ts-expect-error a bound that is no bucket bound
rateWithin(durations, 0.3, '5m')
// @ts-expect-error a window that is no duration
rate(requests, '5 minutes')
// @ts-expect-error the count of a counter
rateOfCount(requests, '5m')
// @ts-expect-error the raw value of a histogram
instant(durations)
// @ts-expect-error a label that the series have already: its values would be lost
withLabel(sum(rate(requests, '5m'), ['endpoint']), 'endpoint', 'job')
// @ts-expect-error an aggregation by a label that was not added
sum(withLabel(sum(rate(requests, '5m')), 'operation', 'job'), ['kind'])

latencySlo({
  title: 'API latency',
  description: '',
  words: { events: 'requests', bad: 'are slow' },
  countedBy: ['api'],
  total: {},
  histogram: 'http_request_duration_seconds',
  target: 0.95,
  // @ts-expect-error a latency objective that is no bucket bound
  objective: 0.25,
  critical: 0.5,
  window: '30d',
})
latencySlo({
  title: 'Requests',
  description: '',
  words: { events: 'requests', bad: 'are slow' },
  countedBy: ['api'],
  total: {},
  // @ts-expect-error a latency objective over a counter
  histogram: 'http_requests_total',
  target: 0.95,
  objective: 0.2,
  critical: 0.5,
  window: '30d',
})
latencySlo({
  title: 'API latency',
  description: '',
  words: { events: 'requests', bad: 'are slow' },
  countedBy: ['api'],
  total: {},
  histogram: 'http_request_duration_seconds',
  target: 0.95,
  objective: 0.2,
  // @ts-expect-error a critical level that is no bucket bound
  critical: 0.6,
  window: '30d',
})
ratioSlo({
  title: 'E-mail delivery',
  description: '',
  words: { events: 'e-mails', bad: 'bounce' },
  countedBy: ['worker'],
  counter: 'email_deliveries_total',
  total: {},
  // @ts-expect-error an unknown outcome
  bad: { outcome: 'lost' },
  target: 0.98,
  critical: 0.95,
  window: '30d',
})

// @ts-expect-error an unknown index label of Loki
logs({ app: 'api' })
// @ts-expect-error an unknown service
logs({ service_name: 'backend' })
// @ts-expect-error an unknown level
logs({ service_name: 'api' }, { severity_text: 'fatalistic' })
// @ts-expect-error an unknown span attribute
spans({ attributes: { 'span.http.path': '/' } })
