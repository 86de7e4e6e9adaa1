import { expect, it } from 'vitest'
import { linksOfSpan } from './span-links.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const span = {
  service: 'api',
  name: 'POST /api/contacts',
  kind: 'server',
  startMs: 1_795_267_207_930.25,
  durationMs: 40,
  attributes: { 'http.route': '/api/contacts', 'http.request.method': 'POST' },
}
const parametersOf = (path: string) => Object.fromEntries(new URL(path, 'http://console').searchParams)

it('a request leads to its lines, the latency of its route and API Performance, over the same twenty minutes', () => {
  const range = { from: '1795266607930', to: '1795267807971' }
  const links = linksOfSpan(traceId, span).map(({ path }) => ({
    to: path.split('?')[0],
    parameters: parametersOf(path),
  }))
  expect(links).toEqual([
    { to: '/logs', parameters: { trace_id: traceId, ...range } },
    {
      to: '/explore',
      parameters: {
        datasource: 'prometheus',
        query:
          'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="api", method="POST", endpoint="/api/contacts"}[1m])))',
        ...range,
      },
    },
    { to: '/d/api-performance', parameters: { 'var-job': 'api', ...range } },
  ])
})

it.each([
  ['consumer', {}, '/d/webhooks-jobs-queues'],
  ['client', { 'db.system.name': 'postgresql' }, '/d/database'],
  ['client', { 'server.address': 'api.example' }, '/d/external-apis'],
  ['internal', {}, '/d/user-journeys'],
] as const)('a span of kind %s with %j leads to %s', (kind, attributes, dashboard) => {
  const [, metrics, page] = linksOfSpan(traceId, { ...span, name: 'a "name"', kind, attributes })
  expect(page?.path).toMatch(new RegExp(`^${dashboard}\\?`))
  expect(parametersOf(metrics?.path ?? '').query).toContain('{service_name="api", span_name="a \\"name\\""}')
})
