import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, or, quantile, rate, select, sum, withLabel } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { givenBuckets, growing, silence } from '../scenario.ts'
import { runningJobs, runningStatements, slowStatements, webhooksNotWorkedOff } from '../sql.ts'

const window = '5m'
const webhooks = select('webhook_processing_duration_seconds')
const gateway = select('gateway_request_duration_seconds')
const jobs = select('job_processing_duration_seconds')

/** Each kind of operation by itself, told apart by the label `operation`. 5 s is a bucket's bound of each: whether p95 is above is counted. */
const p95 = or(
  or(
    withLabel(quantile(0.95, webhooks, window), 'operation', 'webhook'),
    withLabel(quantile(0.95, gateway, window), 'operation', 'gateway'),
  ),
  withLabel(quantile(0.95, jobs, window), 'operation', 'job'),
)

const worker = { job: 'worker', service: 'worker', instance: '127.0.0.1:9465' } as const
const ofWebhooks = (within: string, all: string) =>
  givenBuckets(
    'webhook_processing_duration_seconds',
    { ...worker, source: 'ghl', status: 'processed' },
    [
      [5, within],
      [15, all],
    ],
    all,
  )
const ofGateway = (within: string, all: string) =>
  givenBuckets(
    'gateway_request_duration_seconds',
    { job: 'api', service: 'api', instance: '127.0.0.1:9464', status: 'success' },
    [
      [5, within],
      [10, all],
    ],
    all,
  )
const ofJobs = (within: string, all: string) =>
  givenBuckets(
    'job_processing_duration_seconds',
    { ...worker, job_type: 'email-sync', status: 'completed' },
    [
      [5, within],
      [15, all],
    ],
    all,
  )
const firing = (operation: 'webhook' | 'gateway' | 'job', duration: string) => ({
  labels: { operation },
  description: `One ${operation} operation in twenty took longer than ${duration} over the last 5 minutes.`,
})

export const slowOperations = alert({
  name: 'SlowOperations',
  subject: 'slow-operations',
  expr: greater(p95, 5),
  for: '5m',
  keepFiringFor: '2m',
  severity: 'warning',
  priority: 'P3',
  team: 'crm',
  receivers: ['slack', 'webhook'],
  level: 'slow',
  summary: 'Webhooks, requests through the gateway, or jobs take longer than five seconds.',
  description: ({ label, duration }) =>
    `One ${label('operation')} operation in twenty took longer than ${duration} over the last 5 minutes.`,
  followsFrom: ['DatabaseDown'],
  lingers: '8m',
  dashboard: { uid: 'webhooks-jobs-queues', lookBack: '3h' },
  runbook: {
    slug: 'slow-operations',
    title: 'Webhooks, gateway or jobs are slow',
    impact: 'What others tell us shows up late, callers of the gateway wait, and background work falls behind.',
    firstStep:
      'Find which of the three is slow, then whether its time goes into an outside service, the database, or waiting.',
    looks: [
      metricsLook('Which kind, and how slow?', p95, 'p95 in seconds by `operation`.'),
      metricsLook(
        'Webhooks: of which source?',
        quantile(0.95, webhooks, window, ['source']),
        'p95 in seconds from arrival to end, waiting in the queue included.',
      ),
      metricsLook(
        'Jobs: of which kind?',
        quantile(0.95, jobs, window, ['job_type']),
        'p95 in seconds of one attempt. A backup or a mailbox takes long by nature.',
      ),
      metricsLook(
        'Does an outside service take the time?',
        quantile(0.95, select('adapter_request_duration_seconds'), window, ['adapter_type']),
        'p95 of one request in seconds. Near 5: its time limit.',
      ),
      metricsLook(
        'Or the database?',
        quantile(0.95, select('database_query_duration_seconds'), window, ['service']),
        'p95 of one query in seconds. Above 0.1 is the critical level of its objective.',
      ),
      metricsLook(
        'Or do they wait for a worker?',
        max(select('queue_oldest_job_age_seconds'), ['queue_name']),
        'Seconds that the oldest due job has waited. Then it is the queue: [job queue](job-queue-backup.md).',
      ),
      metricsLook(
        'Are there retries inside?',
        sum(rate(select('adapter_rate_limit_hits_total'), window), ['adapter_type']),
        'Answers 429 per second: calls then wait as long as the provider says.',
      ),
      tracesLook(
        'Where does the time go?',
        spans({ attributes: { 'resource.service.name': 'worker' }, kind: 'consumer', longerThan: '5s' }),
        'The longest span inside, or the gap between two.',
      ),
      tracesLook(
        'And in the gateway?',
        spans({ attributes: { 'resource.service.name': 'api' }, name: 'verity gateway', longerThan: '5s' }),
        'Nearly all of it is `verity.forward`: Verity itself.',
      ),
      logsLook(
        'What is said about it?',
        logs({ service_name: oneOf('api', 'worker') }, { severity_text: oneOf('warn', 'error') }),
        '"slow query" names the table; retries name the provider.',
      ),
      sqlLook(
        'Which jobs run now, and for how long?',
        runningJobs,
        'Running for longer than its time limit: it hangs.',
      ),
      sqlLook(
        'Which webhooks wait?',
        webhooksNotWorkedOff,
        'Those of one source: that provider, or one contact whose event fails again and again.',
      ),
      sqlLook('Does a statement wait for another?', runningStatements, '`blocked_by` names the process to look at.'),
      sqlLook('Which statements cost most?', slowStatements, 'A high mean at the top.'),
    ],
    causes: [
      'A provider has become slow, or limits us.',
      'The database is slow: a missing index, a lock, a table that has grown.',
      'Too much work at once: jobs and webhooks wait for their turn.',
      'The host has no CPU left.',
    ],
    actions: [
      'A provider: look at its status page; nothing to do but wait. Its circuit breaker and the retries spare it.',
      'A statement at the top of the list: `explain (analyze, buffers)` it, and add the index.',
      'A lock: end its holder with `select pg_terminate_backend(<blocked_by>);`.',
      'Waiting only: run a second worker, `OTEL_EXPORTER_PROMETHEUS_PORT=9475 npm run start:worker`.',
      'The gateway: see [ApiGatewayFailing](api-gateway-failing.md).',
    ],
    escalation: 'Still slow two hours later: hand it to the team in the morning, with the slowest traces.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 5.1 % of the webhooks have taken longer than 5 s for five minutes',
      series: ofWebhooks('0+949x30', '0+1000x30'),
      at: { '5m': silence, '6m': [firing('webhook', '5.196s')], '20m': [firing('webhook', '5.196s')] },
    },
    {
      kind: 'fires',
      title: 'fires for the gateway by itself',
      series: [...ofWebhooks('0+950x30', '0+1000x30'), ...ofGateway('0+949x30', '0+1000x30')],
      at: { '5m': silence, '6m': [firing('gateway', '5.098s')] },
    },
    {
      kind: 'fires',
      title: 'tells jobs and webhooks apart',
      series: [...ofWebhooks('0x30', '0+1000x30'), ...ofJobs('0+949x30', '0+1000x30')],
      at: { '5m': silence, '6m': [firing('webhook', '14.5s'), firing('job', '5.196s')] },
    },
    {
      kind: 'below',
      title: 'is quiet when 5 % of each take longer',
      series: [
        ...ofWebhooks('0+950x30', '0+1000x30'),
        ...ofGateway('0+950x30', '0+1000x30'),
        ...ofJobs('0+950x30', '0+1000x30'),
      ],
      at: { '7m': silence, '25m': silence },
    },
    {
      kind: 'fires',
      title: 'looks back over five minutes of each kind',
      // 8 % of each are slow from the tenth minute: more than 5 % of the window when three of its minutes are so.
      series: [ofWebhooks, ofGateway, ofJobs].flatMap((of) =>
        of(growing({ each: 1000, steps: 10 }, { each: 920, steps: 20 }), growing({ each: 1000, steps: 30 })),
      ),
      at: { '16m': silence, '17m': [firing('webhook', '8.75s'), firing('gateway', '6.875s'), firing('job', '8.75s')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when a fifth of the jobs is slow for one minute',
      series: ofJobs(
        growing({ each: 1000, steps: 10 }, { each: 780, steps: 1 }, { each: 1000, steps: 20 }),
        growing({ each: 1000, steps: 31 }),
      ),
      at: { '12m': silence, '15m': silence, '25m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after enough of the five minutes are fast again',
      series: ofJobs(growing({ each: 500, steps: 15 }, { each: 1000, steps: 20 }), growing({ each: 1000, steps: 35 })),
      at: { '14m': [firing('job', '14s')], '19m': [{ ...firing('job', '11s'), lastTrue: '17m' }], '20m': silence },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nothing happens',
      series: [...ofWebhooks('10x30', '90x30'), ...ofGateway('10x30', '90x30'), ...ofJobs('10x30', '90x30')],
      at: { '10m': silence, '25m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever measured', series: [], at: { '25m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: ofJobs('0+96x14 0+96x14', '0+100x14 0+100x14'),
      at: { '16m': silence, '20m': silence, '25m': silence },
    },
  ],
})
