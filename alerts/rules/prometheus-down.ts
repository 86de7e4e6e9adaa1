import { logs } from '../../catalogue/logql.ts'
import {
  equal,
  greater,
  increase,
  max,
  multiply,
  oneOf,
  or,
  round,
  select,
  sum,
  type Vector,
  withLabel,
} from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { given, growing, silence } from '../scenario.ts'
import { snapshots } from '../sql.ts'

const window = '5m'

/** Tells apart what is joined by `or`; reads on with the measured number. */
const trouble = (of: Vector, what: string) => withLabel(of as Vector<'instance'>, 'trouble', what)

const prometheusRunbook: Runbook = {
  slug: 'prometheus-down',
  title: 'Prometheus does not do its work',
  impact: 'Alerts come late or not at all, and dashboards have gaps; users notice nothing.',
  firstStep: 'Ask Prometheus whether it is ready, and what its page of rules says of errors.',
  looks: [
    metricsLook(
      'Does it answer itself?',
      select('up', { service: 'prometheus' }),
      '0: it is too busy to answer within 4 s.',
    ),
    metricsLook(
      'Which rules fail?',
      sum(increase(select('prometheus_rule_evaluation_failures_total'), window), ['rule_group']),
      'The group’s page says why: mostly two series where one was expected.',
    ),
    metricsLook(
      'Which groups take long?',
      max(select('prometheus_rule_group_last_duration_seconds'), ['rule_group']),
      'In seconds; longer than its interval (5 s or 60 s) leaves evaluations out.',
    ),
    metricsLook(
      'Are there too many series?',
      max(select('prometheus_tsdb_head_series')),
      'Twice as many as yesterday: see which metric grew.',
    ),
    metricsLook(
      'Is its disk full?',
      max(select('prometheus_tsdb_storage_blocks_bytes')),
      'Bytes of its blocks, beside a write-ahead log of some hours.',
    ),
    logsLook(
      'Are the processes well meanwhile?',
      logs({ service_name: oneOf('api', 'worker') }, { severity_text: 'error' }),
      'Logs do not pass through Prometheus.',
    ),
    tracesLook(
      'Do requests fail meanwhile?',
      spans({ attributes: { 'resource.service.name': 'api' }, kind: 'server', statusCodeFrom: 500 }),
      'Traces do not pass through Prometheus either.',
    ),
    sqlLook(
      'How is the service meanwhile?',
      snapshots,
      'It writes these itself, and raises its own live alerts from them.',
    ),
  ],
  causes: [
    'Too little memory or CPU: too many series, or a query that takes everything.',
    'Its disk is full, or slow.',
    'A rule that cannot be evaluated, after a change.',
    'The machine was suspended: evaluations of that time are left out, once.',
  ],
  actions: [
    'A Prometheus that is wholly dead evaluates nothing and cannot tell it: then the beat of [DeadMansSwitch](dead-mans-switch.md) stops, and its watcher raises the alarm.',
    'Ask it: `curl -s http://127.0.0.1:9090/-/ready`, and `curl -s http://127.0.0.1:9090/api/v1/rules | grep -o \'"lastError":"[^"]*"\' | sort | uniq -c`.',
    'A rule that fails: go back to the rules before it, `npm run build:alerts`, then reload with `curl -X POST http://127.0.0.1:9090/-/reload` or a restart.',
    'Restart it: `npm run service -- stop prometheus`, then `npm run service -- start prometheus`; it reads its write-ahead log, and the collector keeps what comes for half an hour.',
    'Read the end of `.data/run/logs/prometheus.log`, or `docker compose logs --tail 100 prometheus`.',
  ],
  escalation:
    'Not well after 30 minutes: call the second on call, and watch the service by hand (`GET /health`, `/api/monitoring/snapshot`).',
}

const failures = select('prometheus_rule_evaluation_failures_total')
const missed = select('prometheus_rule_group_iterations_missed_total')
const due = select('prometheus_rule_group_iterations_total')

const prometheus = { job: 'prometheus', service: 'prometheus', instance: '127.0.0.1:9090' } as const
const rules = (
  name:
    | 'prometheus_rule_evaluation_failures_total'
    | 'prometheus_rule_group_iterations_missed_total'
    | 'prometheus_rule_group_iterations_total',
  values: string,
  rule_group = 'a',
) => given(name, { ...prometheus, rule_group }, values)
const inTrouble = (what: string, value: string) => ({
  labels: { instance: '127.0.0.1:9090', trouble: what },
  description: `${what}: ${value} (127.0.0.1:9090).`,
})
const down = inTrouble('Scrapes of itself that succeed', '0')
const failedRules = 'Evaluations of rules that failed within 5 minutes'
const leftOut = 'Evaluations of rule groups that were left out within 5 minutes'

export const prometheusDown = alert({
  name: 'PrometheusDown',
  subject: 'prometheus',
  expr: or(
    or(
      trouble(equal(select('up', { service: 'prometheus' }), 0), 'Scrapes of itself that succeed'),
      trouble(greater(round(sum(increase(failures, window), ['instance'])), 0), failedRules),
    ),
    // A pause of some seconds leaves each group out once or twice; one in ten is no pause.
    trouble(
      greater(
        round(sum(increase(missed, window), ['instance'])),
        multiply(0.1, sum(increase(due, window), ['instance'])),
      ),
      leftOut,
    ),
  ),
  for: '1m',
  severity: 'critical',
  priority: 'P2',
  team: 'platform',
  receivers: ['slack'],
  level: 'page',
  summary: 'Prometheus does not evaluate its rules as it should.',
  description: ({ number, label }) => `${label('trouble')}: ${number} (${label('instance')}).`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '1h' },
  runbook: prometheusRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when its own scrapes have failed for a minute',
      series: [given('up', prometheus, '1x4 0x30')],
      at: { '80s': silence, '85s': [{ ...down, labels: { ...prometheus, ...down.labels } }] },
    },
    {
      kind: 'fires',
      title: 'fires a minute after a single evaluation has failed, until five minutes after',
      series: [
        rules('prometheus_rule_evaluation_failures_total', '3x11 4x200'),
        rules('prometheus_rule_evaluation_failures_total', '0x200', 'b'),
      ],
      at: {
        '115s': silence,
        '2m': [inTrouble(failedRules, '1')],
        '350s': [inTrouble(failedRules, '1')],
        '355s': silence,
      },
    },
    {
      kind: 'fires',
      title: 'fires when more than one evaluation in ten is left out, over all groups',
      series: [
        rules('prometheus_rule_group_iterations_total', '0+100x200'),
        rules('prometheus_rule_group_iterations_total', '0+100x200', 'b'),
        rules('prometheus_rule_group_iterations_missed_total', '0+11x200'),
        rules('prometheus_rule_group_iterations_missed_total', '0+10x200', 'b'),
      ],
      at: { '1m': silence, '65s': [inTrouble(leftOut, '273')], '10m': [inTrouble(leftOut, '1.26k')] },
    },
    {
      kind: 'below',
      title: 'is quiet when one in ten is left out, over all groups',
      series: [
        rules('prometheus_rule_group_iterations_total', '0+100x200'),
        rules('prometheus_rule_group_iterations_total', '0+100x200', 'b'),
        rules('prometheus_rule_group_iterations_missed_total', '0+20x200'),
      ],
      at: { '3m': silence, '10m': silence },
    },
    {
      kind: 'below',
      title: 'is quiet while its own scrapes succeed',
      series: [given('up', prometheus, '1x60')],
      at: { '5m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when its own scrapes fail for less than a minute',
      series: [given('up', prometheus, '1x5 0x11 1x60')],
      at: { '85s': silence, '90s': silence },
    },
    {
      kind: 'recovers',
      title: 'ends five minutes after the last evaluation that failed, in whatever group',
      series: [
        rules('prometheus_rule_evaluation_failures_total', `0x11 ${growing({ each: 1, steps: 24 })} 24x100`),
        rules('prometheus_rule_evaluation_failures_total', `0x11 ${growing({ each: 1, steps: 24 })} 24x100`, 'b'),
      ],
      at: { '3m': [inTrouble(failedRules, '48')], '465s': [inTrouble(failedRules, '2')], '470s': silence },
    },
    {
      kind: 'no traffic',
      title: 'is quiet while nothing is evaluated',
      series: [
        rules('prometheus_rule_group_iterations_total', '9x200'),
        rules('prometheus_rule_group_iterations_missed_total', '3x200'),
      ],
      at: { '10m': silence },
    },
    { kind: 'absent', title: 'is quiet where Prometheus does not scrape itself', series: [], at: { '5m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when Prometheus begins to count from 0 again',
      series: [rules('prometheus_rule_evaluation_failures_total', '50x60 0x100')],
      at: { '6m': silence, '10m': silence },
    },
  ],
})
