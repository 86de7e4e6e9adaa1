import { logs as logLines } from '../catalogue/logql.ts'
import {
  increaseShown,
  matches,
  max,
  min,
  not,
  observed,
  oneOf,
  quantile,
  rate,
  rateOfCount,
  select,
  share,
  sum,
} from '../catalogue/promql.ts'
import { withoutProbes } from '../catalogue/slo.ts'
import { slowRequests, spans, streamSpan } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { latencyQueries } from './latency-queries.ts'
import { leadsTo, row } from './layout.ts'
import { databaseLimits, errorShareLimits, jobLimits, latencyLimits, noneExpected, queueLimits } from './limits.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import { logs, traces } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import { burnRates, errorBudgets, objectives } from './rows/objectives.ts'
import { processesAndHost } from './rows/processes-and-host.ts'
import { upOrDown } from './states.ts'
import { topAndOthers } from './top.ts'
import { scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'

const requests = select('http_requests_total', { ...scope, ...withoutProbes })
const failedRequests = select('http_requests_total', { ...scope, ...withoutProbes, status: matches('5..') })
const latency = select('http_request_duration_seconds', { ...scope, ...withoutProbes })
const keptLatency = select('traces_kept_span_metrics_duration_seconds', {
  ...scope,
  span_kind: 'SPAN_KIND_SERVER',
  span_name: not(streamSpan),
})
const queries = select('database_query_duration_seconds', scope)
const jobs = select('job_processing_duration_seconds', scope)
const work = { ...scope, span_kind: oneOf('SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') } as const
const workDone = select('traces_span_metrics_calls_total', work)
const workFailed = select('traces_span_metrics_calls_total', { ...work, status_code: 'STATUS_CODE_ERROR' })

const failedJobs = select('job_failures_total', scope)
const failedCalls = select('external_api_errors_total', scope)

const toApi = toDashboard('api-performance')

export const systemOverview: Dashboard = {
  uid: 'system-overview',
  description: 'Are users hurt, and if so, where does it come from?',
  tags: ['overview'],
  rows: [
    leadsTo(
      row(
        'Are users hurt?',
        [
          ...objectives(),
          stat({
            title: 'Active users',
            description:
              'Users with a request in the last five minutes. A sudden fall at a busy hour: try to sign in yourself.',
            unit: 'short',
            queries: [{ expr: sum(max(select('active_users_total', scope), ['workspace'])), legend: 'users' }],
          }),
          stat({
            title: 'Processes up',
            description:
              'Up when each of the targets chosen above answered its last scrape. Down: see "Targets" below for which one, then its log.',
            unit: 'short',
            states: upOrDown,
            queries: [{ expr: min(select('up', scope)), legend: 'up' }],
          }),
        ],
        [
          timeseries({
            title: 'Requests by service',
            description:
              'Requests answered per second. A sudden loss is worse than errors: nobody reaches us. Try the sign-in.',
            unit: 'reqps',
            queries: [{ expr: sum(rate(requests, window), ['service']), legend: '{{service}}' }],
            links: [toApi],
          }),
          timeseries({
            title: 'Error rate by service',
            description:
              'Share of requests answered with a 5xx; lines where the objective’s budget is used up faster than it is given. Follow it to the failed traces below.',
            unit: 'percentunit',
            limits: errorShareLimits,
            queries: [
              {
                expr: share(sum(rate(failedRequests, window), ['service']), sum(rate(requests, window), ['service'])),
                legend: '{{service}}',
              },
            ],
            links: [toApi],
            seriesLinks: [toTraces('Failed traces of this service', spans({ status: 'error', kind: 'server' }))],
          }),
          timeseries({
            title: 'Latency of requests',
            description:
              'Half, 95 % and 99 % of the requests are faster. Lines at the objective (200 ms) and its critical level (500 ms) for the p95. A dot opens the trace of one request.',
            unit: 's',
            limits: latencyLimits,
            queries: latencyQueries(latency, keptLatency, window),
            links: [toApi],
          }),
        ],
        [errorBudgets(), ...burnRates()],
      ),
      toDashboard('slos'),
    ),
    leadsTo(
      row(
        'Does background work get done?',
        [
          timeseries({
            title: 'Jobs waiting',
            description:
              'By queue. It grows: do the jobs fail (right), or are they slow, or is the worker down? Lines at the levels of JobQueueHigh and JobQueueBackup.',
            unit: 'short',
            limits: queueLimits,
            queries: [{ expr: max(select('queue_depth', scope), ['queue_name']), legend: '{{queue_name}}' }],
          }),
          timeseries({
            title: 'Oldest job',
            description:
              'Age of the oldest job that waits. Above a minute while few wait: the worker does not take jobs; look at its log.',
            unit: 's',
            limits: jobLimits,
            queries: [
              { expr: max(select('queue_oldest_job_age_seconds', scope), ['queue_name']), legend: '{{queue_name}}' },
            ],
            links: [toLogs('Log of the worker', logLines({ service_name: 'worker' }))],
          }),
          timeseries({
            title: 'Job duration, p95',
            description:
              '95 % of the attempts are faster. Above the lines (30 s, 60 s): see external calls and database time below.',
            unit: 's',
            limits: jobLimits,
            queries: [{ expr: observed(quantile(0.95, jobs, window, ['job_type'])), legend: '{{job_type}}' }],
          }),
        ],
        [
          timeseries({
            title: 'Jobs done and failed',
            description:
              'Attempts per second, by status. Failed attempts are tried again; when all fail, the reason is one of those beside.',
            unit: 'ops',
            stacked: true,
            queries: [
              { expr: sum(rateOfCount(jobs, window), ['job_type', 'status']), legend: '{{job_type}} {{status}}' },
            ],
          }),
          timeseries({
            title: 'Job failures by reason',
            description:
              'dependency_unavailable, timeout, rate_limited: see the outside service. invalid_data, internal: a defect; open a failed trace below.',
            unit: 'ops',
            queries: topAndOthers(
              sum(rate(failedJobs, window), ['job_type', 'error_reason']),
              sum(increaseShown(failedJobs), ['job_type', 'error_reason']),
              { legend: '{{job_type}}: {{error_reason}}' },
            ),
          }),
        ],
      ),
      toDashboard('webhooks-jobs-queues'),
    ),
    leadsTo(
      row(
        'Causes: what we depend on',
        [
          stat({
            title: 'Database up',
            description:
              'Up when `select 1` was answered within 2 s by every process. Down: is PostgreSQL running, and can it be reached?',
            unit: 'short',
            states: upOrDown,
            queries: [{ expr: min(select('postgres_up', scope)), legend: 'up' }],
          }),
          stat({
            title: 'Failed connections',
            description:
              'Attempts per second to get a connection that failed. Above 0 with the database up: connections or credentials are exhausted.',
            unit: 'ops',
            limits: noneExpected,
            queries: [
              {
                expr: sum(rate(select('database_connection_failures_total', scope), window)),
                legend: 'failed',
              },
            ],
          }),
          stat({
            title: 'Connections in use',
            description:
              'Connections of the pools that run a query now. At the size of the pool requests wait: look for slow queries.',
            unit: 'short',
            queries: [{ expr: sum(select('database_connections_active', scope)), legend: 'in use' }],
          }),
        ],
        [
          timeseries({
            title: 'Database time, p95',
            description:
              '95 % of the queries are faster; lines at 50 ms and 100 ms. Which table it is stands on API Performance.',
            unit: 's',
            limits: databaseLimits,
            queries: [{ expr: observed(quantile(0.95, queries, window, ['service'])), legend: '{{service}}' }],
            links: [toApi],
          }),
          timeseries({
            title: 'Failures of outside services',
            description:
              'Calls per second that failed, by service and operation. See the service’s own status page; our jobs are tried again by themselves.',
            unit: 'ops',
            queries: topAndOthers(
              sum(rate(failedCalls, window), ['service', 'operation']),
              sum(increaseShown(failedCalls), ['service', 'operation']),
              { legend: '{{service}} {{operation}}' },
            ),
          }),
          timeseries({
            title: 'Work by service',
            description:
              'Requests and jobs per second, counted from spans before sampling. It should move with the requests above.',
            unit: 'ops',
            queries: [{ expr: sum(rate(workDone, window), ['service_name']), legend: '{{service_name}}' }],
          }),
          timeseries({
            title: 'Failed work by service',
            description:
              'Share of requests and jobs whose span ended with an error. Open a failed trace below to see where.',
            unit: 'percentunit',
            queries: [
              {
                expr: share(
                  sum(rate(workFailed, window), ['service_name']),
                  sum(rate(workDone, window), ['service_name']),
                ),
                legend: '{{service_name}}',
              },
            ],
            seriesLinks: [toTraces('Failed traces', spans({ status: 'error' }))],
          }),
        ],
      ),
      toDashboard('database'),
      toDashboard('external-apis'),
    ),
    processesAndHost(),
    row(
      'Look closer',
      [
        logs({
          title: 'Recent errors',
          description:
            'Lines of level error. Open one for its fields; the link at its trace id shows the whole request. None is good.',
          query: scopedLogs({ severity_text: 'error' }),
        }),
      ],
      [
        traces({
          title: 'Slow requests',
          description:
            'Requests slower than 500 ms, which is the critical level. Open one: the widest bar is where the time went.',
          query: scopedSpans(slowRequests('500ms')),
        }),
        traces({
          title: 'Failed requests and jobs',
          description:
            'Traces with a span that ended in an error. Open one: the first red span from below is the cause.',
          query: scopedSpans({ status: 'error' }),
        }),
      ],
    ),
  ],
}
