import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, quantile, rate, rateOfCount, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { type Alert, alert } from '../alert.ts'
import type { Runbook } from '../runbook.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, type Scenario, silence } from '../scenario.ts'
import { jobFailures, jobsByState, longestWaits, runningJobs } from '../sql.ts'

const worker = '127.0.0.1:9465'
const depth = (
  values: string,
  queue: 'contact-enrichment' | 'search-indexing' = 'contact-enrichment',
  instance = worker,
) => given('job_queue_depth', { job: 'worker', service: 'worker', instance, queue_name: queue }, values)

/** Every worker reads the same depth from the database, hence the maximum and not the sum. */
const waiting = max(select('job_queue_depth'), ['queue_name'])

/** What is told of a queue, whichever of the alerts says it. */
export const jobQueueRunbook: Runbook = {
  slug: 'job-queue-backup',
  title: 'The job queue backs up',
  impact:
    'What users set going happens late: contacts stay without company data or are not found, e-mails, texts, webhooks and invoices wait.',
  firstStep: 'Look whether the worker runs and whether its jobs succeed; restart it if it does nothing.',
  looks: [
    metricsLook(
      'Which queue, and does it still grow?',
      waiting,
      'Jobs that wait, those that back off before a retry included.',
    ),
    metricsLook(
      'Does a worker run?',
      select('up', { service: 'worker' }),
      '0, or nothing: no worker. Restart it, and read why it ended.',
    ),
    metricsLook(
      'Are jobs done, and do they succeed?',
      sum(rateOfCount(select('job_processing_duration_seconds'), '5m'), ['job_type', 'status']),
      'Jobs per second. Nothing: the worker hangs. Mostly `failed`: look at the reasons. Many `completed`: there is only too much work.',
    ),
    metricsLook(
      'Why do they fail?',
      sum(rate(select('job_failures_total'), '5m'), ['job_type', 'error_reason']),
      '`dependency_unavailable` and `rate_limited` pass by themselves once the other side is well; `internal` is a fault of ours.',
    ),
    metricsLook(
      'Have jobs become slow?',
      quantile(0.95, select('job_processing_duration_seconds'), '5m', ['job_type']),
      'p95 in seconds. Above 5 it is mostly an outside service, or the database.',
    ),
    metricsLook(
      'How late is it?',
      max(select('queue_oldest_job_age_seconds'), ['queue_name']),
      'Seconds that the oldest due job has waited.',
    ),
    sqlLook(
      'How many jobs stand where?',
      jobsByState,
      '`retry` waits for the next attempt; `active` runs now; `created` waits for a worker.',
    ),
    sqlLook('What waits longest?', longestWaits, 'One queue: its jobs, or what they call. All: the worker.'),
    sqlLook(
      'Does a job hang?',
      runningJobs,
      'Running for minutes: it holds a place of its queue until its time limit ends it.',
    ),
    sqlLook('Which errors come again and again?', jobFailures, 'One reason for all of them points at one cause.'),
    logsLook(
      'What does the worker say?',
      logs({ service_name: 'worker' }, { severity_text: oneOf('warn', 'error', 'fatal') }),
      'Each line opens its trace, which begins with the request that made the job.',
    ),
    tracesLook(
      'Where do jobs spend their time?',
      spans({ attributes: { 'resource.service.name': 'worker' }, kind: 'consumer', longerThan: '1s' }),
      'The longest span inside is what to look at.',
    ),
  ],
  causes: [
    'The worker does not run, or hangs.',
    'A provider is slow, limits us, or is away, so that every job is tried again and again.',
    'Somebody imports many contacts, or a provider sends a burst of webhooks: it will pass.',
    'The database is slow, or has no connections left.',
    'A release whose jobs fail.',
  ],
  actions: [
    'Restart the worker: `npm run service -- stop worker`, then `npm run service -- start worker`; alone `npm run start:worker`; under compose `docker compose restart worker`. Running jobs are tried again.',
    'Webhooks stay `pending` although the worker runs: `curl -X POST -H "Authorization: Bearer $DF_ADMIN_SECRET" http://127.0.0.1:3000/api/jobs/process-pending` puts them into the queue once more.',
    'A provider is away: nothing to do, jobs are tried again for half an hour at least. Tell the team if it takes longer, since they then become dead letters: [DeadLetters](dead-letters.md).',
    'Only too much work: run a second worker beside the first, with a port of its own for its metrics: `OTEL_EXPORTER_PROMETHEUS_PORT=9475 npm run start:worker`.',
    'It began with a release: go back to the one before it.',
  ],
  escalation:
    'More than 1,000 waiting and still growing after 30 minutes: call the second on call. Between 500 and 1,000: hand it to the team in the morning, with what the first look showed.',
}

/** Both levels alike, so that they differ in nothing but what they say they differ in. */
const shared = {
  subject: 'job-queue',
  // Longer than one burst of webhooks takes to be worked off.
  for: '1m',
  // A queue that is worked off at the threshold is one trouble, not ten.
  keepFiringFor: '2m',
  team: 'crm',
  receivers: ['slack', 'webhook'],
  level: 'page',
  followsFrom: ['DatabaseDown'],
  lingers: '3m',
  dashboard: {
    uid: 'webhooks-jobs-queues',
    lookBack: '3h',
    variables: ({ label }) => ({ job: 'worker', queue: label('queue_name') }),
  },
  runbook: jobQueueRunbook,
} as const satisfies Partial<Alert<'queue_name'>>

const firing = (jobs: number, queue = 'contact-enrichment') => ({
  labels: { queue_name: queue },
  description: `${jobs} jobs wait in the queue ${queue}.`,
})

/** The stories of one threshold: exactly at it, one above, and around its times. Values come every 5 s. */
const scenarios = (threshold: 500 | 1000, words: string): Scenario[] => {
  const above = threshold + 1
  const most = threshold * 0.7
  return [
    {
      kind: 'fires',
      title: `fires when more than ${words} jobs have waited for a minute`,
      series: [depth(`${threshold}x4 ${above}x40`)],
      // Above from 25 s.
      at: { '80s': silence, '85s': [firing(above)], '3m': [firing(above)] },
    },
    {
      kind: 'below',
      title: `is quiet at ${words}`,
      series: [depth(`${threshold}x80`)],
      at: { '2m': silence, '6m': silence },
    },
    {
      kind: 'below',
      title: 'takes what two workers read for one queue',
      series: [depth(`${most}x80`), depth(`${most}x80`, 'contact-enrichment', '127.0.0.1:9475')],
      at: { '2m': silence, '6m': silence },
    },
    {
      kind: 'fires',
      title: 'tells apart which queue it is, and believes the worker that read last',
      series: [
        depth('10x40'),
        depth(`${above}x40`, 'search-indexing'),
        depth('10x40', 'search-indexing', '127.0.0.1:9475'),
      ],
      at: { '2m': [firing(above, 'search-indexing')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when a burst is worked off within a minute',
      series: [depth(`4000x11 ${threshold}x40`)],
      at: { '55s': silence, '1m': silence, '2m': silence },
    },
    {
      kind: 'recovers',
      title: `ends two minutes after ${words} are left`,
      series: [depth(`${above}x20 ${threshold}x60`)],
      // Not above from 105 s.
      at: { '100s': [firing(above)], '220s': [{ ...firing(above), lastTrue: '100s' }], '225s': silence },
    },
    { kind: 'absent', title: 'is quiet where no queue is read', series: [], at: { '6m': silence } },
  ]
}

export const jobQueueBackup = alert({
  ...shared,
  name: 'JobQueueBackup',
  expr: greater(waiting, 1000),
  severity: 'critical',
  priority: 'P2',
  summary: 'More than 1,000 jobs wait in a queue.',
  description: ({ count, label }) => `${count} jobs wait in the queue ${label('queue_name')}.`,
  scenarios: scenarios(1000, '1,000'),
})

export const jobQueueHigh = alert({
  ...shared,
  name: 'JobQueueHigh',
  expr: greater(waiting, 500),
  severity: 'warning',
  priority: 'P3',
  summary: 'More than 500 jobs wait in a queue.',
  description: ({ count, label }) => `${count} jobs wait in the queue ${label('queue_name')}.`,
  scenarios: scenarios(500, '500'),
})
