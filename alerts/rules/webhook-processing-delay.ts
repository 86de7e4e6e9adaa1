import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, rate, rateOfCount, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { jobFailures, pendingWebhooks, webhooksNotWorkedOff } from '../sql.ts'

const oldest = select('webhook_oldest_pending_age_seconds')

const waiting = (values: string, source: 'ghl' | 'gmail' = 'ghl', instance = '127.0.0.1:9465') =>
  given('webhook_oldest_pending_age_seconds', { job: 'worker', service: 'worker', instance, source }, values)
const firing = (age: string, source = 'ghl') => ({
  labels: { source },
  description: `The oldest webhook event of ${source} that is not worked off came ${age} ago.`,
})

export const webhookProcessingDelay = alert({
  name: 'WebhookProcessingDelay',
  subject: 'webhooks',
  // Every worker reads the same age from the database, hence the maximum.
  expr: greater(max(oldest, ['source']), 600),
  for: '1m',
  // The age falls to that of the next event when one is done, and grows past the limit again.
  keepFiringFor: '2m',
  severity: 'warning',
  priority: 'P3',
  team: 'integrations',
  receivers: ['slack', 'webhook'],
  level: 'page',
  summary: 'Webhook events wait longer than ten minutes to be worked off.',
  description: ({ duration, label }) =>
    `The oldest webhook event of ${label('source')} that is not worked off came ${duration} ago.`,
  // Its failures page, and what has piled up meanwhile is worked off within minutes.
  followsFrom: ['DatabaseDown'],
  lingers: '6m',
  dashboard: { uid: 'webhooks-jobs-queues', lookBack: '1h', variables: () => ({ queue: 'webhook-processing' }) },
  runbook: {
    slug: 'webhook-processing-delay',
    title: 'Webhook events wait to be worked off',
    impact:
      'What happened at a provider (a reply, a new contact, a delivery) does not show in the CRM yet; nothing is lost.',
    firstStep: 'Look whether the worker runs and what its webhook jobs fail with; then POST /api/jobs/process-pending.',
    looks: [
      metricsLook('Whose events, and for how long?', max(oldest, ['source']), 'Age of the oldest one in seconds.'),
      metricsLook(
        'How many are there?',
        max(select('webhook_events_stored'), ['source', 'status']),
        '`pending` waits, `error` was given up until somebody replays it.',
      ),
      metricsLook(
        'Do more come than are worked off?',
        sum(rate(select('webhook_events_total', { outcome: 'accepted' }), '5m'), ['source']),
        'Arrivals per second; compare with the next.',
      ),
      metricsLook(
        'Are they worked off at all?',
        sum(rate(select('webhook_events_processed_total'), '5m'), ['source', 'status']),
        'Nothing: no worker, or events that are pending and have no job. Mostly `error`: look at the reasons.',
      ),
      metricsLook(
        'Are jobs done at all?',
        sum(rateOfCount(select('job_processing_duration_seconds', { job_type: 'webhook-processing' }), '5m'), [
          'status',
        ]),
        'Jobs per second.',
      ),
      metricsLook(
        'Do other jobs keep the worker busy?',
        max(select('queue_depth'), ['queue_name']),
        'A full queue beside this one: see [QueueBacklog](queue-backlog.md).',
      ),
      logsLook(
        'What do the jobs say?',
        logs({ service_name: 'worker' }, { severity_text: oneOf('warn', 'error') }),
        'Each line opens its trace, which begins with the webhook.',
      ),
      tracesLook(
        'Where do they fail, or spend their time?',
        spans({ attributes: { 'resource.service.name': 'worker' }, name: 'webhook processing', longerThan: '1s' }),
        'The longest span inside is what to look at.',
      ),
      sqlLook('What waits?', pendingWebhooks, 'Many attempts: it fails again and again. None: it has no job.'),
      sqlLook(
        'What was given up?',
        webhooksNotWorkedOff,
        '`error` was given up, and `error_message` is its kind; replay those when it is mended.',
      ),
      sqlLook('Why do jobs fail?', jobFailures, 'One reason for all of them points at one cause.'),
    ],
    causes: [
      'The worker does not run, hangs, or is busy with other queues.',
      'One event of a contact fails again and again, and its successors wait behind it.',
      'More events come than are worked off: an import or a campaign at the provider.',
      'A provider that the processing asks is away, so that every attempt waits for its time limit.',
      'A job was lost: the event is pending, and nobody works on it.',
    ],
    actions: [
      'Enqueue what is pending and has no job: `curl -X POST -H "Authorization: Bearer $DF_ADMIN_SECRET" http://127.0.0.1:3000/api/jobs/process-pending`.',
      'List what waits or failed: `curl -s -H "Authorization: Bearer $DF_ADMIN_SECRET" "http://127.0.0.1:3000/api/admin/events?status=pending&source=ghl"`, the same with `status=error`.',
      'One event blocks its successors: put it aside with `curl -X POST -H "Authorization: Bearer $DF_ADMIN_SECRET" -H "content-type: application/json" -d \'{"reason":"…"}\' http://127.0.0.1:3000/api/admin/events/<id>/quarantine`.',
      'Work it off again when its cause is mended: `curl -X POST -H "Authorization: Bearer $DF_ADMIN_SECRET" http://127.0.0.1:3000/api/admin/events/<id>/replay`.',
      'Restart the worker: `npm run service -- stop worker`, then `npm run service -- start worker`. Running jobs are tried again.',
      'Only too much work: run a second worker.',
    ],
    escalation:
      'Still growing after an hour, or events that nobody can replay: call the owner of the integration, and tell support which provider’s news are late.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when the oldest has waited longer than ten minutes for a minute',
      series: [waiting('600 601x30'), waiting('3x30', 'gmail')],
      at: { '1m': silence, '65s': [firing('10m 1s')], '2m': [firing('10m 1s')] },
    },
    {
      kind: 'below',
      title: 'is quiet at ten minutes',
      series: [waiting('600x60')],
      at: { '2m': silence, '5m': silence },
    },
    {
      kind: 'fires',
      title: 'takes what two workers read of one source once, and tells sources apart',
      series: [waiting('700x30'), waiting('0x30', 'ghl', '127.0.0.1:9475'), waiting('905x30', 'gmail')],
      at: { '2m': [firing('11m 40s'), firing('15m 5s', 'gmail')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when it is worked off within a minute',
      series: [waiting('590 605x11 0x60')],
      at: { '1m': silence, '65s': silence, '3m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after the oldest is young enough',
      series: [waiting('660x24 20x60')],
      at: {
        '2m': [firing('11m 0s')],
        '4m': [{ ...firing('11m 0s'), lastTrue: '2m' }],
        '245s': silence,
      },
    },
    { kind: 'absent', title: 'is quiet where no age is read', series: [], at: { '5m': silence } },
  ],
})
