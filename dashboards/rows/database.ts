import { observed, quantile, rateOfCount, rateOfSum, select, sum, sumShown } from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { databaseLimits } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { timeseries } from '../panels.ts'
import { most, topAndOthers } from '../top.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const queries = select('database_query_duration_seconds', scope)

/** The database as our processes see it. */
export const database = (): Row =>
  leadsTo(
    row(
      'Is it the database?',
      [
        timeseries({
          title: 'Database time by operation and table',
          description:
            'How many connections each kind of query keeps busy: the database’s load by cause. The largest band is where an index or a cache helps most.',
          unit: 'short',
          stacked: true,
          queries: topAndOthers(
            sum(rateOfSum(queries, window), ['operation', 'table']),
            sum(sumShown(queries), ['operation', 'table']),
            { legend: '{{operation}} {{table}}' },
          ),
        }),
        timeseries({
          title: 'Query time by table, p95',
          description: `95 % of the queries are faster; lines at 50 ms and 100 ms; the ${most} tables with the most query time. One table: a missing index or a lock. All: the server is out of CPU, memory or disk.`,
          unit: 's',
          limits: databaseLimits,
          queries: topAndOthers(
            observed(quantile(0.95, queries, window, ['table'])),
            sum(sumShown(queries), ['table']),
            { legend: '{{table}}', others: 'max' },
          ),
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
    ),
    toDashboard('database'),
  )
