import { logs } from '../../catalogue/logql.ts'
import { matches, max, oneOf, quantile, rate, select, sum } from '../../catalogue/promql.ts'
import { sloEvents } from '../../catalogue/slo.ts'
import { spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { connections, largestTables, runningStatements, slowStatements } from '../sql.ts'
import type { SloAlerts } from './words.ts'

const queries = select('database_query_duration_seconds')

export const databaseLatency: SloAlerts = {
  slo: 'database-latency',
  name: 'DatabaseLatency',
  subject: 'database-latency',
  team: 'platform',
  followsFrom: ['DatabaseDown'],
  dashboard: 'database',
  runbook: {
    slug: 'database-latency',
    title: 'Database query time: the error budget burns',
    impact: 'Every page and job that asks the database is slow; if it gets worse, requests time out.',
    firstStep:
      'Look what runs now and who waits for whom; end a statement that blocks others, after asking who runs it.',
    looks: [
      sqlLook(
        'What runs now, and who waits for whom?',
        runningStatements,
        '`blocked_by` names the process to look at. Many that wait for one: it is that one.',
      ),
      metricsLook(
        'Does it still go on?',
        sloEvents('bad', '5m', 'database-latency'),
        'Queries per second that took longer than 50 ms.',
      ),
      metricsLook(
        'Which queries are slow?',
        quantile(0.95, queries, '5m', ['operation', 'table']),
        'p95 in seconds; the objective is 0.05, the critical level 0.1. One table: its index or its size. All: the server itself.',
      ),
      metricsLook(
        'Is there more work than usual?',
        sum(rate(select('slow_queries_total'), '5m'), ['service']),
        'Queries of more than 500 ms per second, by who asks.',
      ),
      metricsLook(
        'Are the connections used up?',
        max(select('database_connections_active'), ['service']),
        'At the size of the pool: statements queue, and whatever is slow makes everything slow.',
      ),
      metricsLook(
        'Is the disk busy?',
        max(rate(select('node_disk_io_time_seconds_total'), '5m'), ['device']),
        'Near 1 the disk does nothing else any more.',
      ),
      sqlLook('Which statements cost most?', slowStatements, 'A high mean, or very many calls, at the top.'),
      sqlLook(
        'What do the connections do?',
        connections,
        'Many `idle in transaction` hold locks that others wait for.',
      ),
      sqlLook(
        'Has a table grown, or is it full of dead rows?',
        largestTables,
        'Many dead rows: vacuum has not kept up.',
      ),
      tracesLook(
        'Whose requests are these?',
        spans({ attributes: { 'span.db.system.name': matches('.+') }, longerThan: '50ms' }),
        'The parents of these spans are the requests and jobs that suffer.',
      ),
      logsLook(
        'What do the processes say?',
        logs({ service_name: oneOf('api', 'worker') }, { severity_text: oneOf('warn', 'error') }),
        'Timeouts and deadlocks (40P01) show up here.',
      ),
    ],
    causes: [
      'A new or changed query without an index, often since a release.',
      'A table that has grown, or statistics that are old, so that another plan is taken.',
      'A transaction that stays open and holds locks.',
      'A burst of jobs: synchronization, export, retention or the nightly backup.',
      'The host: no CPU left, a slow or full disk, too little memory for what is read often.',
    ],
    actions: [
      'One statement at the top of the list: `explain (analyze, buffers)` it, and add the index (`create index concurrently`).',
      'A lock: `select pg_cancel_backend(pid)` for the one that blocks; `pg_terminate_backend` only where that does not help.',
      'Old statistics or dead rows: `vacuum (analyze)` the table.',
      'A burst of jobs: let it pass, or pause the integration that makes it.',
      'If it began with a release, go back to the one before it.',
      'Below the critical level over 30 days: plan the index, the archive or the larger machine now, with the database dashboard as evidence.',
    ],
    escalation:
      'P1 and P2: not getting better after 30 minutes, call the second on call and the owner of the database. P3: plan it on the next working day.',
  },
}
