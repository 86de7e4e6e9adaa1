import { logs as logLines } from '../catalogue/logql.ts'
import {
  and,
  divide,
  greater,
  increaseShown,
  matches,
  not,
  observed,
  oneOf,
  quantile,
  rate,
  rateOfBuckets,
  rateOfCount,
  rateOfSum,
  rateWithin,
  ratio,
  select,
  share,
  sum,
  topk,
  unless,
} from '../catalogue/promql.ts'
import { slos, withoutProbes } from '../catalogue/slo.ts'
import { slowRequests, spans, streamSpan } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { latencyQueries } from './latency-queries.ts'
import { leadsTo, row } from './layout.ts'
import { errorShareLimits, latencyLimits, latencyShareLimits } from './limits.ts'
import { clicked, clickedCell, toDashboard, toLogs, toTraces } from './links.ts'
import { logs, table, traces } from './lists.ts'
import { heatmap, stat, timeseries } from './panels.ts'
import { database } from './rows/database.ts'
import { graphql } from './rows/graphql.ts'
import { outsideServices } from './rows/outside-services.ts'
import { gateway, mcpServer } from './rows/providers.ts'
import { scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'
/** Lines that a person can still tell apart. */
const most = 8

const requests = select('http_requests_total', { ...scope, ...withoutProbes })
const failedRequests = select('http_requests_total', { ...scope, ...withoutProbes, status: matches('5..') })
const latency = select('http_request_duration_seconds', { ...scope, ...withoutProbes })
/** The same measurement under its second name. */
const byRoute = select('api_request_duration_seconds', { ...scope, route: withoutProbes.endpoint })
const keptLatency = select('traces_kept_span_metrics_duration_seconds', {
  ...scope,
  span_kind: 'SPAN_KIND_SERVER',
  span_name: not(streamSpan),
})
const errors = select('http_errors_total', scope)

const byEndpoint = sum(rate(requests, window), ['endpoint'])
/** The endpoints with the most requests in the time shown; the same along the whole axis, so that no line comes and goes. */
const busiest = topk(most, sum(increaseShown(requests), ['endpoint']))

const tracesOfEndpoint = toTraces(
  'Traces of this endpoint',
  spans({ kind: 'server', attributes: { 'span.http.route': clicked('endpoint') } }),
)
const failedTracesOfEndpoint = toTraces(
  'Failed traces of this endpoint',
  spans({ kind: 'server', statusCodeFrom: 500, attributes: { 'span.http.route': clicked('endpoint') } }),
)
const slowTraces = toTraces('Slow requests', spans(slowRequests('500ms')))
const apiLog = toLogs('Log of the API', logLines({ service_name: 'api' }))

export const apiPerformance: Dashboard = {
  uid: 'api-performance',
  description: 'Which endpoint is slow or fails, and is it the database, an outside service, or the code?',
  tags: ['api'],
  rows: [
    leadsTo(
      row(
        'Are users hurt?',
        [
          stat({
            title: 'Requests',
            description: 'Answered per second. A sudden loss: sign in yourself, then look at the log below.',
            unit: 'reqps',
            queries: [{ expr: sum(rate(requests, window)), legend: 'requests' }],
          }),
          stat({
            title: 'Failed',
            description:
              'Share answered with a 5xx. Above 0.1 % the error budget shrinks: the table below names the endpoint.',
            unit: 'percentunit',
            decimals: 2,
            limits: errorShareLimits,
            queries: [
              { expr: share(sum(rate(failedRequests, window)), sum(rate(requests, window))), legend: 'failed' },
            ],
          }),
          stat({
            title: 'Within 200 ms',
            description:
              'Share of requests as fast as the objective asks; 95 % of them should be. Below: the table names the slow endpoint.',
            unit: 'percentunit',
            decimals: 1,
            limits: latencyShareLimits,
            queries: [
              {
                expr: ratio(
                  sum(rateWithin(latency, slos['api-latency'].objective, window)),
                  sum(rateOfCount(latency, window)),
                ),
                legend: 'within 200 ms',
              },
            ],
          }),
          stat({
            title: 'Database time a request',
            description:
              'Seconds of queries for each request. It rises while requests do not: look at the tables below for a query that lost its index.',
            unit: 's',
            queries: [
              {
                expr: divide(
                  sum(rateOfSum(select('database_query_duration_seconds', { ...scope, service: 'api' }), window)),
                  greater(sum(rateOfCount(latency, window)), 0),
                ),
                legend: 'database',
              },
            ],
          }),
        ],
        [
          table({
            title: 'Endpoints',
            description:
              'Busiest first. Click an endpoint for its traces. Red in "p95": slow beyond 500 ms; red in "failed": beyond the critical level of the objective.',
            by: { label: 'endpoint', title: 'Endpoint' },
            columns: [
              { title: 'Requests', unit: 'reqps', expr: byEndpoint },
              {
                title: 'Failed',
                unit: 'percentunit',
                limits: errorShareLimits,
                expr: share(sum(rate(failedRequests, window), ['endpoint']), byEndpoint),
              },
              { title: 'p50', unit: 's', expr: observed(quantile(0.5, latency, window, ['endpoint'])) },
              {
                title: 'p95',
                unit: 's',
                limits: latencyLimits,
                expr: observed(quantile(0.95, latency, window, ['endpoint'])),
              },
            ],
            rowLinks: [
              toTraces(
                'Traces of this endpoint',
                spans({ kind: 'server', attributes: { 'span.http.route': clickedCell } }),
              ),
            ],
          }),
        ],
      ),
      toDashboard('slos'),
      apiLog,
    ),
    leadsTo(
      row(
        'Traffic and errors',
        [
          timeseries({
            title: 'Requests by endpoint',
            description: `The ${most} busiest of the time shown, and all others together. One that vanished: its callers fail before they reach us.`,
            unit: 'reqps',
            stacked: true,
            queries: [
              { expr: and(byEndpoint, busiest), legend: '{{endpoint}}' },
              { expr: sum(unless(byEndpoint, busiest)), legend: 'others', colour: 'aside' },
            ],
            seriesLinks: [tracesOfEndpoint, apiLog],
          }),
          timeseries({
            title: 'Answers by status',
            description:
              '2xx and 3xx are successes, 4xx the caller’s errors, 5xx ours. Many 401: a client lost its session; many 429: one is too fast.',
            unit: 'reqps',
            stacked: true,
            queries: [{ expr: sum(rate(requests, window), ['status']), legend: '{{status}}' }],
          }),
        ],
        [
          timeseries({
            title: 'Errors by type',
            description:
              'Answers of 400 and more by kind. dependency_unavailable: see the database and outside calls below; internal: a defect, open a failed trace; validation: a client sends what it should not.',
            unit: 'reqps',
            queries: [{ expr: sum(rate(errors, window), ['error_type']), legend: '{{error_type}}' }],
            seriesLinks: [apiLog],
          }),
          timeseries({
            title: 'Errors by endpoint',
            description: `Answers of 400 and more, the ${most} endpoints with the most. Click one for its failed traces.`,
            unit: 'reqps',
            queries: [
              {
                expr: and(
                  sum(rate(errors, window), ['endpoint']),
                  topk(most, sum(increaseShown(errors), ['endpoint'])),
                ),
                legend: '{{endpoint}}',
              },
            ],
            seriesLinks: [failedTracesOfEndpoint],
          }),
        ],
      ),
      toDashboard('errors-logs'),
    ),
    leadsTo(
      row(
        'Latency',
        [
          timeseries({
            title: 'Latency, all endpoints',
            description:
              'Half, 95 % and 99 % of the requests are faster; lines at 200 ms and 500 ms. A dot opens the trace of one request. p99 alone rises: a few slow requests, open their dots.',
            unit: 's',
            limits: latencyLimits,
            queries: latencyQueries(latency, keptLatency, window),
          }),
          timeseries({
            title: 'p95 by endpoint',
            description: `The ${most} busiest endpoints. One of them is slow: its traces are a click away. All are: the database or the process.`,
            unit: 's',
            limits: latencyLimits,
            queries: [
              { expr: and(observed(quantile(0.95, latency, window, ['endpoint'])), busiest), legend: '{{endpoint}}' },
            ],
            seriesLinks: [tracesOfEndpoint],
          }),
        ],
        [
          heatmap({
            title: 'Requests by duration',
            description:
              'How many requests took how long. Two bands: two kinds of requests, or a cache that is missed. A band that climbs: something fills up.',
            unit: 's',
            buckets: sum(rateOfBuckets(byRoute, window), ['le']),
          }),
        ],
      ),
      slowTraces,
    ),
    leadsTo(graphql(), toTraces('Traces of GraphQL', spans({ name: 'graphql query' }))),
    database(),
    outsideServices(),
    leadsTo(gateway(), toTraces('Requests through the gateway', scopedSpans({ name: 'verity gateway' }))),
    leadsTo(mcpServer(), toTraces('Calls of the MCP server', scopedSpans({ name: 'POST /mcp' }))),
    row(
      'Look closer',
      [
        traces({
          title: 'Requests slower than 200 ms',
          description:
            'Above the objective. Open one: the widest bar is where the time went, and "Logs for this span" shows what it said.',
          query: scopedSpans(slowRequests('200ms')),
        }),
        traces({
          title: 'Requests answered with a 5xx',
          description: 'Open one: the first red span from below is the cause.',
          query: scopedSpans({ kind: 'server', statusCodeFrom: 500 }),
        }),
      ],
      [
        logs({
          title: 'Warnings and errors',
          description: 'Newest first. Open a line for its fields; the link at its trace id shows the whole request.',
          query: scopedLogs({ severity_text: oneOf('warn', 'error', 'fatal') }),
        }),
      ],
    ),
  ],
}
