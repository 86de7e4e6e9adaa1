import { logs } from '../../catalogue/logql.ts'
import { equal, max, oneOf, rate, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { connections, runningStatements } from '../sql.ts'

const seenBy = (job: 'api' | 'worker', values: string) =>
  given(
    'postgres_up',
    { job, service: job, instance: job === 'api' ? '127.0.0.1:9464' : '127.0.0.1:9465', database: 'crm' },
    values,
  )
const firing = {
  labels: { database: 'crm' },
  description: 'No process has had an answer to `select 1` from the database crm within 2 seconds.',
}

export const databaseDown = alert({
  name: 'DatabaseDown',
  subject: 'database',
  // Each process asks by itself. One that gets an answer proves that the database lives, hence the maximum.
  expr: equal(max(select('postgres_up'), ['database']), 0),
  // Six questions in a row without an answer. A failover or restart of PostgreSQL takes less.
  for: '30s',
  severity: 'critical',
  priority: 'P1',
  team: 'platform',
  receivers: ['page'],
  level: 'page',
  summary: 'The database does not answer.',
  description: ({ label }) =>
    `No process has had an answer to \`select 1\` from the database ${label('database')} within 2 seconds.`,
  dashboard: { uid: 'system-overview', lookBack: '1h' },
  runbook: {
    slug: 'database-down',
    title: 'The database does not answer',
    impact: 'Every request that reads or writes is answered with 503, nobody can sign in, and no job runs.',
    firstStep: 'Look whether PostgreSQL runs and accepts connections; if it does not, start it and read its log.',
    looks: [
      metricsLook(
        'Who gets no answer?',
        select('postgres_up'),
        '0 from every process is the database or the network before it; 0 from one process is that process.',
      ),
      metricsLook(
        'Do connections fail, or are there none left?',
        sum(rate(select('database_connection_failures_total'), '1m'), ['service']),
        'Failed attempts per second. With some connections still working, think of the limit of connections.',
      ),
      metricsLook(
        'Were the connections all in use?',
        max(select('database_connections_active'), ['service']),
        'At the size of the pool just before: something held them.',
      ),
      logsLook(
        'What do the processes say?',
        logs({ service_name: oneOf('api', 'worker') }, { severity_text: 'error' }),
        'ECONNREFUSED: it does not run. 53300: too many connections. 57P03: it starts or recovers. 28P01: the password is wrong.',
      ),
      tracesLook(
        'Which requests fail?',
        spans({ attributes: { 'resource.service.name': 'api' }, statusCodeFrom: 500 }),
        'Spans of queries with an error, or requests that waited for a connection.',
      ),
      sqlLook(
        'If it lets you in: who is connected?',
        connections,
        'Many `idle in transaction` hold what others wait for.',
      ),
      sqlLook('What runs, and who waits for whom?', runningStatements, '`blocked_by` names the process to look at.'),
    ],
    causes: [
      'PostgreSQL stopped: killed for want of memory, a full disk, or stopped by somebody.',
      'It recovers after a crash, and says so in its log.',
      'All connections are in use.',
      'Name, address or password of the database changed.',
    ],
    actions: [
      'Ask it: `pg_isready -h 127.0.0.1 -p 54329`.',
      'Start it: `npm run service -- start postgres`; under compose `docker compose up -d postgres`.',
      'Read the end of `.data/run/logs/postgres.log`, or `docker compose logs --tail 100 postgres`.',
      'Disk full: free space, and never delete anything under `pg_wal`.',
      'No connections left: end sessions that idle in a transaction with `select pg_terminate_backend(pid)`.',
      'The API and the worker connect again by themselves. Do not restart them.',
    ],
    escalation:
      'Not accepting connections after 15 minutes, or any sign of damaged data: call the second on call and the owner of the database before anything is restored.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when nobody had an answer for 30 s',
      series: [seenBy('api', '1x3 0x30'), seenBy('worker', '1x3 0x30')],
      at: { '45s': silence, '50s': [firing], '2m': [firing] },
    },
    {
      kind: 'below',
      title: 'is quiet while one process gets answers',
      series: [seenBy('api', '0x60'), seenBy('worker', '1x60')],
      at: { '5m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet during a restart of 25 s',
      series: [seenBy('api', '1x3 0x5 1x30'), seenBy('worker', '1x3 0x5 1x30')],
      at: { '40s': silence, '45s': silence, '2m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends with the first answer',
      series: [seenBy('api', '0x11 1x10'), seenBy('worker', '0x20')],
      at: { '55s': [firing], '1m': silence },
    },
    {
      kind: 'fires',
      title: 'fires although only one process is left to ask',
      series: [seenBy('api', '1x3 _x1 stale'), seenBy('worker', '1x3 0x30')],
      at: { '2m': [firing] },
    },
    { kind: 'absent', title: 'is quiet where nobody ever asked', series: [], at: { '5m': silence } },
  ],
})
