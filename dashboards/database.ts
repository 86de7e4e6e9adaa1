import { matches, max, min, perMinute, rate, rateOfSum, select, subtract, sum, time } from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { gauge, stateTimeline } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { budgetLimits, latencyShareLimits, noneExpected } from './limits.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import { logs, traces } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import { cache } from './rows/cache.ts'
import { queryTimes } from './rows/query-times.ts'
import { tables } from './rows/tables.ts'
import { budgetLeft, compliance } from './slo.ts'
import { upOrDown } from './states.ts'
import { scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'
const inUse = select('database_connections_active', scope)
const failures = select('database_connection_failures_total', scope)
const slow = select('slow_queries_total', scope)

const queries = { kind: 'client', attributes: { 'span.db.system.name': matches('.+') } } as const
const slowTraces = toTraces('Slow queries', scopedSpans({ ...queries, longerThan: '500ms' }))
const databaseLog = toLogs('Log of the database client', scopedLogs({ component: 'database' }))

export const database: Dashboard = {
  uid: 'database',
  description: 'Is the database there and fast enough, what keeps it busy, and how does it grow?',
  tags: ['database'],
  rows: [
    leadsTo(
      row('Are users hurt?', [
        stat({
          title: 'Database up',
          description:
            'Up when `select 1` was answered within 2 s by every process. Down: is PostgreSQL running, and can it be reached? The runbook DatabaseDown goes on.',
          unit: 'short',
          states: upOrDown,
          queries: [{ expr: min(select('postgres_up', scope)), legend: 'up' }],
        }),
        stat({
          title: 'Failed connections',
          description:
            'Attempts per minute to get a connection that failed. Above 0 with the database up: connections or credentials are exhausted; count the processes and their pools.',
          unit: 'cpm',
          limits: noneExpected,
          queries: [{ expr: perMinute(sum(rate(failures, window))), legend: 'failed' }],
        }),
        stat({
          title: 'Slow queries',
          description:
            'Queries per minute that took longer than 500 ms. Open one under "Look closer": a plan without an index, a lock, or a server without CPU.',
          unit: 'cpm',
          limits: noneExpected,
          queries: [{ expr: perMinute(sum(rate(slow, window))), legend: 'slow' }],
        }),
        gauge({
          title: 'Fast queries, 30 days',
          description:
            'Share of queries within 50 ms; the objective is 95 %. Below it: the table with the most time comes first, see the row below.',
          unit: 'percentunit',
          min: 0.8,
          max: 1,
          decimals: 2,
          limits: latencyShareLimits,
          queries: [{ expr: compliance('database-latency'), legend: 'within 50 ms' }],
        }),
        gauge({
          title: 'Budget left',
          description:
            'Share of the 30 days’ slow queries that may still happen. Near 0: work on queries comes first; SLOs and Error Budgets shows how fast it burns.',
          unit: 'percentunit',
          min: 0,
          max: 1,
          decimals: 1,
          limits: budgetLimits,
          queries: [{ expr: budgetLeft('database-latency'), legend: 'left' }],
        }),
        stat({
          title: 'Since the last backup',
          description:
            'A backup is made every night. More than a day and a bit: read the log of the job backup, then start it by hand; the alert on old backups follows.',
          unit: 's',
          queries: [
            {
              expr: subtract(time(), max(select('backup_last_success_timestamp_seconds', scope))),
              legend: 'ago',
            },
          ],
        }),
      ]),
      toDashboard('slos'),
      databaseLog,
    ),
    leadsTo(queryTimes(), slowTraces, toDashboard('api-performance')),
    leadsTo(
      row('Connections', [
        timeseries({
          title: 'Connections in use by process',
          description:
            'Connections that run a query now. At the size of the pool (10 each) requests wait for one: find the slow query before you enlarge the pool.',
          unit: 'short',
          queries: [{ expr: sum(inUse, ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        }),
        timeseries({
          title: 'Connections kept busy',
          description:
            'How many connections queries occupy on average, by process. Close to the number in use above it: the pool is the limit; far below: short bursts.',
          unit: 'short',
          queries: [
            {
              expr: sum(rateOfSum(select('database_query_duration_seconds', scope), window), ['job', 'instance']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Failed connections by process',
          description:
            'Per minute. One process: its settings or its host; all: PostgreSQL refuses them (too many), or it is restarting.',
          unit: 'cpm',
          limits: noneExpected,
          queries: [
            { expr: perMinute(sum(rate(failures, window), ['job', 'instance'])), legend: '{{job}} {{instance}}' },
          ],
        }),
        stateTimeline({
          title: 'Reachable by process',
          description:
            'Up while the process got an answer within 2 s, asked every 5 s. One down while others are up: that process or its network, not the database.',
          states: upOrDown,
          queries: [{ expr: min(select('postgres_up', scope), ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        }),
      ]),
      databaseLog,
      toDashboard('runtime-host'),
    ),
    leadsTo(cache(), toDashboard('api-performance')),
    leadsTo(tables(), toDashboard('runtime-host')),
    row(
      'Look closer',
      [
        traces({
          title: 'Queries slower than 500 ms',
          description:
            'Open one: what ran at the same time, and which request or job waited for it. The statement stands on the span, without its values.',
          query: scopedSpans({ ...queries, longerThan: '500ms' }),
        }),
        traces({
          title: 'Queries that failed',
          description:
            'Open one for the error. A violated constraint is a defect or a race; a lost connection is the server or the network.',
          query: scopedSpans({ ...queries, status: 'error' }),
        }),
      ],
      [
        logs({
          title: 'What the database client says',
          description:
            'Slow queries with their duration, table and operation, and lost connections, newest first. The link at a trace id shows who asked.',
          query: scopedLogs({ component: 'database' }),
        }),
      ],
    ),
  ],
}
