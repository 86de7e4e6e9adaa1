import { lineRate, logs } from '../../catalogue/logql.ts'
import { count, greater, instant, max, or, rate, select, sum, topk, withLabel } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { largestTables } from '../sql.ts'

const overflows = select('telemetry_label_overflows_total')
const spanOverflow = select('traces_span_metrics_calls_total', { otel_metric_overflow: 'true' })

const overflowed = (values: string, service: 'api' | 'worker' = 'api', label = 'endpoint') =>
  given('telemetry_label_overflows_total', { job: service, service, metric: 'http_requests_total', label }, values)
const firing = (measurements: string, label = 'endpoint', metric = 'http_requests_total') => ({
  labels: { metric, label },
  description: `${measurements} measurements of ${metric} stand under one common value of ${label} since the processes started.`,
})

export const cardinalityCapReached = alert({
  name: 'CardinalityCapReached',
  subject: 'cardinality',
  // What was ever counted there, and no rise: these series begin with their first overflow, and end with the process.
  expr: greater(
    or(
      sum(instant(overflows), ['metric', 'label']),
      sum(
        withLabel(withLabel(instant(spanOverflow), 'metric', 'traces_span_metrics_calls_total'), 'label', 'span_name'),
        ['metric', 'label'],
      ),
    ),
    0,
  ),
  for: '5m',
  severity: 'warning',
  priority: 'P4',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'A label has more values than it may have, and the rest is counted together.',
  description: ({ number, label }) =>
    `${number} measurements of ${label('metric')} stand under one common value of ${label('label')} since the processes started.`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '1d' },
  runbook: {
    slug: 'cardinality-cap-reached',
    title: 'A label has too many values',
    impact:
      'Users notice nothing; what came after the cap was reached cannot be told apart on dashboards and in alerts by that label.',
    firstStep: 'See which values the label has, and whether they are what it is for.',
    looks: [
      metricsLook(
        'Which label of which metric?',
        sum(instant(overflows), ['metric', 'label', 'service']),
        'Measurements under `overflow`, by process.',
      ),
      metricsLook(
        'Does it go on?',
        sum(rate(overflows, '5m'), ['metric', 'label']),
        'Per second. Next to nothing: a few rare values; much: most of the traffic.',
      ),
      metricsLook(
        'What values has, say, an endpoint?',
        topk(20, count(instant(select('http_requests_total')), ['endpoint'])),
        'Ids or random text in there: a route or span that is named by its path.',
      ),
      metricsLook(
        'What does it cost?',
        max(select('prometheus_tsdb_head_series')),
        'Series in all. A raised cap adds to them.',
      ),
      logsLook(
        'Who talks more than before?',
        lineRate(logs({ service_name: 'api' }, { component: 'http' }), '5m', ['severity_text']),
        'Lines per second.',
      ),
      tracesLook(
        'Are span names as they should be?',
        spans({ attributes: { 'resource.service.name': 'api' }, kind: 'server' }),
        'Method and route, never an id.',
      ),
      sqlLook(
        'How many tenants and integrations are there?',
        largestTables,
        'Rows of `workspaces` and `integrations`: the labels `tenant_id` and `integration_id` hold 50 and 100.',
      ),
    ],
    causes: [
      'The service has grown: more workspaces, integrations or routes than the cap foresaw.',
      'A label that holds ids, or text that a client sends.',
      'Somebody scans, and a new path each time is taken for a name.',
    ],
    actions: [
      'It has grown: raise the cap of the label in `catalogue/metrics/`, run `npm run build`, and watch the number of series after the release.',
      'It holds what it should not: mend the code that writes it; every route is counted by its template, and unknown paths as `unmatched`.',
      'Span names: name the span by its operation, and put the id into an attribute.',
      'It ends with a restart of the process: `npm run service -- stop api`, then `npm run service -- start api`.',
    ],
    escalation: 'Series in Prometheus doubling within a day: call the platform team before its memory is full.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires five minutes after the first measurement without a value of its own, whose series begins with it',
      series: [overflowed('_x9 1x40')],
      at: { '13m': silence, '14m': [firing('1')], '40m': [firing('1')] },
    },
    {
      kind: 'fires',
      title: 'adds up the processes, and tells labels apart',
      series: [overflowed('10x40'), overflowed('30x40', 'worker'), overflowed('2x40', 'worker', 'status')],
      at: { '10m': [firing('40'), firing('2', 'status')] },
    },
    {
      kind: 'fires',
      title: 'watches the cap of the collector’s span metrics as well',
      series: [
        given('traces_span_metrics_calls_total', { job: 'api', otel_metric_overflow: 'true' }, '5x40'),
        given('traces_span_metrics_calls_total', { job: 'worker', otel_metric_overflow: 'true' }, '7x40'),
        given('traces_span_metrics_calls_total', { job: 'api', span_name: 'GET' }, '99x40'),
      ],
      at: { '10m': [firing('12', 'span_name', 'traces_span_metrics_calls_total')] },
    },
    {
      kind: 'below',
      title: 'is quiet while every value has its place',
      series: [overflowed('0x40')],
      at: { '30m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when the process ends within five minutes',
      series: [overflowed('0x9 3x4 stale')],
      at: { '14m': silence, '15m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when the process starts anew and everything has its place',
      series: [overflowed('0 3x20 0x20')],
      at: { '21m': [firing('3')], '22m': silence },
    },
    { kind: 'absent', title: 'is quiet where no cap was ever reached', series: [], at: { '30m': silence } },
  ],
})
