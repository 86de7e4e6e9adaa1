import {
  countShown,
  increaseShown,
  observed,
  quantile,
  rate,
  rateOfCount,
  select,
  sum,
} from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { timeseries } from '../panels.ts'
import type { Tile } from '../tile.ts'
import { topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const errors = select('external_api_errors_total', scope)
const http = select('http_client_request_duration_seconds', scope)

/** Which operation of which service fails. */
export const operationErrors = (): Tile =>
  timeseries({
    title: 'Failed calls by operation',
    description:
      'Failed calls per second, those operations with the most in the time shown. One operation alone: what it sends is wrong; all of a service: the service, or our credentials.',
    unit: 'reqps',
    queries: topAndOthers(
      sum(rate(errors, window), ['service', 'operation']),
      sum(increaseShown(errors), ['service', 'operation']),
      { legend: '{{service}} {{operation}}' },
    ),
  })

/** The same calls as the HTTP client sees them: hosts and status codes, sign-in and everything else included. */
export const outgoingByHost = (): Row =>
  row('The calls beneath, by host', [
    timeseries({
      title: 'Outgoing calls by host and status',
      description:
        'Everything that our processes fetch, per second. A host that you do not know: look who calls it in a trace. No status: no answer came.',
      unit: 'reqps',
      queries: topAndOthers(
        sum(rateOfCount(http, window), ['server_address', 'http_response_status_code']),
        sum(countShown(http), ['server_address', 'http_response_status_code']),
        { legend: '{{server_address}} {{http_response_status_code}}' },
      ),
    }),
    timeseries({
      title: 'Duration by host, p95',
      description:
        'Seconds. All hosts at once: our own network or a busy event loop, see Runtime and Host. One: that service is slow.',
      unit: 's',
      queries: [{ expr: observed(quantile(0.95, http, window, ['server_address'])), legend: '{{server_address}}' }],
    }),
  ])
