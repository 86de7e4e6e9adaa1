import { countShown, observed, quantile, rate, rateOfCount, select, sum } from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { noneExpected } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const calls = select('http_client_request_duration_seconds', scope)

/** What we call, and how it answers. */
export const outsideServices = (): Row =>
  leadsTo(
    row('Is it an outside service?', [
      timeseries({
        title: 'Outgoing calls',
        description: 'Calls per second by host and status. No status: no answer came. 429: they ask us to slow down.',
        unit: 'reqps',
        queries: topAndOthers(
          sum(rateOfCount(calls, window), ['server_address', 'http_response_status_code']),
          sum(countShown(calls), ['server_address', 'http_response_status_code']),
          { legend: '{{server_address}} {{http_response_status_code}}' },
        ),
      }),
      timeseries({
        title: 'Duration of outgoing calls, p95',
        description: 'By host. A slow host makes requests or jobs slow that wait for it: see which in a trace.',
        unit: 's',
        queries: [{ expr: observed(quantile(0.95, calls, window, ['server_address'])), legend: '{{server_address}}' }],
      }),
      timeseries({
        title: 'Failed outgoing calls',
        description: 'Per second, by service. See the service’s own status page; jobs are tried again by themselves.',
        unit: 'ops',
        limits: noneExpected,
        queries: [
          { expr: sum(rate(select('external_api_errors_total', scope), window), ['service']), legend: '{{service}}' },
        ],
      }),
    ]),
    toDashboard('external-apis'),
  )
