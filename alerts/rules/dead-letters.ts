import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, rate, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { deadLetters as deadLettersByReason, syncJobsOfToday } from '../sql.ts'

/** Every worker reads the same depth from the database, hence the maximum and not the sum. */
const dead = max(select('service_bus_dlq_depth'), ['queue_name'])

const depth = (values: string, instance = '127.0.0.1:9465') =>
  given('service_bus_dlq_depth', { job: 'worker', service: 'worker', instance, queue_name: 'integration-sync' }, values)
const firing = (count: number) => ({
  labels: { queue_name: 'integration-sync' },
  description: `${count} messages of the queue integration-sync were given up after their last retry, and wait for somebody.`,
})

export const deadLetters = alert({
  name: 'DeadLetters',
  subject: 'dead-letters',
  expr: greater(dead, 0),
  for: '1m',
  severity: 'critical',
  priority: 'P3',
  team: 'integrations',
  receivers: ['slack'],
  level: 'page',
  summary: 'Synchronizations were given up.',
  description: ({ count, label }) =>
    `${count} messages of the queue ${label('queue_name')} were given up after their last retry, and wait for somebody.`,
  followsFrom: ['DatabaseDown'],
  // Not longer: nothing but a person takes a message out of there, and that must be told.
  lingers: '3m',
  dashboard: {
    uid: 'webhooks-jobs-queues',
    lookBack: '6h',
    variables: ({ label }) => ({ job: 'worker', queue: label('queue_name') }),
  },
  runbook: {
    slug: 'dead-letters',
    title: 'Dead letters',
    impact:
      'Some records are not in step with another CRM; the next synchronization may mend it, or fail in the same way.',
    firstStep: 'Read why they were given up; send them back only when that cause is gone.',
    looks: [
      sqlLook(
        'Which were given up, and why?',
        deadLettersByReason,
        'The reason of the last attempt. One reason: one cause. `newest` says whether it goes on.',
      ),
      sqlLook(
        'Did later synchronizations succeed?',
        syncJobsOfToday,
        '`completed` of the same provider and entity, newer than the dead letters: they may be deleted.',
      ),
      metricsLook(
        'In which queues of all are there dead letters?',
        greater(max(select('queue_dead_letters'), ['queue_name']), 0),
        'Queues of background jobs have theirs as well; what to do about them is the same.',
      ),
      metricsLook(
        'Do attempts still fail?',
        sum(rate(select('service_bus_messages_failed_total'), '15m'), ['queue_name']),
        'Failed attempts per second. Above 0: more will follow.',
      ),
      metricsLook(
        'Which integrations fail?',
        sum(rate(select('sync_jobs_failed_total'), '1h'), ['adapter_type', 'integration_id', 'entity']),
        'Synchronizations per second that failed for good.',
      ),
      logsLook(
        'What was said at the last attempts?',
        logs(
          { service_name: 'worker' },
          { component: oneOf('integrations', 'jobs'), severity_text: oneOf('warn', 'error') },
        ),
        'Each line opens its trace; `retryable` says whether to try again makes sense.',
      ),
      tracesLook(
        'What did the failed attempts do?',
        spans({
          attributes: {
            'resource.service.name': 'worker',
            'span.messaging.destination.name': 'integration-sync',
          },
          kind: 'consumer',
          status: 'error',
        }),
        'The innermost span with an error is the call that failed.',
      ),
    ],
    causes: [
      'A provider was away for longer than the retries reach, some three minutes.',
      'Credentials of an integration were revoked or have expired: the provider answers 401 or 403.',
      'A record that the provider, or our database, does not take.',
      'A release with a fault in the synchronization.',
    ],
    actions: [
      'Mend the cause first: credentials, the record, or the release. Was it only an outage, there is nothing to mend.',
      "Send them back, in the folder of the service: `node --input-type=module -e \"import { PgBoss } from 'pg-boss'; const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, supervise: false, schedule: false }); await boss.start(); console.log(await boss.redrive('integration-sync-dead-letter')); await boss.stop()\"` with `DATABASE_URL=postgres://crm:crm@127.0.0.1:54329/crm`. It prints how many went.",
      "Nobody needs them any more: `delete from pgboss.job where name = 'integration-sync-dead-letter' and created_on < now() - interval '1 day';`. The integration’s next scheduled synchronization fetches everything that changed since its last success.",
      'See that it worked: `curl -H "Authorization: Bearer $DF_ADMIN_SECRET" "http://127.0.0.1:3000/api/admin/integrations/errors?limit=50"`.',
    ],
    escalation:
      'The cause is unclear, or records are wrong in the other CRM: bring in whoever built the integration within the working day. Dead letters are kept for 30 days.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when one message has lain among the dead letters for a minute',
      series: [depth('0x4 1x40'), depth('0x44', '127.0.0.1:9475')],
      // From 25 s.
      at: { '80s': silence, '85s': [firing(1)], '3m': [firing(1)] },
    },
    {
      kind: 'fires',
      title: 'counts once what two workers read',
      series: [depth('3x40'), depth('3x40', '127.0.0.1:9475')],
      at: { '2m': [firing(3)] },
    },
    {
      kind: 'below',
      title: 'is quiet while there is none',
      series: [depth('0x80')],
      at: { '2m': silence, '6m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when somebody sends them back within a minute',
      series: [depth('5x11 0x40')],
      at: { '55s': silence, '1m': silence, '2m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when the last one is gone',
      series: [depth('2x20 0x40')],
      at: { '100s': [firing(2)], '105s': silence },
    },
    { kind: 'absent', title: 'is quiet where no queue is read', series: [], at: { '6m': silence } },
  ],
})
