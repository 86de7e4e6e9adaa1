import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, rate, rateOfCount, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { jobFailures, jobsByState } from '../sql.ts'

const depth = (
  instance: string,
  values: string,
  queue: 'contact-enrichment' | 'search-indexing' = 'contact-enrichment',
) => given('queue_depth', { job: 'worker', service: 'worker', instance, queue_name: queue }, values)
const worker = '127.0.0.1:9465'
const firing = (jobs: string, queue = 'contact-enrichment') => ({
  labels: { queue_name: queue },
  description: `${jobs} jobs wait in the queue ${queue}.`,
})

export const queueBacklog = alert({
  name: 'QueueBacklog',
  subject: 'queue',
  // Every worker reads the same depth from the database, hence the maximum and not the sum.
  expr: greater(max(select('queue_depth'), ['queue_name']), 1000),
  // An import fills a queue for minutes, and is worked off by itself.
  for: '10m',
  severity: 'warning',
  priority: 'P3',
  team: 'crm',
  receivers: ['slack'],
  level: 'slow',
  summary: 'A queue fills faster than it is worked off.',
  description: ({ number, label }) => `${number} jobs wait in the queue ${label('queue_name')}.`,
  followsFrom: ['DatabaseDown'],
  dashboard: { uid: 'system-overview', lookBack: '6h', variables: () => ({ job: 'worker' }) },
  runbook: {
    slug: 'queue-backlog',
    title: 'A queue fills faster than it is worked off',
    impact: 'Contacts stay without company data, or are not found by the search, until the queue is worked off.',
    firstStep: 'Look whether the worker runs and whether its jobs succeed; restart it if it does nothing.',
    looks: [
      metricsLook(
        'Which queue, and is it still growing?',
        max(select('queue_depth'), ['queue_name']),
        'Jobs that wait.',
      ),
      metricsLook(
        'Are jobs done at all?',
        sum(rateOfCount(select('job_processing_duration_seconds'), '5m'), ['job_type', 'status']),
        'Jobs per second. Nothing: no worker runs, or it hangs. Mostly `failed`: look at the reasons.',
      ),
      metricsLook(
        'Why do they fail?',
        sum(rate(select('job_failures_total'), '5m'), ['job_type', 'error_reason']),
        '`dependency_unavailable` and `rate_limited` pass by themselves once the other side is well.',
      ),
      metricsLook(
        'How long has the oldest waited?',
        max(select('queue_oldest_job_age_seconds'), ['queue_name']),
        'In seconds: how late the users’ data is.',
      ),
      logsLook(
        'What does the worker say?',
        logs({ service_name: 'worker' }, { severity_text: oneOf('warn', 'error') }),
        'Each line opens its trace, which begins with the request that made the job.',
      ),
      tracesLook(
        'Where do jobs spend their time?',
        spans({ attributes: { 'resource.service.name': 'worker' }, kind: 'consumer', longerThan: '1s' }),
        'The longest span inside is what to look at.',
      ),
      sqlLook(
        'What stands in the queues?',
        jobsByState,
        'Many in `retry` wait for their next attempt; `active` run now.',
      ),
      sqlLook('Which errors come again and again?', jobFailures, 'One reason for all of them points at one cause.'),
    ],
    causes: [
      'The worker does not run, or hangs.',
      'A provider is slow, limits us, or is away, so that every job is tried again and again.',
      'Somebody imports many contacts: it will pass.',
      'The database is slow.',
    ],
    actions: [
      'Restart the worker: `npm run service -- stop worker`, then `npm run service -- start worker`; under compose `docker compose restart worker`. Running jobs are tried again.',
      'A provider is away: nothing to do, jobs are tried again for about half an hour. Tell the team if it takes longer.',
      'Only too much work: run a second worker.',
    ],
    escalation: 'Still growing two hours later: hand it to the team in the morning, with what the first look showed.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 1,001 jobs have waited for ten minutes',
      series: [depth(worker, '0 1001x30')],
      at: { '10m': silence, '11m': [firing('1.001k')], '20m': [firing('1.001k')] },
    },
    { kind: 'below', title: 'is quiet at 1,000', series: [depth(worker, '1000x30')], at: { '30m': silence } },
    {
      kind: 'below',
      title: 'takes what two workers read for one queue',
      series: [depth(worker, '700x30'), depth('127.0.0.1:9475', '700x30')],
      at: { '30m': silence },
    },
    {
      kind: 'fires',
      title: 'tells apart which queue it is',
      series: [depth(worker, '10x30'), depth(worker, '2500x30', 'search-indexing')],
      at: { '15m': [firing('2.5k', 'search-indexing')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when an import is worked off within ten minutes',
      series: [depth(worker, '5000x9 900x20')],
      at: { '9m': silence, '10m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when 1,000 are left',
      series: [depth(worker, '2000x15 1000x10')],
      at: { '15m': [firing('2k')], '16m': silence },
    },
    { kind: 'absent', title: 'is quiet where no queue is read', series: [], at: { '30m': silence } },
  ],
})
