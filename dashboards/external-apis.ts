import {
  count,
  equal,
  matches,
  max,
  observed,
  orZero,
  perMinute,
  quantile,
  rate,
  rateOfBuckets,
  select,
  share,
  sum,
} from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { stateTimeline } from './gauges.ts'
import { quantiles } from './latency-queries.ts'
import { leadsTo, row } from './layout.ts'
import { alertLimits, noneExpected } from './limits.ts'
import { toDashboard, toTraces } from './links.ts'
import { table, traces } from './lists.ts'
import { heatmap, stat, timeseries } from './panels.ts'
import { operationErrors, outgoingByHost } from './rows/outgoing-calls.ts'
import { callsByAccount, gateway, mcpServer } from './rows/providers.ts'
import { scope, scopedSpans } from './variables.ts'

const window = '$__rate_interval'

const calls = select('adapter_requests_total', scope)
const failed = select('adapter_requests_total', { ...scope, status: 'error' })
const duration = select('adapter_request_duration_seconds', scope)
const rateLimited = select('adapter_rate_limit_hits_total', scope)
const unanswered = select('adapter_connection_failures_total', scope)
const breaker = max(select('adapter_circuit_breaker_state', scope), ['adapter_type'])

const failureLimits = alertLimits('ExternalApiFailures')
const provider = '{{adapter_type}}'

/** A span of an outgoing HTTP call, of whichever adapter. */
const outgoing = { kind: 'client', attributes: { 'span.http.request.method': matches('.+') } } as const
const failedCalls = toTraces('Failed outgoing calls', scopedSpans({ ...outgoing, status: 'error' }))

export const externalApis: Dashboard = {
  uid: 'external-apis',
  description: 'Which outside service fails, is slow, or asks us to slow down, and what do we do about it?',
  tags: ['integrations'],
  rows: [
    leadsTo(
      row(
        'Do our calls get through?',
        [
          stat({
            title: 'Calls',
            description:
              'Requests to all providers per second, retries included. None while jobs wait: the breakers below are open, or the worker is down.',
            unit: 'reqps',
            queries: [{ expr: sum(rate(calls, window)), legend: 'calls' }],
          }),
          stat({
            title: 'Failed calls',
            description:
              'Share of the calls of all providers that failed. The table below names the provider; its own status page says whether it is theirs.',
            unit: 'percentunit',
            decimals: 1,
            limits: failureLimits,
            queries: [{ expr: share(sum(rate(failed, window)), sum(rate(calls, window))), legend: 'failed' }],
          }),
          stat({
            title: 'Open breakers',
            description:
              'Providers that we do not call for now, because too many calls failed. Jobs wait meanwhile and go on by themselves; look below for which.',
            unit: 'short',
            decimals: 0,
            limits: noneExpected,
            queries: [{ expr: orZero(count(equal(breaker, 2))), legend: 'open' }],
          }),
          stat({
            title: 'Asked to slow down',
            description:
              'Answers of 429 per minute. Many: our quota is used up; see which jobs call so often, and whether the provider grants more.',
            unit: 'cpm',
            limits: noneExpected,
            queries: [{ expr: perMinute(sum(rate(rateLimited, window))), legend: '429' }],
          }),
        ],
        [
          table({
            title: 'Providers',
            description:
              'Busiest first. Red in "failed": the alert on external APIs speaks after five minutes. Many "no answer" beside few failures: the network, not the provider.',
            by: { label: 'adapter_type', title: 'Provider' },
            columns: [
              { title: 'Calls', unit: 'reqps', expr: sum(rate(calls, window), ['adapter_type']) },
              {
                title: 'Failed',
                unit: 'percentunit',
                limits: failureLimits,
                expr: share(sum(rate(failed, window), ['adapter_type']), sum(rate(calls, window), ['adapter_type'])),
              },
              { title: 'p50', unit: 's', expr: observed(quantile(0.5, duration, window, ['adapter_type'])) },
              { title: 'p95', unit: 's', expr: observed(quantile(0.95, duration, window, ['adapter_type'])) },
              { title: 'p99', unit: 's', expr: observed(quantile(0.99, duration, window, ['adapter_type'])) },
              {
                title: '429 a minute',
                unit: 'cpm',
                limits: noneExpected,
                expr: perMinute(sum(rate(rateLimited, window), ['adapter_type'])),
              },
              {
                title: 'No answer a minute',
                unit: 'cpm',
                limits: noneExpected,
                expr: perMinute(sum(rate(unanswered, window), ['adapter_type'])),
              },
            ],
          }),
          stateTimeline({
            title: 'Circuit breakers',
            description:
              'Open: we stopped calling for a while, since too many calls failed. Half-open: one call tries whether it works again. It flips for long: the provider is unstable, tell them.',
            queries: [{ expr: breaker, legend: provider }],
            states: { 0: ['closed', 'good'], 1: ['half-open', 'warning'], 2: ['open', 'bad'] },
          }),
        ],
      ),
      toDashboard('integrations-sync'),
      failedCalls,
    ),
    leadsTo(
      row(
        'Traffic and errors',
        [
          timeseries({
            title: 'Calls by provider and process',
            description:
              'Requests per second, retries included. One rises alone: a job retries, or a tenant has many changes; see Integrations and Sync.',
            unit: 'reqps',
            stacked: true,
            queries: [
              { expr: sum(rate(calls, window), ['adapter_type', 'service']), legend: '{{adapter_type}} {{service}}' },
            ],
          }),
          timeseries({
            title: 'Failed calls by provider',
            description:
              'Failed requests per second. A step: the provider or our credentials; a slope: it is being overloaded. Its breaker opens by itself.',
            unit: 'reqps',
            queries: [{ expr: sum(rate(failed, window), ['adapter_type']), legend: provider }],
          }),
          operationErrors(),
        ],
        [
          timeseries({
            title: 'Answers of 429',
            description:
              'Per second and provider; the line is where the alert on rate limits speaks. Calls wait as long as the provider asks; spread the schedules that begin at the same time.',
            unit: 'reqps',
            limits: alertLimits('RateLimitHits'),
            queries: [{ expr: sum(rate(rateLimited, window), ['adapter_type']), legend: provider }],
          }),
          timeseries({
            title: 'Calls without an answer',
            description:
              'Refused, cut, or out of time, per second. All providers at once: our own network or name resolution. One: its status page.',
            unit: 'reqps',
            limits: noneExpected,
            queries: [{ expr: sum(rate(unanswered, window), ['adapter_type']), legend: provider }],
          }),
          timeseries({
            title: 'Calls by what they are about',
            description:
              'Requests per second by the kind of record. It says whose work it is: messages are mailboxes, contacts and deals are synchronization.',
            unit: 'reqps',
            stacked: true,
            queries: [{ expr: sum(rate(calls, window), ['entity']), legend: '{{entity}}' }],
          }),
        ],
      ),
      failedCalls,
      toDashboard('integrations-sync'),
    ),
    leadsTo(
      row('Latency', [
        timeseries({
          title: 'Duration of a call',
          description:
            'Half, 95 % and 99 % of the calls to all providers are faster. Jobs wait for it, requests rarely. p99 near ten seconds is our own time limit.',
          unit: 's',
          queries: quantiles(duration, window),
        }),
        timeseries({
          title: 'Duration by what the call is about, p95',
          description:
            'Seconds. Lists of contacts and deals are slow by nature; when messages or mail are, look at Gmail and the mail server first.',
          unit: 's',
          queries: [{ expr: observed(quantile(0.95, duration, window, ['entity'])), legend: '{{entity}}' }],
        }),
        heatmap({
          title: 'Calls by duration',
          description:
            'How many calls took how long. A band at the very top: calls that run into the time limit; a second band: one provider differs from the others.',
          unit: 's',
          buckets: sum(rateOfBuckets(duration, window), ['le']),
        }),
      ]),
      toTraces('Slow outgoing calls', scopedSpans({ ...outgoing, longerThan: '1s' })),
    ),
    leadsTo(callsByAccount(), failedCalls),
    leadsTo(gateway(), toTraces('Requests through the gateway', scopedSpans({ name: 'verity gateway' }))),
    leadsTo(mcpServer(), toTraces('Calls of the MCP server', scopedSpans({ name: 'POST /mcp' }))),
    leadsTo(outgoingByHost(), toDashboard('runtime-host')),
    row('Look closer', [
      traces({
        title: 'Calls slower than a second',
        description:
          'Open one: what came before and after the call says who waited for it. All to one host: it is slow; to all: we are.',
        query: scopedSpans({ ...outgoing, longerThan: '1s' }),
      }),
      traces({
        title: 'Calls that failed',
        description:
          'Open one for its status and address. 401 or 403: credentials; 4xx: we send what they refuse; 5xx and no status: it is theirs.',
        query: scopedSpans({ ...outgoing, status: 'error' }),
      }),
    ]),
  ],
}
