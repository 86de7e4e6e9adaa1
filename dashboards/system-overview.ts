import { logs as logLines } from '../catalogue/logql.ts'
import {
  divide,
  matches,
  max,
  min,
  observed,
  oneOf,
  quantile,
  rate,
  rateOfCount,
  select,
  share,
  subtract,
  sum,
} from '../catalogue/promql.ts'
import { spans } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { row } from './layout.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import {
  availabilityLimits,
  budgetLimits,
  cpuLimits,
  databaseLimits,
  diskLimits,
  errorShareLimits,
  jobLimits,
  latencyLimits,
  latencyShareLimits,
  memoryLimits,
  noneExpected,
  queueLimits,
  upLimits,
} from './objectives.ts'
import { logs, stat, timeseries, traces } from './panels.ts'
import { budgetLeft, burnRate, compliance } from './slo.ts'
import { scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'

const requests = select('http_requests_total', scope)
const failedRequests = select('http_requests_total', { ...scope, status: matches('5..') })
const latency = select('http_request_duration_seconds', scope)
const keptLatency = select('traces_kept_span_metrics_duration_seconds', { ...scope, span_kind: 'SPAN_KIND_SERVER' })
const queries = select('database_query_duration_seconds', scope)
const jobs = select('job_processing_duration_seconds', scope)
const work = { ...scope, span_kind: oneOf('SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') } as const
const workDone = select('traces_span_metrics_calls_total', work)
const workFailed = select('traces_span_metrics_calls_total', { ...work, status_code: 'STATUS_CODE_ERROR' })

const toApi = toDashboard('api-performance')

export const systemOverview: Dashboard = {
  uid: 'system-overview',
  description: 'Are users hurt, and if so, where does it come from?',
  tags: ['overview'],
  rows: [
    row(
      'Are users hurt?',
      [
        stat({
          title: 'Availability, 30 days',
          description:
            'Share of requests not answered with a 5xx. Below 99.9 % the objective is missed: stop risky changes, and look below for which service fails.',
          unit: 'percentunit',
          decimals: 3,
          limits: availabilityLimits,
          queries: [{ expr: compliance('api-availability'), legend: 'availability' }],
        }),
        stat({
          title: 'Availability budget left',
          description:
            'Share of the 30 days’ errors that may still happen. Near 0: changes wait until it has recovered. Below 0 the objective is missed.',
          unit: 'percentunit',
          decimals: 1,
          limits: budgetLimits,
          queries: [{ expr: budgetLeft('api-availability'), legend: 'left' }],
        }),
        stat({
          title: 'Fast requests, 30 days',
          description:
            'Share of requests answered within 200 ms; the objective is 95 %. When it falls, find the slow endpoint on the dashboard API Performance.',
          unit: 'percentunit',
          decimals: 2,
          limits: latencyShareLimits,
          queries: [{ expr: compliance('api-latency'), legend: 'within 200 ms' }],
          links: [toApi],
        }),
        stat({
          title: 'Latency budget left',
          description:
            'Share of the 30 days’ slow requests that may still happen. Near 0: performance work comes first.',
          unit: 'percentunit',
          decimals: 1,
          limits: budgetLimits,
          queries: [{ expr: budgetLeft('api-latency'), legend: 'left' }],
        }),
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
            'The least of all targets chosen above: 1 when each answered its last scrape. 0: see "Targets" below for which one, then its log.',
          unit: 'short',
          decimals: 0,
          limits: upLimits,
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
          queries: [
            { expr: quantile(0.5, latency, window), legend: 'p50', colour: 'p50' },
            { expr: quantile(0.95, latency, window), legend: 'p95', colour: 'p95' },
            { expr: quantile(0.99, latency, window), legend: 'p99', colour: 'p99' },
            {
              expr: quantile(0.95, keptLatency, window),
              legend: 'p95 of kept traces',
              colour: 'aside',
              exemplars: true,
            },
          ],
          links: [toApi],
        }),
      ],
      [
        timeseries({
          title: 'How fast the availability budget burns',
          description:
            '1 uses up the whole budget in exactly 30 days. Above 14.4 in the hour somebody is paged: look at the error rate by service.',
          unit: 'short',
          queries: [
            { expr: burnRate('api-availability', '5m'), legend: 'last 5 minutes', colour: 'p50' },
            { expr: burnRate('api-availability', '1h'), legend: 'last hour', colour: 'p95' },
            { expr: burnRate('api-availability', '6h'), legend: 'last 6 hours', colour: 'p99' },
          ],
        }),
        timeseries({
          title: 'How fast the latency budget burns',
          description:
            '1 uses up the whole budget in exactly 30 days. Above it for hours: find the slow endpoint on API Performance, then its slow queries.',
          unit: 'short',
          queries: [
            { expr: burnRate('api-latency', '5m'), legend: 'last 5 minutes', colour: 'p50' },
            { expr: burnRate('api-latency', '1h'), legend: 'last hour', colour: 'p95' },
            { expr: burnRate('api-latency', '6h'), legend: 'last 6 hours', colour: 'p99' },
          ],
          links: [toApi],
        }),
      ],
    ),
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
          queries: [
            {
              expr: sum(rate(select('job_failures_total', scope), window), ['job_type', 'error_reason']),
              legend: '{{job_type}}: {{error_reason}}',
            },
          ],
        }),
      ],
    ),
    row(
      'Causes: what we depend on',
      [
        stat({
          title: 'Database up',
          description:
            '1 when `select 1` was answered within 2 s by every process. 0: is PostgreSQL running, and can it be reached?',
          unit: 'short',
          decimals: 0,
          limits: upLimits,
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
          queries: [
            {
              expr: sum(rate(select('external_api_errors_total', scope), window), ['service', 'operation']),
              legend: '{{service}} {{operation}}',
            },
          ],
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
    row(
      'Causes: processes and host',
      [
        timeseries({
          title: 'Event loop delay, p99',
          description:
            'How long ready work waits for the process. Above 100 ms something computes for too long: take a CPU profile.',
          unit: 's',
          queries: [
            {
              expr: max(select('nodejs_eventloop_delay_p99_seconds', scope), ['instance', 'job']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Event loop in use',
          description: 'Share of time in which the process was busy. Near 100 % it is at its limit: add a process.',
          unit: 'percentunit',
          max: 1,
          limits: memoryLimits,
          queries: [
            {
              expr: max(select('nodejs_eventloop_utilization_ratio', scope), ['instance', 'job']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Heap in use',
          description:
            'Memory of JavaScript by process. A saw is normal; a staircase over hours is a leak: take a heap snapshot.',
          unit: 'bytes',
          queries: [
            {
              expr: sum(select('v8js_memory_heap_used_bytes', scope), ['instance', 'job']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Targets',
          description:
            '1 when the target answered its last scrape. 0 for a process of ours: read its log, then restart it.',
          unit: 'short',
          max: 1,
          queries: [{ expr: min(select('up', scope), ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        }),
      ],
      [
        timeseries({
          title: 'CPU of the host',
          description:
            'All cores together. Above 80 % for long: which process it is shows in `top`; then more cores or fewer tenants a host.',
          unit: 'percent',
          max: 100,
          limits: cpuLimits,
          queries: [{ expr: max(select('cpu_usage_percent', scope), ['instance']), legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Memory of the host',
          description:
            'Share in use. Above 95 % the kernel begins to kill: look at the heap above and at the servers’ memory.',
          unit: 'percentunit',
          max: 1,
          limits: memoryLimits,
          queries: [
            {
              expr: subtract(
                1,
                divide(
                  sum(select('node_memory_MemAvailable_bytes', scope), ['instance']),
                  sum(select('node_memory_MemTotal_bytes', scope), ['instance']),
                ),
              ),
              legend: '{{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Free disk',
          description:
            'Of the fullest file system. Below 20 %: delete or grow, before the database and the queues stop.',
          unit: 'percent',
          max: 100,
          limits: diskLimits,
          queries: [{ expr: min(select('disk_free_percent', scope), ['instance']), legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Telemetry dropped',
          description:
            'Spans and log records per second that a process threw away because the collector did not take them. Above 0: is the collector up?',
          unit: 'ops',
          limits: noneExpected,
          queries: [
            {
              expr: sum(rate(select('telemetry_dropped_total', scope), window), ['service', 'signal']),
              legend: '{{service}} {{signal}}',
            },
          ],
        }),
      ],
    ),
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
          query: scopedSpans({ kind: 'server', longerThan: '500ms' }),
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
