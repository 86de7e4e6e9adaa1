import { logs } from '../../catalogue/logql.ts'
import { equal, max, oneOf, quantile, rate, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { connections, jobsByState, longestWaits } from '../sql.ts'

/** Several processes of the API ask the same dependency. One that gets an answer proves that it lives, hence the maximum. */
const state = max(select('dependency_up'), ['dependency'])

const seen = (values: string, dependency: 'ghl_api' | 'verity_api' = 'ghl_api', port = 9464) =>
  given('dependency_up', { job: 'api', service: 'api', instance: `127.0.0.1:${port}`, dependency }, values)
const firing = (dependency = 'ghl_api') => ({
  labels: { dependency },
  description: `GET /health says "error" for ${dependency}.`,
})

export const healthCheckFailing = alert({
  name: 'HealthCheckFailing',
  subject: 'health-check',
  expr: equal(state, 0),
  // Providers are restarted, and networks stumble, for a minute or two.
  for: '5m',
  severity: 'warning',
  priority: 'P3',
  team: 'platform',
  receivers: ['slack', 'webhook'],
  level: 'slow',
  summary: 'Something that the service depends on is in error.',
  description: ({ label }) => `GET /health says "error" for ${label('dependency')}.`,
  followsFrom: ['DatabaseDown'],
  lingers: '3m',
  dashboard: { uid: 'system-overview', lookBack: '1h', variables: () => ({ job: 'api' }) },
  runbook: {
    slug: 'health-check-failing',
    title: 'Health check down: a dependency is in error',
    impact:
      'What needs the dependency fails or waits: sign-in and every page for the database, all background work for the job queue, texts, broadcasts and synchronization for a provider.',
    firstStep: 'Ask /health which dependency is in error, then look at that one.',
    looks: [
      metricsLook('Which are in error, and since when?', state, '1 ok, 0.5 degraded, 0 error.'),
      metricsLook(
        'Does every process see it so?',
        select('dependency_up'),
        'One process only: its settings or its network, not the dependency.',
      ),
      metricsLook(
        'Is it the database?',
        max(select('postgres_up'), ['service']),
        '0: see [DatabaseDown](database-down.md).',
      ),
      metricsLook(
        'Do calls to a provider get no answer?',
        sum(rate(select('adapter_connection_failures_total'), '5m'), ['adapter_type']),
        'Per second: refused, cut, or out of time. None: it answers, with errors.',
      ),
      metricsLook(
        'Has a provider become slow?',
        quantile(0.95, select('adapter_request_duration_seconds'), '5m', ['adapter_type']),
        'p95 in seconds. The health check gives up after 0.6.',
      ),
      logsLook(
        'What is said about it?',
        logs({ service_name: oneOf('api', 'worker') }, { severity_text: oneOf('warn', 'error') }),
        'ENOTFOUND: the name in its address is wrong. ECONNREFUSED: nothing listens there. 401: its credentials.',
      ),
      tracesLook(
        'Which calls fail?',
        spans({ kind: 'client', status: 'error' }),
        'The address stands in the span; `error.type` says what was missing.',
      ),
      sqlLook('For the database: what do its connections do?', connections, 'No answer at all: it is the database.'),
      sqlLook(
        'For the job queue: how many jobs stand where?',
        jobsByState,
        'An error here is that its tables cannot be read.',
      ),
      sqlLook('For the job queue: what waits longest?', longestWaits, 'More than five minutes is "degraded".'),
    ],
    causes: [
      'The provider is away: its status page says so.',
      'Its address is wrong since a release: `GHL_BASE_URL`, `ALOWARE_BASE_URL`, `VERITY_BASE_URL`.',
      'No way out of the network: proxy, firewall, or name resolution.',
      'The database does not answer within 0.6 s.',
      'The job queue’s tables are missing or locked, after a migration that did not end.',
    ],
    actions: [
      'Ask: `curl -s http://127.0.0.1:3000/health`. It names each dependency as `ok`, `degraded` (works with less, or is not configured) or `error`.',
      'A provider: `curl -sS -o /dev/null -w "%{http_code}\\n" "$GHL_BASE_URL"` (or `$ALOWARE_BASE_URL`, `$VERITY_BASE_URL`) from the host of the API. Any status is an answer; none is the network or the provider. What waits is tried again by the queues when it is back.',
      'A wrong address: correct the variable, then `npm run service -- stop api`, `npm run service -- start api`, and the same for `worker`.',
      '`database`: `pg_isready -h 127.0.0.1 -p 54329`, then [DatabaseDown](database-down.md).',
      '`job_queue`: `npm run service -- stop worker`, then `npm run service -- start worker`, then [the job queue](job-queue-backup.md).',
      'Under compose the restarts are `docker compose restart api worker`.',
    ],
    escalation:
      'A provider still away after two hours: tell the team that sells it to customers. `database` or `job_queue`: treat it as P1 and call the person on call at once.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when a dependency has been in error for five minutes',
      series: [seen('0.5x2 0x20'), seen('1x22', 'verity_api')],
      // From 3 min.
      at: { '7m': silence, '8m': [firing()], '20m': [firing()] },
    },
    {
      kind: 'below',
      title: 'leaves alone what is degraded',
      series: [seen('0.5x30')],
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'below',
      title: 'is quiet while one process gets answers',
      series: [seen('0x30'), seen('1x30', 'ghl_api', 9474)],
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'fires',
      title: 'names each dependency by itself',
      series: [seen('0x20'), seen('0x20', 'verity_api')],
      at: { '10m': [firing(), firing('verity_api')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when it is back within five minutes',
      series: [seen('0x4 1x20')],
      at: { '4m': silence, '5m': silence, '10m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when it answers, be it badly',
      series: [seen('0x10 0.5x10')],
      at: { '10m': [firing()], '11m': silence },
    },
    { kind: 'absent', title: 'is quiet where nobody asks', series: [], at: { '30m': silence } },
  ],
})
