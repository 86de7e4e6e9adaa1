import {
  and,
  max,
  observed,
  perMinute,
  quantile,
  rate,
  rateOfBuckets,
  rateOfCount,
  rateOfSum,
  rateWithin,
  ratio,
  select,
  sum,
  sumShown,
  topk,
} from '../../catalogue/promql.ts'
import { slos } from '../../catalogue/slo.ts'
import { quantiles } from '../latency-queries.ts'
import { type Row, row } from '../layout.ts'
import { databaseLimits, latencyShareLimits } from '../limits.ts'
import { heatmap, timeseries } from '../panels.ts'
import { most, topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const queries = select('database_query_duration_seconds', scope)
/** The same measurement under its second name. */
const copied = select('db_query_duration_seconds', scope)
const kind = ['operation', 'table'] as const

/** How long queries take, and which. */
export const queryTimes = (): Row =>
  row(
    'Which queries?',
    [
      timeseries({
        title: 'Query time',
        description:
          'Half, 95 % and 99 % of the queries are faster; lines at the objective (50 ms) and its critical level (100 ms). Only p99: rare ones, see slow queries; all: the server itself.',
        unit: 's',
        limits: databaseLimits,
        queries: quantiles(copied, window),
      }),
      timeseries({
        title: 'Within 50 ms by process',
        description:
          'Share of queries as fast as the objective asks; 95 % of them should be. One process alone: what it asks; all: the server.',
        unit: 'percentunit',
        max: 1,
        limits: latencyShareLimits,
        queries: [
          {
            expr: ratio(
              sum(rateWithin(queries, slos['database-latency'].objective, window), ['service']),
              sum(rateOfCount(queries, window), ['service']),
            ),
            legend: '{{service}}',
          },
        ],
      }),
      heatmap({
        title: 'Queries by duration',
        description:
          'How many queries took how long. A second band: some read without an index; a band that climbs with the hours: a table that has outgrown memory.',
        unit: 's',
        buckets: sum(rateOfBuckets(queries, window), ['le']),
      }),
    ],
    [
      timeseries({
        title: 'Time by operation and table',
        description:
          'How many connections each kind of query keeps busy: the load of the database by cause. The largest band is where an index or a cache helps most.',
        unit: 'short',
        stacked: true,
        queries: topAndOthers(sum(rateOfSum(queries, window), kind), sum(sumShown(queries), kind), {
          legend: '{{operation}} {{table}}',
        }),
      }),
      timeseries({
        title: 'p95 by operation and table',
        description: `95 % of the queries of a kind are faster; the ${most} kinds with the most time. Writes alone are slow: locks or the disk; one select: its index.`,
        unit: 's',
        limits: databaseLimits,
        // Buckets by kind are many series: asked once, without a second time for the others.
        queries: [
          {
            expr: and(observed(quantile(0.95, queries, window, kind)), topk(most, sum(sumShown(queries), kind))),
            legend: '{{operation}} {{table}}',
          },
        ],
      }),
      timeseries({
        title: 'Queries by operation and table',
        description: `Per second, the ${most} kinds with the most time. A kind that rises faster than the requests: a loop that queries for each row.`,
        unit: 'ops',
        queries: topAndOthers(sum(rateOfCount(queries, window), kind), sum(sumShown(queries), kind), {
          legend: '{{operation}} {{table}}',
        }),
      }),
    ],
    [
      timeseries({
        title: 'Slow queries by process',
        description:
          'Queries per minute that took longer than 500 ms. They come with a full queue or a report: compare the times, then open one of them below.',
        unit: 'cpm',
        queries: [
          {
            expr: perMinute(sum(rate(select('slow_queries_total', scope), window), ['service'])),
            legend: '{{service}}',
          },
        ],
      }),
      timeseries({
        title: 'Kinds of statements that are slow on average',
        description:
          'Statements of pg_stat_statements whose mean time is above 100 ms. The list with their text and calls: GET /api/monitoring/slow-queries, or the runbooks’ SQL.',
        unit: 'short',
        queries: [{ expr: max(select('slow_query_statements', scope)), legend: 'kinds' }],
      }),
    ],
  )
