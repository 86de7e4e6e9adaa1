import { observed, quantile, rate, select, share, sum } from '../../catalogue/promql.ts'
import type { NameOf } from '../../catalogue/series.ts'
import { quantiles } from '../latency-queries.ts'
import { type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { timeseries } from '../panels.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'

/** The counters of one provider that users of the merged systems look for, by the provider's name. */
const families: Readonly<Record<string, readonly [calls: NameOf<'counter'>, errors: NameOf<'counter'>]>> = {
  Google: ['google_api_calls_total', 'google_api_errors_total'],
  Billy: ['billy_api_calls_total', 'billy_api_errors_total'],
  GHL: ['ghl_api_calls_total', 'ghl_api_errors_total'],
  Aloware: ['aloware_api_calls_total', 'aloware_api_errors_total'],
  Verity: ['verity_api_calls_total', 'verity_api_errors_total'],
  Salesforce: ['salesforce_api_calls_total', 'salesforce_api_errors_total'],
  HubSpot: ['hubspot_api_calls_total', 'hubspot_api_errors_total'],
}

const total = (counter: NameOf<'counter'>) => sum(rate(select(counter, scope), window))

/** Each company we call, whichever adapters its calls come from. */
export const callsByAccount = (): Row =>
  row('Each provider by its own counters', [
    timeseries({
      title: 'Calls by company',
      description:
        'Calls per second by the company that answers; Google is Gmail, the calendar and their tokens together. Compare with the quota in the contract.',
      unit: 'reqps',
      stacked: true,
      queries: Object.entries(families).map(([name, [calls]]) => ({ expr: total(calls), legend: name })),
    }),
    timeseries({
      title: 'Failed share by company',
      description:
        'Share of the calls that failed, retries counted each; the line is where the alert on external APIs speaks. Open a failed call to see the status.',
      unit: 'percentunit',
      limits: alertLimits('ExternalApiFailures'),
      queries: Object.entries(families).map(([name, [calls, errors]]) => ({
        expr: share(total(errors), total(calls)),
        legend: name,
      })),
    }),
  ])

const requests = select('gateway_requests_total', scope)
const failed = select('gateway_requests_total', { ...scope, status: 'error' })
const duration = select('gateway_request_duration_seconds', scope)

/** What others send through us to Verity. */
export const gateway = (): Row =>
  row('The gateway to Verity', [
    timeseries({
      title: 'Requests through the gateway',
      description:
        'Passed on per second, by outcome. None at all: has the caller the right key, and is VERITY_BASE_URL set? The runbook of the gateway goes on.',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: sum(rate(requests, window), ['status']), legend: '{{status}}' }],
    }),
    timeseries({
      title: 'Failed share of the gateway',
      description:
        'Share of requests that Verity answered with a 5xx or not at all; the line is where the alert on the gateway speaks. Is Verity itself healthy?',
      unit: 'percentunit',
      limits: alertLimits('ApiGatewayFailing'),
      queries: [
        { expr: share(sum(rate(failed, window)), sum(rate(requests, window))), legend: 'failed', colour: 'bad' },
      ],
    }),
    timeseries({
      title: 'Duration through the gateway',
      description:
        'Half, 95 % and 99 % of the requests are faster; the line is where the alert on slow operations speaks. Nearly all of it is Verity: compare with its calls above.',
      unit: 's',
      limits: alertLimits('SlowOperations'),
      queries: quantiles(duration, window),
    }),
  ])

const toolCalls = select('mcp_tool_calls_total', scope)
const failedToolCalls = select('mcp_tool_calls_total', { ...scope, status: 'error' })

/** What assistants ask of us. */
export const mcpServer = (): Row =>
  row('The MCP server', [
    timeseries({
      title: 'Calls of tools',
      description:
        'Per second, by tool. None while somebody works with it: does the process run, and are its credentials set? Its runbook goes on.',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: sum(rate(toolCalls, window), ['tool']), legend: '{{tool}}' }],
    }),
    timeseries({
      title: 'Failed share of tool calls',
      description:
        'By tool; the line is where the alert on the MCP server speaks. Tools over broadcasts alone: is VERITY_BASE_URL right? All: the database.',
      unit: 'percentunit',
      limits: alertLimits('McpServerFailing'),
      queries: [
        {
          expr: share(sum(rate(failedToolCalls, window), ['tool']), sum(rate(toolCalls, window), ['tool'])),
          legend: '{{tool}}',
        },
      ],
    }),
    timeseries({
      title: 'Duration of tool calls, p95',
      description:
        'Seconds, by tool. A slow search is the database; a slow list of broadcasts is Verity. Open one of the traces: each call is a span.',
      unit: 's',
      limits: alertLimits('SlowOperations'),
      queries: [
        {
          expr: observed(quantile(0.95, select('mcp_tool_call_duration_seconds', scope), window, ['tool'])),
          legend: '{{tool}}',
        },
      ],
    }),
  ])
