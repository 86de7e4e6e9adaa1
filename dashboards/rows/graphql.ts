import { countShown, observed, quantile, rateOfCount, select, share, sum, sumShown } from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { errorShareLimits, latencyLimits } from '../limits.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const operations = select('graphql_query_duration_seconds', scope)
const failed = select('graphql_query_duration_seconds', { ...scope, status: 'error' })
const by = ['operation'] as const

/** All of it is one endpoint; here its operations stand apart. */
export const graphql = (): Row =>
  row('GraphQL by operation', [
    timeseries({
      title: 'GraphQL operations',
      description:
        'Per second, the busiest of the time shown. anonymous: a client that names none; ask for names, or nobody can say whose it is.',
      unit: 'reqps',
      stacked: true,
      queries: topAndOthers(sum(rateOfCount(operations, window), by), sum(countShown(operations), by), {
        legend: '{{operation}}',
      }),
    }),
    timeseries({
      title: 'Failed GraphQL operations',
      description:
        'Share that ended with an error, of the busiest operations; they are answered with 200 all the same. One alone: its resolver; open a trace of it.',
      unit: 'percentunit',
      limits: errorShareLimits,
      queries: topAndOthers(
        share(sum(rateOfCount(failed, window), by), sum(rateOfCount(operations, window), by)),
        sum(countShown(operations), by),
        { legend: '{{operation}}', others: 'max' },
      ),
    }),
    timeseries({
      title: 'Duration of GraphQL operations, p95',
      description:
        '95 % are faster, of those operations with the most time; lines at 200 ms and 500 ms. One alone: it asks for too much at once, or a field queries for each row.',
      unit: 's',
      limits: latencyLimits,
      queries: topAndOthers(observed(quantile(0.95, operations, window, by)), sum(sumShown(operations), by), {
        legend: '{{operation}}',
        others: 'max',
      }),
    }),
  ])
