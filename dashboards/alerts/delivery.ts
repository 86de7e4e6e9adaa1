import {
  increaseShown,
  matches,
  max,
  min,
  observed,
  perMinute,
  quantile,
  rate,
  rounded,
  select,
  sum,
} from '../../catalogue/promql.ts'
import { stateTimeline } from '../gauges.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { noneExpected } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { table } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { readOrNot } from '../states.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
/** Those that are configured: of every kind that Alertmanager knows it also counts a series without a name. */
const inUse = { ...scope, receiver_name: matches('.+') } as const
const sent = select('alertmanager_notifications_total', inUse)
const failed = select('alertmanager_notifications_failed_total', inUse)
const retried = select('alertmanager_notification_requests_failed_total', inUse)
const latency = select('alertmanager_notification_latency_seconds', inUse)
const receiver = ['receiver_name', 'integration'] as const

const told = (): Row =>
  row(
    'Was somebody told?',
    [
      table({
        title: 'Notifications in the time shown',
        description:
          'By receiver and the way it is reached. Failed: nobody read those; check the secret and the address of that receiver, then send a test with scripts/test-alert.sh.',
        by: [
          { label: 'receiver_name', title: 'Receiver' },
          { label: 'integration', title: 'By' },
        ],
        columns: [
          { title: 'Sent', unit: 'short', expr: rounded(sum(increaseShown(sent), receiver)) },
          {
            title: 'Failed',
            unit: 'short',
            limits: noneExpected,
            expr: rounded(sum(increaseShown(failed), receiver)),
          },
          {
            title: 'Failed attempts',
            unit: 'short',
            limits: noneExpected,
            expr: rounded(sum(increaseShown(retried), receiver)),
          },
        ],
      }),
      timeseries({
        title: 'Notifications',
        description:
          'Per minute, by receiver. A storm (many at once for one cause): an inhibition or a grouping is missing; see which alerts fired together above.',
        unit: 'cpm',
        stacked: true,
        queries: [{ expr: perMinute(sum(rate(sent, window), ['receiver_name'])), legend: '{{receiver_name}}' }],
      }),
    ],
    [
      timeseries({
        title: 'Failed notifications by reason',
        description:
          'Per minute. clientError: what we send or our secret is wrong; serverError and contextDeadlineExceeded: the receiver; each was given up after its retries.',
        unit: 'cpm',
        limits: noneExpected,
        queries: [{ expr: perMinute(sum(rate(failed, window), ['reason'])), legend: '{{reason}}' }],
      }),
      timeseries({
        title: 'Time to hand a notification over, p95',
        description:
          'Seconds, by the way it is sent; part of the 45 s within which a page must arrive. Above ten seconds: that service is slow, e-mail often is.',
        unit: 's',
        queries: [{ expr: observed(quantile(0.95, latency, window, ['integration'])), legend: '{{integration}}' }],
      }),
    ],
  )

const alertmanager = (): Row =>
  row(
    'From Prometheus to Alertmanager',
    [
      timeseries({
        title: 'Alerts handed over',
        description:
          'By Prometheus, per minute; each firing alert again and again, so that it never falls to 0. At 0: Prometheus has no Alertmanager, or evaluates no rules.',
        unit: 'cpm',
        queries: [
          {
            expr: perMinute(sum(rate(select('prometheus_notifications_sent_total', scope), window))),
            legend: 'handed over',
            colour: 'amount',
          },
        ],
      }),
      timeseries({
        title: 'Alerts not handed over',
        description:
          'Per minute: attempts that failed, and alerts that were given up. Any: is Alertmanager up? The watcher outside notices when it lasts.',
        unit: 'cpm',
        limits: noneExpected,
        queries: [
          {
            expr: perMinute(sum(rate(select('prometheus_notifications_errors_total', scope), window))),
            legend: 'failed',
            colour: 'warning',
          },
          {
            expr: perMinute(sum(rate(select('prometheus_notifications_dropped_total', scope), window))),
            legend: 'given up',
            colour: 'bad',
          },
        ],
      }),
      timeseries({
        title: 'Alerts that wait to be handed over',
        description:
          'In the queue of Prometheus. It grows while Alertmanager is down or slow; what no longer fits is given up.',
        unit: 'short',
        queries: [
          { expr: max(select('prometheus_notifications_queue_length', scope), ['instance']), legend: '{{instance}}' },
        ],
      }),
      timeseries({
        title: 'Alerts received',
        description:
          'By Alertmanager, per minute, firing and resolved. Less than handed over: a second Prometheus, or a proxy in between.',
        unit: 'cpm',
        queries: [
          {
            expr: perMinute(sum(rate(select('alertmanager_alerts_received_total', scope), window), ['status'])),
            legend: '{{status}}',
          },
        ],
      }),
    ],
    [
      timeseries({
        title: 'Alerts held by Alertmanager',
        description:
          'By state. Suppressed: silenced, or the symptom of a cause that fires; many of them for long: somebody forgot a silence.',
        unit: 'short',
        stacked: true,
        queries: [{ expr: sum(select('alertmanager_alerts', scope), ['state']), legend: '{{state}}' }],
      }),
      timeseries({
        title: 'Silences',
        description:
          'By state. An active one hides alerts: list them with amtool silence query, and end those whose reason is gone.',
        unit: 'short',
        queries: [{ expr: sum(select('alertmanager_silences', scope), ['state']), legend: '{{state}}' }],
      }),
      stateTimeline({
        title: 'Configuration of Alertmanager',
        description:
          'Whether the last reload worked. Not read: it goes on with the old routes; amtool check-config says what is wrong with the file.',
        states: readOrNot,
        queries: [
          {
            expr: min(select('alertmanager_config_last_reload_successful', scope), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
    ],
  )

/** Each step from the rule to the person. */
export const delivery = (): Row[] => [
  leadsTo(told(), toDashboard('telemetry-pipeline')),
  leadsTo(alertmanager(), toDashboard('telemetry-pipeline')),
]
