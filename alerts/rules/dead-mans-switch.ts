import { logs } from '../../catalogue/logql.ts'
import { always, equal, oneOf, rate, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { deliveredAlerts } from '../sql.ts'

const beat = { description: 'Alerting works: 1 beat a round. Only its silence is news.' }

export const deadMansSwitch = alert({
  name: 'DeadMansSwitch',
  subject: 'heartbeat',
  expr: equal(always(), 1),
  severity: 'info',
  priority: 'P4',
  team: 'platform',
  receivers: ['heartbeat'],
  // Soon after a start, so that the watcher does not wait a minute more.
  level: 'page',
  summary: 'Alerting works, as this alert shows by firing all the time.',
  description: ({ number }) => `Alerting works: ${number} beat a round. Only its silence is news.`,
  dashboard: { uid: 'alerts-notifications', lookBack: '6h' },
  runbook: {
    slug: 'dead-mans-switch',
    title: 'The heartbeat of alerting has stopped',
    impact:
      'While the beat is missing nobody is told of anything: Prometheus, Alertmanager or the way between them is dead.',
    firstStep: 'Ask Prometheus and Alertmanager whether they are ready, and start the one that is not.',
    looks: [
      metricsLook(
        'Who answers?',
        select('up', { service: oneOf('prometheus', 'alertmanager') }),
        'No answer to this query at all: Prometheus itself is dead.',
      ),
      metricsLook(
        'Does Prometheus evaluate rules?',
        sum(rate(select('prometheus_rule_group_iterations_total'), '1m')),
        'Evaluations per second; below the usual: it has no time, or no rules were loaded.',
      ),
      metricsLook(
        'Does it hand alerts over?',
        sum(rate(select('prometheus_notifications_sent_total'), '1m'), ['alertmanager']),
        'Per second. Nothing: it knows no Alertmanager, or does not reach it.',
      ),
      metricsLook(
        'Does Alertmanager deliver?',
        sum(rate(select('alertmanager_notifications_failed_total'), '5m'), ['integration', 'reason']),
        'Failed deliveries per second. `webhook` is also the way of the heartbeat.',
      ),
      logsLook(
        'Did the service get its own notifications?',
        logs({ service_name: 'api' }, { component: 'http', severity_text: oneOf('warn', 'error') }),
        'Answers other than 2xx to `/api/webhooks/alertmanager`.',
      ),
      tracesLook(
        'When did the last notification come?',
        spans({ attributes: { 'resource.service.name': 'api', 'span.http.route': '/api/webhooks/alertmanager' } }),
        'The newest of them.',
      ),
      sqlLook(
        'Which alerts were delivered last?',
        deliveredAlerts,
        'Alerts after the newest line may never have been told.',
      ),
    ],
    causes: [
      'Prometheus is dead, or so busy that it evaluates nothing.',
      'Alertmanager is dead, or Prometheus does not reach it.',
      'The network or the host of both is away.',
      'Only the heartbeat’s own way is broken: its address has changed, or the watcher is away.',
      'Somebody silenced everything: a silence that matches `alertname="DeadMansSwitch"` too.',
    ],
    actions: [
      'Ask both: `curl -s http://127.0.0.1:9090/-/ready` and `curl -s http://127.0.0.1:9093/-/ready`.',
      'Start what is dead: `npm run service -- start prometheus`, `npm run service -- start alertmanager`; under compose `docker compose up -d prometheus alertmanager`.',
      'Read the end of `.data/run/logs/prometheus.log` and `.data/run/logs/alertmanager.log`.',
      'Both ready: is the beat there? `curl -s http://127.0.0.1:9093/api/v2/alerts?filter=alertname%3DDeadMansSwitch` shows it, with `silencedBy` and `inhibitedBy`; end a silence that holds it with `amtool silence expire <id>`.',
      'It is there and not delivered: look at the address in the file of the heartbeat’s receiver, and at the log of Alertmanager.',
      'Then see what was missed: the page of [Alerts](http://127.0.0.1:9090/alerts) of Prometheus, and the daily checklist in the operations guide.',
    ],
    escalation:
      'Not beating again after 15 minutes: tell the second on call and support that nobody is alerted, and watch the service by hand (`GET /health`) until it does.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires from the first moment on, without any data, and never ends',
      series: [],
      at: { '0s': [beat], '1m': [beat], '30m': [beat] },
    },
  ],
})
