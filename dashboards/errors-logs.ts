import { above, lineRate, mostLines } from '../catalogue/logql.ts'
import { increase, increaseShown, matches, max, oneOf, rate, select, share, sum } from '../catalogue/promql.ts'
import { userRequests } from '../catalogue/slo.ts'
import type { Dashboard } from './dashboard.ts'
import { barGauge } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { errorShareLimits, noneExpected } from './limits.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import { logs, table, traces } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import { most, topAndOthers } from './top.ts'
import { scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'
const step = '$__auto'

const requests = select('http_requests_total', { ...scope, ...userRequests })
const failedRequests = select('http_requests_total', { ...scope, ...userRequests, status: matches('5..') })
const httpErrors = select('http_errors_total', scope)
const occurrences = select('error_occurrences_total', scope)
const newGroups = select('error_groups_new_total', scope)

const bad = oneOf('warn', 'error', 'fatal')
const errorLines = scopedLogs({ severity_text: oneOf('error', 'fatal') })
const access = scopedLogs({ log_type: 'access' })
const slowRequests = above(access, 'metadata_durationMs', 500)

const toErrors = toLogs('Errors in the log', errorLines)
const failedTraces = toTraces('Failed requests and jobs', scopedSpans({ status: 'error' }))

export const errorsLogs: Dashboard = {
  uid: 'errors-logs',
  description: 'What goes wrong, is it new, and what do the processes say about it?',
  tags: ['logs', 'errors'],
  rows: [
    leadsTo(
      row('Is something going wrong?', [
        stat({
          title: 'Requests failed',
          description:
            'Share answered with a 5xx. Above the levels of the alerts: the kinds below, then a failed trace.',
          unit: 'percentunit',
          decimals: 2,
          limits: errorShareLimits,
          queries: [{ expr: share(sum(rate(failedRequests, window)), sum(rate(requests, window))), legend: 'failed' }],
          links: [toDashboard('api-performance')],
        }),
        stat({
          title: 'Errors recorded',
          description:
            'Occurrences in the time shown that went into the error groups. More than usual: which type stands below, which group at /api/monitoring/error-groups.',
          unit: 'short',
          decimals: 0,
          queries: [{ expr: sum(increase(occurrences, '$__range')), legend: 'errors', instant: true }],
        }),
        stat({
          title: 'New error groups',
          description:
            'Groups that appeared for the first time in the time shown; NewErrorGroup tells of each. Any: what was deployed just before? Read its stack in the log below.',
          unit: 'short',
          decimals: 0,
          limits: noneExpected,
          queries: [{ expr: sum(increase(newGroups, '$__range')), legend: 'new', instant: true }],
        }),
        stat({
          title: 'Error groups',
          description:
            'Groups in the database. A number that grows by itself: messages that hold ids do not group; mend their text.',
          unit: 'short',
          decimals: 0,
          queries: [{ expr: max(select('error_groups', scope)), legend: 'groups' }],
        }),
      ]),
      toErrors,
    ),
    leadsTo(
      row(
        'What kind of errors?',
        [
          timeseries({
            title: 'Errors recorded, by type',
            description: `The ${most} most frequent types of errors of all processes. One that begins at a deployment: go back, then open a line of it below.`,
            unit: 'ops',
            stacked: true,
            queries: topAndOthers(
              sum(rate(occurrences, window), ['error_type']),
              sum(increaseShown(occurrences), ['error_type']),
              { legend: '{{error_type}}' },
            ),
          }),
          timeseries({
            title: 'New error groups, by service',
            description: 'When a kind of error was seen for the first time. At a deployment: it came with it.',
            unit: 'ops',
            limits: noneExpected,
            queries: [{ expr: sum(rate(newGroups, window), ['service']), legend: '{{service}}' }],
          }),
        ],
        [
          timeseries({
            title: 'Answers that were errors',
            description:
              'Answers of 400 and more by kind. dependency_unavailable, timeout, internal are ours; all others are the caller’s.',
            unit: 'reqps',
            stacked: true,
            queries: [{ expr: sum(rate(httpErrors, window), ['error_type']), legend: '{{error_type}}' }],
            links: [toDashboard('api-performance')],
          }),
          table({
            title: 'Errors by exception and part',
            description:
              'Lines with an exception in the time shown, the twenty most frequent. Click one for its traces; none is good.',
            by: { label: 'exception_type', title: 'Exception' },
            columns: [
              {
                title: 'Lines',
                unit: 'short',
                expr: mostLines(
                  scopedLogs({ exception_type: matches('.+') }),
                  ['service_name', 'component', 'exception_type'],
                  20,
                ),
              },
            ],
            rowLinks: [failedTraces],
          }),
        ],
      ),
      failedTraces,
    ),
    leadsTo(
      row(
        'What do the processes say?',
        [
          timeseries({
            title: 'Log lines by level',
            description:
              'Lines per second. error rises: what they say stands below. All vanish while requests flow: is Loki, or the collector, down?',
            unit: 'ops',
            stacked: true,
            queries: [{ expr: lineRate(scopedLogs(), step, ['severity_text']), legend: '{{severity_text}}' }],
            links: [toDashboard('telemetry-pipeline')],
          }),
          timeseries({
            title: 'Log lines by service',
            description:
              'Lines per second. One service falls silent: is it up? One that talks far more than before costs money.',
            unit: 'ops',
            queries: [
              {
                expr: lineRate(scopedLogs({ severity_text: matches('.+') }), step, ['service_name']),
                legend: '{{service_name}}',
              },
            ],
            links: [toDashboard('runtime-host')],
          }),
          timeseries({
            title: 'Warnings and errors by part',
            description:
              'Lines per second by the part of the service that wrote them. It names where to look: database, jobs, email …',
            unit: 'ops',
            queries: [
              { expr: lineRate(scopedLogs({ severity_text: bad }), step, ['component']), legend: '{{component}}' },
            ],
          }),
        ],
        [
          timeseries({
            title: 'Lines by pipeline',
            description:
              'access: one a request; security: what those who watch want to know; application: all else. access without requests, or requests without access: the collector’s rules are wrong.',
            unit: 'ops',
            queries: [
              { expr: lineRate(scopedLogs({ log_type: matches('.+') }), step, ['log_type']), legend: '{{log_type}}' },
            ],
            links: [toDashboard('telemetry-pipeline')],
          }),
          timeseries({
            title: 'Access log by status',
            description:
              'Answers per second as the access log has them. It should agree with the requests on API Performance.',
            unit: 'ops',
            stacked: true,
            queries: [
              {
                expr: lineRate(access, step, ['http_response_status_code']),
                legend: '{{http_response_status_code}}',
              },
            ],
            links: [toDashboard('api-performance')],
          }),
          timeseries({
            title: 'Access log by client region',
            description:
              'Answers per second by where the caller is. A region that vanished: a network between. One that is new and large: see Security.',
            unit: 'ops',
            queries: [
              {
                expr: lineRate(scopedLogs({ log_type: 'access', client_region: matches('.+') }), step, [
                  'client_region',
                ]),
                legend: '{{client_region}}',
              },
            ],
            links: [toDashboard('security')],
          }),
        ],
        [
          barGauge({
            title: 'Who talks most',
            description:
              'Lines in the time shown by part, the ten largest. A debug line in a hot path: raise its level.',
            unit: 'short',
            queries: [
              {
                expr: mostLines(scopedLogs(), ['service_name', 'component'], 10),
                legend: '{{service_name}} {{component}}',
                instant: true,
              },
            ],
          }),
          barGauge({
            title: 'Operations that failed',
            description:
              'Warnings and errors that name their operation, the ten most frequent in the time shown. Its runbook: Alerts and Notifications.',
            unit: 'short',
            queries: [
              {
                expr: mostLines(scopedLogs({ severity_text: bad, operation: matches('.+') }), ['operation'], 10),
                legend: '{{operation}}',
                instant: true,
              },
            ],
            links: [toDashboard('alerts-notifications')],
          }),
        ],
      ),
      toErrors,
    ),
    row(
      'Look closer',
      [
        logs({
          title: 'Errors',
          description:
            'Newest first. Open one for its exception and stack; the link at its trace id shows the whole request. None is good.',
          query: errorLines,
        }),
        logs({
          title: 'Warnings',
          description:
            'What was put right by itself, or nearly went wrong: slow queries, attempts that are made again. Many of one kind: mend it before it is an error.',
          query: scopedLogs({ severity_text: 'warn' }),
        }),
      ],
      [
        logs({
          title: 'Slow requests in the access log',
          description:
            'Requests that took longer than 500 ms, the critical level. Open one; the link at its trace id shows where the time went.',
          query: slowRequests,
        }),
        traces({
          title: 'Traces with an error',
          description:
            'Requests and jobs with a span that failed. Open one: the first red span from below is the cause.',
          query: scopedSpans({ status: 'error' }),
        }),
      ],
    ),
  ],
}
