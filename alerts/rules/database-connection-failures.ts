import { logs } from '../../catalogue/logql.ts'
import {
  and,
  equal,
  greater,
  increase,
  max,
  minOverTime,
  oneOf,
  rate,
  round,
  select,
  sum,
} from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { connectionLimit, connections, runningStatements } from '../sql.ts'

const window = '5m'
const failures = select('database_connection_failures_total')

const failed = (values: string, service: 'api' | 'worker' = 'api', port = 9464) =>
  given('database_connection_failures_total', { job: service, service, instance: `127.0.0.1:${port}` }, values)
const answers = (values: string, service: 'api' | 'worker' = 'worker') =>
  given(
    'postgres_up',
    { job: service, service, instance: service === 'api' ? '127.0.0.1:9464' : '127.0.0.1:9465', database: 'crm' },
    values,
  )
const firing = (count: number, service = 'api') => ({
  labels: { service },
  description: `${count} attempts of the process ${service} to get a connection failed in the last 5 minutes, while the database was up.`,
})

export const databaseConnectionFailures = alert({
  name: 'DatabaseConnectionFailures',
  subject: 'database-connections',
  // Up, for one process at least, during all of the time in which they were counted: those of an outage are DatabaseDown's.
  expr: and(
    greater(round(sum(increase(failures, window), ['service'])), 0),
    equal(max(minOverTime(select('postgres_up'), window)), 1),
    { on: [] },
  ),
  // A process that starts tries again until its database is there.
  for: '1m',
  severity: 'critical',
  priority: 'P1',
  team: 'platform',
  receivers: ['page'],
  level: 'page',
  summary: 'Processes get no connection to a database that is up.',
  description: ({ count, label }) =>
    `${count} attempts of the process ${label('service')} to get a connection failed in the last 5 minutes, while the database was up.`,
  dashboard: { uid: 'database', lookBack: '1h', variables: ({ label }) => ({ job: label('service') }) },
  runbook: {
    slug: 'database-connection-failures',
    title: 'Processes get no connection to a database that is up',
    impact: 'Some requests are answered with 503 or wait for seconds, and jobs are tried again later.',
    firstStep: 'Ask the database how many connections are left and who holds them.',
    looks: [
      sqlLook(
        'How many connections are left, and who holds them?',
        connectionLimit,
        '`left_for_all` near 0: the limit of the database is reached. The first line holds most.',
      ),
      sqlLook(
        'What do the connections do?',
        connections,
        'Many `idle in transaction` are held by code that waits for something else; `active` ones run statements.',
      ),
      sqlLook(
        'Which statements hold them, and who waits for whom?',
        runningStatements,
        '`blocked_by` is where to look.',
      ),
      metricsLook(
        'Which process gets none, and does it go on?',
        sum(rate(failures, window), ['service', 'instance']),
        'Failed attempts per second. One process: its pool, or its network. All: the database’s limit, or its password.',
      ),
      metricsLook(
        'Is a pool used up?',
        max(select('database_connections_active'), ['service', 'instance']),
        'At 10, the size of the pool, whoever comes next waits, and fails after a while.',
      ),
      logsLook(
        'What does the database answer?',
        logs({ service_name: oneOf('api', 'worker', 'mcp') }, { severity_text: oneOf('warn', 'error') }),
        '53300: too many connections. 28P01: the password is wrong. "timeout exceeded when trying to connect": the pool is used up.',
      ),
      tracesLook(
        'Which requests suffer?',
        spans({ attributes: { 'span.error.type': 'dependency_unavailable' }, kind: 'server' }),
        'Requests without a span of a query got no connection.',
      ),
    ],
    causes: [
      'A pool is used up: transactions stay open while their code waits for an outside service.',
      'More processes than the database’s `max_connections` bears, often just after one more was started.',
      'Statements that take long, or wait for a lock, so that connections come back late.',
      'The password was changed for some processes only.',
      'The network between one process and the database drops connections.',
    ],
    actions: [
      "End sessions that hold others up: `select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 minutes';`.",
      'Something runs beside the service (a report, a migration, a forgotten `psql`): stop it.',
      'One process only: restart it, `npm run service -- stop api`, then `npm run service -- start api`; under compose `docker compose restart api`.',
      'Too many processes: stop the one that was started last, or raise `max_connections` and restart PostgreSQL, which needs a quiet minute.',
      'Wrong password: correct `DATABASE_URL` of that process and restart it.',
    ],
    escalation:
      'Still failing after 15 minutes, or `left_for_all` at 0 with nothing to end: call the second on call and the owner of the database.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when one attempt in five minutes has failed',
      series: [answers('1x150'), answers('1x150', 'api'), failed('0x79 1x70')],
      // Counted at 400 s.
      at: { '455s': silence, '460s': [firing(1)], '690s': [firing(1)] },
    },
    {
      kind: 'recovers',
      title: 'ends when the last failure is five minutes old',
      series: [answers('1x150'), failed('0x79 3x70')],
      at: { '690s': [firing(3)], '695s': silence, '700s': silence },
    },
    {
      kind: 'below',
      title: 'is quiet while every attempt succeeds',
      series: [answers('1x150'), failed('7x150')],
      at: { '8m': silence, '12m': silence },
    },
    {
      kind: 'waits',
      title: 'leaves a restart of the database alone, and what fails for half a minute after it',
      series: [answers('1x59 0x4 1x150'), failed('0x59 1+1x10 11x150')],
      // Down from 300 to 320 s; the last failure at 350 s.
      at: { '5m': silence, '10m': silence, '640s': silence, '650s': silence, '15m': silence },
    },
    {
      kind: 'fires',
      title: 'fires when failures go on five minutes after an outage',
      series: [answers('1x59 0x4 1x150'), failed('0x59 1+1x150')],
      // The last probe without an answer was at 320 s.
      at: { '675s': silence, '680s': [firing(60)] },
    },
    {
      kind: 'fires',
      title: 'counts all instances of a process that no longer reaches a database that answers the others',
      series: [answers('1x100'), answers('0x100', 'api'), failed('0+1x100'), failed('0+2x100', 'api', 9474)],
      at: { '6m': [firing(180)] },
    },
    {
      kind: 'below',
      title: 'leaves a database that answers nobody to DatabaseDown',
      series: [answers('0x150'), answers('0x150', 'api'), failed('0+1x150'), failed('0+1x150', 'worker')],
      at: { '6m': silence, '12m': silence },
    },
    {
      kind: 'no traffic',
      title: 'is quiet when nobody connects',
      series: [answers('1x150'), failed('0x150')],
      at: { '6m': silence, '12m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { '12m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [answers('1x150'), failed('40x60 0x80')],
      at: { '305s': silence, '8m': silence },
    },
  ],
})
