import { logs } from '../../catalogue/logql.ts'
import {
  equal,
  greater,
  increase,
  max,
  oneOf,
  or,
  rate,
  round,
  select,
  sum,
  type Vector,
  withLabel,
} from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { deliveredAlerts } from '../sql.ts'

const window = '5m'

/** What reaches people. The service's own webhook fails whenever the service is down, and the heartbeat has its watcher. */
const people = oneOf('email', 'pagerduty', 'slack')

const runbook: Runbook = {
  slug: 'alertmanager-down',
  title: 'Alerts do not reach people',
  impact: 'Somebody who should be woken sleeps on: alerts fire, and are not delivered.',
  firstStep:
    'Look at the page of alerts in Prometheus for what fires now, then at whether Alertmanager answers and delivers.',
  looks: [
    metricsLook('Does it answer?', select('up', { service: 'alertmanager' }), '0: it does not answer a scrape.'),
    metricsLook(
      'Can Prometheus hand over?',
      sum(rate(select('prometheus_notifications_errors_total'), window), ['alertmanager']),
      'Failed notifications per second, by address.',
    ),
    metricsLook(
      'Does it deliver?',
      sum(increase(select('alertmanager_notifications_failed_total'), window), ['integration', 'reason']),
      '`clientError`: our address or secret is wrong. `serverError` and `contextDeadlineExceeded`: the other side.',
    ),
    metricsLook(
      'What does it hold back?',
      max(select('alertmanager_alerts'), ['state']),
      '`suppressed` is silenced or inhibited.',
    ),
    metricsLook(
      'Which alerts fire?',
      select('ALERTS', { alertstate: 'firing' }),
      'What somebody should have been told.',
    ),
    logsLook(
      'Does the service hear of them?',
      logs({ service_name: 'api' }, { severity_text: oneOf('warn', 'error'), component: 'http' }),
      'Its own webhook is one of the receivers.',
    ),
    tracesLook(
      'When did it last hear of one?',
      spans({ attributes: { 'resource.service.name': 'api', 'span.http.route': '/api/webhooks/alertmanager' } }),
      'The newest delivery.',
    ),
    sqlLook('Which alerts were delivered last?', deliveredAlerts, 'Compare with those that fire.'),
  ],
  causes: [
    'Alertmanager stopped, or its configuration is wrong after a change.',
    'An address or secret of a receiver is wrong or was withdrawn: the files under `secrets/`.',
    'Slack, PagerDuty or the mail server is away.',
    'The network between Prometheus and Alertmanager.',
  ],
  actions: [
    'See what fires now, and act on it: `curl -s http://127.0.0.1:9090/api/v1/alerts`.',
    'Ask it: `curl -s http://127.0.0.1:9093/-/ready`, and check its file with `amtool check-config alerts/generated/alertmanager.yaml`.',
    'Start it: `npm run service -- stop alertmanager`, then `npm run service -- start alertmanager`; under compose `docker compose restart alertmanager`.',
    'Read the end of `.data/run/logs/alertmanager.log`: it names the receiver and the answer.',
    'Then send one through: `scripts/test-alert.sh critical "test"` prints who received it.',
    'An Alertmanager that is wholly dead delivers this alert to nobody either: then the beat of [DeadMansSwitch](dead-mans-switch.md) stops, and its watcher raises the alarm.',
  ],
  escalation:
    'Nothing delivered for 15 minutes: tell the second on call by telephone, and watch the page of alerts in Prometheus by hand.',
}

const answers = 'Scrapes that Alertmanager answers'
const handOver = 'Notifications that Prometheus could not hand over within 5 minutes'
const delivered = 'Notifications that were not delivered within 5 minutes'

/** Tells apart what is joined by `or`; `of` is the address or the kind of receiver. */
const trouble = (of: Vector, what: string) =>
  withLabel(of as Vector<'instance' | 'alertmanager' | 'integration'>, 'trouble', what)

const handed = (values: string, instance = '127.0.0.1:9090') =>
  given(
    'prometheus_notifications_errors_total',
    { service: 'prometheus', instance, alertmanager: 'http://am/api/v2/alerts' },
    values,
  )
const told = (values: string, integration: 'slack' | 'webhook' = 'slack', reason = 'serverError') =>
  given('alertmanager_notifications_failed_total', { service: 'alertmanager', integration, reason }, values)
const upIs = (values: string) =>
  given('up', { job: 'alertmanager', service: 'alertmanager', instance: '127.0.0.1:9093' }, values)

const down = {
  labels: { job: 'alertmanager', service: 'alertmanager', instance: '127.0.0.1:9093', trouble: answers },
  description: `${answers}: 0 (127.0.0.1:9093).`,
}
const notHanded = (count: string) => ({
  labels: { alertmanager: 'http://am/api/v2/alerts', trouble: handOver },
  description: `${handOver}: ${count} (http://am/api/v2/alerts).`,
})
const notTold = (count: string) => ({
  labels: { integration: 'slack', trouble: delivered },
  description: `${delivered}: ${count} (slack).`,
})

export const alertmanagerDown = alert({
  name: 'AlertmanagerDown',
  subject: 'alertmanager',
  expr: or(
    trouble(equal(select('up', { service: 'alertmanager' }), 0), answers),
    greater(
      or(
        trouble(
          round(sum(increase(select('prometheus_notifications_errors_total'), window), ['alertmanager'])),
          handOver,
        ),
        // Counted when it has given up, not at each attempt.
        trouble(
          round(
            sum(increase(select('alertmanager_notifications_failed_total', { integration: people }), window), [
              'integration',
            ]),
          ),
          delivered,
        ),
      ),
      0,
    ),
  ),
  for: '1m',
  severity: 'critical',
  priority: 'P2',
  team: 'platform',
  receivers: ['slack'],
  level: 'page',
  summary: 'Alerts do not reach the people who must act on them.',
  description: ({ number, label }) =>
    `${label('trouble')}: ${number} (${label('instance')}${label('alertmanager')}${label('integration')}).`,
  dashboard: { uid: 'alerts-notifications', lookBack: '1h' },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when scrapes have failed for a minute',
      series: [upIs('1x4 0x30')],
      at: { '80s': silence, '85s': [down] },
    },
    {
      kind: 'fires',
      title: 'fires a minute after each Prometheus of two could not hand one over, until five minutes after',
      series: [handed('3x11 4x200'), handed('3x11 4x200', '127.0.0.1:9091')],
      at: { '115s': silence, '2m': [notHanded('2')], '350s': [notHanded('2')], '355s': silence },
    },
    {
      kind: 'fires',
      title: 'fires when Slack did not take two, whatever the reason',
      series: [told('0x11 1x200'), told('5x11 6x200', 'slack', 'clientError')],
      at: { '115s': silence, '2m': [notTold('2')], '350s': [notTold('2')], '355s': silence },
    },
    {
      kind: 'fires',
      title: 'fires when Slack did not take a single one',
      series: [told('0x11 1x200')],
      at: { '2m': [notTold('1')] },
    },
    {
      kind: 'below',
      title: 'is quiet while scrapes succeed and nothing fails',
      series: [upIs('1x120'), handed('4x120'), told('2x120')],
      at: { '3m': silence, '10m': silence },
    },
    {
      kind: 'below',
      title: 'leaves webhooks to others: the service’s own fails whenever the service is down',
      series: [told('0+1x120', 'webhook')],
      at: { '5m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet during a restart',
      series: [upIs('1x5 0x11 1x60')],
      at: { '85s': silence, '90s': silence },
    },
    {
      kind: 'recovers',
      title: 'ends with the first scrape that succeeds',
      series: [upIs('0x20 1x10')],
      at: { '100s': [down], '105s': silence },
    },
    {
      kind: 'no traffic',
      title: 'is quiet while there is nothing to tell',
      series: [handed('0x120'), told('0x120')],
      at: { '10m': silence },
    },
    { kind: 'absent', title: 'is quiet where there is no Alertmanager', series: [], at: { '5m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when both begin to count from 0 again',
      series: [handed('50x60 0x100'), told('9x60 0x100')],
      at: { '6m': silence, '10m': silence },
    },
  ],
})
