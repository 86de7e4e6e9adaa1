import { observed, quantile, rateOfCount, rateOfSum, select, sum } from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { databaseLimits } from '../limits.ts'
import { timeseries } from '../panels.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const queries = select('database_query_duration_seconds', scope)

/** The database as our processes see it. */
export const database = (): Row =>
  row(
    'Is it the database?',
    [
      timeseries({
        title: 'Database time by operation and table',
        description:
          'Seconds of query time in each second: the database’s load by cause. The largest band is where an index or a cache helps most.',
        unit: 's',
        stacked: true,
        queries: [{ expr: sum(rateOfSum(queries, window), ['operation', 'table']), legend: '{{operation}} {{table}}' }],
      }),
      timeseries({
        title: 'Query time by table, p95',
        description:
          '95 % of the queries are faster; lines at 50 ms and 100 ms. One table: a missing index or a lock. All: the server is out of CPU, memory or disk.',
        unit: 's',
        limits: databaseLimits,
        queries: [{ expr: observed(quantile(0.95, queries, window, ['table'])), legend: '{{table}}' }],
      }),
    ],
    [
      timeseries({
        title: 'Queries by operation',
        description: 'Queries per second. It rises faster than the requests: a loop that queries for each row.',
        unit: 'ops',
        queries: [{ expr: sum(rateOfCount(queries, window), ['operation']), legend: '{{operation}}' }],
      }),
      timeseries({
        title: 'Connections in use',
        description:
          'By process. At the size of the pool requests wait for a connection: look for slow queries, then enlarge the pool.',
        unit: 'short',
        queries: [
          {
            expr: sum(select('database_connections_active', scope), ['job', 'instance']),
            legend: '{{job}} {{instance}}',
          },
        ],
      }),
    ],
  )
