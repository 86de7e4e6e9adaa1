import { logs } from '../../catalogue/logql.ts'
import {
  and,
  equal,
  greater,
  max,
  oneOf,
  or,
  orZero,
  rate,
  select,
  sum,
  unless,
  type Vector,
  withLabel,
} from '../../catalogue/promql.ts'
import { absentCountOverTime, absentOverTime } from '../../catalogue/promql-absence.ts'
import { userRequests } from '../../catalogue/slo.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { connections } from '../sql.ts'
import { telemetryAbsentScenarios } from './telemetry-absent-scenarios.ts'

/** Twelve scrapes: what has not come for so long does not come. */
const window = '1m'
/** Nothing is labelled: it only has to be there. */
const anywhere = { on: [] }

const collectorAway = equal(max(select('up', { service: 'otel-collector' })), 0)
const running = (...services: readonly ('api' | 'worker')[]) => {
  const [one = 'api', ...others] = services
  return equal(max(select('up', { service: others.length > 0 ? oneOf(one, ...others) : one })), 1)
}
/** One in two seconds: then a minute without a span or a line is no coincidence. */
const requestsAnswered = greater(sum(rate(select('http_requests_total', userRequests), window)), 0.5)

const during = (missing: Vector<never>, shouldBe: Vector<never>): Vector<never> => and(missing, shouldBe, anywhere)

/**
 * What the objectives, and whoever looks into a failure, rest upon; and when it ought to be there. Counters of closed labels
 * are there from a process' start; gauges that are read from the database would be missed whenever that is away.
 */
const signals: Readonly<Record<string, Vector<never>>> = {
  'scrapes of the api': absentOverTime(select('up', { service: 'api' }), window),
  'scrapes of the worker': absentOverTime(select('up', { service: 'worker' }), window),
  'requests of the api': during(
    absentOverTime(select('http_requests_total', { service: 'api' }), window),
    running('api'),
  ),
  'query times': during(
    absentCountOverTime(select('database_query_duration_seconds'), window),
    running('api', 'worker'),
  ),
  'jobs of the worker': during(
    absentOverTime(select('job_failures_total', { service: 'worker' }), window),
    running('worker'),
  ),
  'e-mails of the worker': during(
    absentOverTime(select('email_deliveries_total', { service: 'worker' }), window),
    running('worker'),
  ),
  traces: during(equal(orZero(sum(rate(select('otelcol_receiver_accepted_spans'), window))), 0), requestsAnswered),
  logs: during(equal(orZero(sum(rate(select('otelcol_receiver_accepted_log_records'), window))), 0), requestsAnswered),
  'span metrics': during(
    absentOverTime(select('traces_span_metrics_calls_total', { service_name: 'api' }), window),
    requestsAnswered,
  ),
}

const named = (missing: string, expr: Vector<never>): Vector<'missing'> => withLabel(expr, 'missing', missing)

const anyOf = <L extends string>(vectors: readonly Vector<L>[]): Vector<L> => vectors.reduce((all, one) => or(all, one))

/** A collector that is away explains all of it, and has an alert of its own. */
const expr = unless(
  anyOf(Object.entries(signals).map(([missing, one]) => named(missing, one))),
  collectorAway,
  anywhere,
)

export const telemetryAbsent = alert({
  name: 'TelemetryAbsent',
  subject: 'telemetry',
  expr: max(expr, ['missing']),
  // A restart of the collector or of a process takes less.
  for: '2m',
  severity: 'critical',
  priority: 'P2',
  team: 'platform',
  receivers: ['page'],
  level: 'page',
  summary: 'Telemetry that the objectives and alerts rest upon does not arrive.',
  description: ({ label }) =>
    `Missing: ${label('missing')}. Nothing of it has arrived, though the processes that send it ought to be there.`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '1h' },
  runbook: {
    slug: 'telemetry-absent',
    title: 'Telemetry does not arrive',
    impact: 'We are blind: users may be hurt while no other alert can say so.',
    firstStep: 'Ask the API itself whether it serves users, then look whether the collector runs.',
    looks: [
      metricsLook(
        'Which servers and processes are scraped?',
        select('up'),
        'No api and worker at all: the collector does not run, or cannot reach Prometheus. 0: that process does not answer.',
      ),
      metricsLook(
        'What does the collector take?',
        sum(rate(select('otelcol_receiver_accepted_spans'), '1m'), ['receiver']),
        'Spans per second. 0 while users are served: the processes do not send, or send elsewhere.',
      ),
      metricsLook(
        'Does it pass on what it takes?',
        max(select('otelcol_exporter_queue_size'), ['exporter', 'data_type']),
        'A queue that grows: the backend behind this exporter is away. Nothing is lost until the queue is full.',
      ),
      metricsLook(
        'Do the processes drop telemetry?',
        sum(rate(select('telemetry_dropped_total'), '5m'), ['service', 'signal']),
        'More than 0: they do not reach the collector.',
      ),
      logsLook(
        'Do log lines arrive?',
        logs({ service_name: oneOf('api', 'worker') }),
        'The newest line is as old as the trouble, where logs are missing.',
      ),
      tracesLook(
        'Do traces arrive?',
        spans({ attributes: { 'resource.service.name': 'api' }, kind: 'server' }),
        'Requests of the last minutes; none where traces are missing.',
      ),
      sqlLook(
        'Do the processes work at all?',
        connections,
        'Connections that change their state belong to processes that serve users, seen or not.',
      ),
    ],
    causes: [
      'The collector cannot reach Prometheus, or a process cannot reach the collector: an address or port changed.',
      'A release that no longer counts something, or renamed it.',
      'Logs only: the service’s LOG_LEVEL leaves out the line that each request writes at `info`.',
      'Requests of the API only: nobody has asked it since it started, not even a load balancer’s probe; the first request ends it.',
      'A process that should be scraped is no longer among the collector’s targets.',
    ],
    actions: [
      'Ask the service: `curl -i http://127.0.0.1:3000/health`. If it fails, act as for [APIDown](api-down.md) first.',
      'Collector: `curl -s http://127.0.0.1:13133`; start it with `npm run service -- start otel-collector`, under compose `docker compose up -d otel-collector`.',
      'Read the end of `.data/run/logs/otel-collector.log`, or `docker compose logs --tail 100 otel-collector`.',
      'One metric only: `curl -s http://127.0.0.1:9464/metrics | grep <name>`; if it is not there and it began with a release, go back to the one before it.',
      'While it lasts, look at the service by hand every few minutes, and tell the team that alerts cannot be trusted.',
    ],
    escalation: 'Still blind after 30 minutes: call the second on call, and let one person watch the service by hand.',
  },
  scenarios: telemetryAbsentScenarios,
})
