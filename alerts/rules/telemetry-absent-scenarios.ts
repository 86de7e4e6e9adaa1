import { type GivenSeries, given, type Scenario, silence } from '../scenario.ts'

const api = { job: 'api', service: 'api', instance: '127.0.0.1:9464' } as const
const worker = { job: 'worker', service: 'worker', instance: '127.0.0.1:9465' } as const
const collector = { job: 'otel-collector', service: 'otel-collector', instance: '127.0.0.1:8888' } as const
const received = { ...collector, receiver: 'otlp', transport: 'http' } as const

/** Everything that is there while all is well, every five seconds; one request a second. */
const healthy = {
  collector: given('up', collector, '1x120'),
  api: given('up', api, '1x120'),
  worker: given('up', worker, '1x120'),
  requests: given(
    'http_requests_total',
    { ...api, method: 'GET', endpoint: '/api/contacts', status: '200' },
    '0+5x120',
  ),
  queries: {
    series: 'database_query_duration_seconds_count{job="api", service="api", operation="select", table="contacts"}',
    values: '0+9x120',
  },
  jobs: given('job_failures_total', { ...worker, job_type: 'search-indexing', error_reason: 'timeout' }, '0x120'),
  emails: given('email_deliveries_total', { ...worker, outcome: 'delivered' }, '0x120'),
  spans: given('otelcol_receiver_accepted_spans', received, '0+30x120'),
  logs: given('otelcol_receiver_accepted_log_records', received, '0+20x120'),
  spanMetrics: given(
    'traces_span_metrics_calls_total',
    { ...api, service_name: 'api', span_name: 'GET /api/contacts', span_kind: 'SPAN_KIND_SERVER' },
    '0+5x120',
  ),
} as const satisfies Record<string, GivenSeries>

type Part = keyof typeof healthy

/** All is well but for some series, which have other values; the last ones end after so many values. */
const but = (changed: Partial<Record<Part, string>>): GivenSeries[] =>
  Object.entries(healthy).map(([part, one]) => ({ ...one, values: changed[part as Part] ?? one.values }))

const firing = (...missing: readonly string[]) =>
  missing.map((one) => ({
    labels: { missing: one },
    description: `Missing: ${one}. Nothing of it has arrived, though the processes that send it ought to be there.`,
  }))

/** A series ends after the value at 100 s; a minute later the last value has left the window, and two minutes later it is told. */
const gone: readonly [part: Part, values: string, missing: string][] = [
  ['api', '1x20', 'scrapes of the api'],
  ['worker', '1x20', 'scrapes of the worker'],
  ['requests', '0+5x20', 'requests of the api'],
  ['queries', '0+9x20', 'query times'],
  ['jobs', '0x20', 'jobs of the worker'],
  ['emails', '0x20', 'e-mails of the worker'],
  ['spanMetrics', '0+5x20', 'span metrics'],
]

/** A counter that ends at 100 s has a rate until only one of its values is left in the window. */
const stopped: readonly [part: Part, values: string, missing: string][] = [
  ['spans', '0+30x20 600x100', 'traces'],
  ['logs', '0+20x20 400x100', 'logs'],
]

export const telemetryAbsentScenarios: readonly Scenario[] = [
  ...gone.map(
    ([part, values, missing]): Scenario => ({
      kind: 'fires',
      title: `tells that ${missing} have not come for a minute, two minutes later`,
      series: but({ [part]: values }),
      at: { '275s': silence, '280s': firing(missing), '10m': firing(missing) },
    }),
  ),
  ...stopped.map(
    ([part, values, missing]): Scenario => ({
      kind: 'fires',
      title: `tells that no ${missing} came for a minute while requests were answered`,
      series: but({ [part]: values }),
      at: { '270s': silence, '275s': firing(missing), '10m': firing(missing) },
    }),
  ),
  {
    kind: 'fires',
    title: 'tells that no traces and logs come of a collector that never took any',
    series: but({ spans: '_', logs: '_' }),
    at: { '4m': firing('logs', 'traces') },
  },
  {
    kind: 'below',
    title: 'leaves a collector that does not answer to CollectorDown',
    series: but({
      collector: '1x20 0x100',
      ...Object.fromEntries([...gone, ...stopped].map(([part, values]) => [part, values.split(' ')[0] ?? ''])),
    }),
    at: { '5m': silence, '8m': silence },
  },
  {
    kind: 'below',
    title: 'is quiet while everything arrives',
    series: but({}),
    at: { '3m': silence, '10m': silence },
  },
  {
    kind: 'below',
    title: 'leaves processes that do not answer to others',
    series: but({
      api: '0x120',
      worker: '0x120',
      requests: '_',
      queries: '_',
      jobs: '_',
      emails: '_',
      spanMetrics: '_',
    }),
    at: { '3m': silence, '10m': silence },
  },
  {
    kind: 'fires',
    title: 'misses query times as long as one of both processes is there',
    series: but({ api: '0x120', queries: '_', requests: '_', spanMetrics: '_' }),
    at: { '5m': firing('query times') },
  },
  {
    kind: 'below',
    title: 'misses no traces and logs of one request in two seconds',
    series: but({ requests: '0+2.5x120', spans: '0x120', logs: '0x120', spanMetrics: '_' }),
    at: { '5m': silence, '10m': silence },
  },
  {
    kind: 'fires',
    title: 'misses them when there are slightly more requests',
    series: but({ requests: '0+2.6x120', spans: '0x120', logs: '0x120', spanMetrics: '_' }),
    at: { '5m': firing('logs', 'span metrics', 'traces') },
  },
  {
    kind: 'recovers',
    title: 'misses them no longer when nobody has asked for half a minute',
    series: but({ requests: '0+5x30 150x90', spans: '0x120', logs: '0x120', spanMetrics: '_' }),
    at: {
      '160s': firing('logs', 'span metrics', 'traces'),
      '170s': firing('logs', 'span metrics', 'traces'),
      '200s': silence,
    },
  },
  {
    kind: 'below',
    title: 'misses nothing when only probes ask',
    series: [
      ...but({ requests: '0x120', spans: '0x120', logs: '0x120', spanMetrics: '_' }),
      given('http_requests_total', { ...api, method: 'GET', endpoint: '/health/live', status: '200' }, '0+9x120'),
    ],
    at: { '5m': silence },
  },
  {
    kind: 'waits',
    title: 'is quiet when something is missing for less than three minutes',
    series: but({ jobs: '0x20 _x34 0x60' }),
    at: { '270s': silence, '275s': silence, '280s': silence, '10m': silence },
  },
  {
    kind: 'recovers',
    title: 'ends with the first value that arrives',
    series: but({ jobs: '0x20 _x50 0x60' }),
    at: { '350s': firing('jobs of the worker'), '355s': silence },
  },
  {
    kind: 'absent',
    title: 'is quiet in its first minutes',
    series: [],
    at: { '115s': silence },
  },
  {
    kind: 'fires',
    title: 'tells of processes that nobody ever scraped',
    series: [],
    at: { '2m': firing('scrapes of the api', 'scrapes of the worker') },
  },
  {
    kind: 'no traffic',
    title: 'is quiet when nobody asks',
    series: but({ requests: '0x120', spans: '0x120', logs: '0x120', spanMetrics: '0x120' }),
    at: { '3m': silence, '10m': silence },
  },
  {
    kind: 'reset',
    title: 'is quiet when everything begins to count from 0 again',
    series: but({
      requests: '0+5x60 0+5x60',
      spans: '0+30x60 0+30x60',
      logs: '0+20x60 0+20x60',
      spanMetrics: '0+5x60 0+5x60',
    }),
    at: { '310s': silence, '10m': silence },
  },
]
