import {
  and,
  increaseShown,
  max,
  min,
  multiply,
  or,
  rounded,
  secondsSinceRise,
  select,
  sum,
} from '../../catalogue/promql.ts'
import { stateTimeline } from '../gauges.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { noneExpected } from '../limits.ts'
import { clickedCell, toDashboard, toLogs } from '../links.ts'
import { table } from '../lists.ts'
import { scope, scopedLogs } from '../variables.ts'
import { completed, ended, failed, rateLimited, unanswered } from './series.ts'

const each = ['integration_id', 'adapter_type', 'tenant_id'] as const

/** Those that were synced at all: providers are also called on behalf of no integration. */
const synced = rounded(sum(increaseShown(ended), each))

const ofSynced = (of: typeof unanswered | typeof rateLimited) =>
  and(or(rounded(sum(increaseShown(of), each)), multiply(synced, 0)), synced)

/** Part two: how is each integration? */
export const health = (): Row =>
  leadsTo(
    row(
      'Integration health',
      [
        table({
          title: 'Integrations',
          height: 8,
          description:
            'Longest without a completed job first; empty: none in the time shown. Click one for its log. No answer or 429: the provider; failures without either: its data or our code. Counts are rounded; tenants and integrations appear by id, for metrics hold no names.',
          by: [
            { label: 'integration_id', title: 'Integration' },
            { label: 'adapter_type', title: 'Provider' },
            { label: 'tenant_id', title: 'Tenant' },
          ],
          columns: [
            { title: 'Since last success', unit: 's', expr: min(secondsSinceRise(completed), each) },
            { title: 'Ended', unit: 'short', expr: synced },
            { title: 'Failed', unit: 'short', limits: noneExpected, expr: rounded(sum(increaseShown(failed), each)) },
            {
              title: 'No answer',
              unit: 'short',
              limits: noneExpected,
              expr: ofSynced(unanswered),
            },
            {
              title: '429',
              unit: 'short',
              limits: noneExpected,
              expr: ofSynced(rateLimited),
            },
          ],
          rowLinks: [toLogs('Log of this integration', scopedLogs({ integrationId: clickedCell }))],
        }),
      ],
      [
        stateTimeline({
          title: 'Connection to each provider',
          description:
            'The circuit breaker of the worst process. Open: calls to it are not even tried for a while, and sync jobs wait; it closes by itself when the provider answers.',
          queries: [
            {
              expr: max(select('adapter_circuit_breaker_state', scope), ['adapter_type']),
              legend: '{{adapter_type}}',
            },
          ],
          states: { 0: ['connected', 'good'], 1: ['trying', 'warning'], 2: ['cut off', 'bad'] },
        }),
      ],
    ),
    toDashboard('external-apis'),
  )
