import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, quantile, rate, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { jobFailures, jobsByState, runningJobs, syncJobsOfToday } from '../sql.ts'

/** Every worker reads the same depth from the database, hence the maximum and not the sum. */
const waiting = max(select('service_bus_queue_depth'), ['queue_name'])

const depth = (values: string, instance = '127.0.0.1:9465') =>
  given(
    'service_bus_queue_depth',
    { job: 'worker', service: 'worker', instance, queue_name: 'integration-sync' },
    values,
  )
const firing = (count: number) => ({
  labels: { queue_name: 'integration-sync' },
  description: `${count} messages wait in the queue integration-sync.`,
})

export const serviceBusQueueBacklog = alert({
  name: 'ServiceBusQueueBacklog',
  subject: 'service-bus',
  expr: greater(waiting, 100),
  // A schedule that is due for many integrations at once is worked off sooner.
  for: '1m',
  keepFiringFor: '2m',
  severity: 'critical',
  priority: 'P2',
  team: 'integrations',
  receivers: ['slack'],
  level: 'page',
  summary: 'More than 100 synchronizations wait.',
  description: ({ count, label }) => `${count} messages wait in the queue ${label('queue_name')}.`,
  followsFrom: ['DatabaseDown'],
  lingers: '3m',
  dashboard: {
    uid: 'webhooks-jobs-queues',
    lookBack: '3h',
    variables: ({ label }) => ({ job: 'worker', queue: label('queue_name') }),
  },
  runbook: {
    slug: 'service-bus-queue-backlog',
    title: 'Synchronizations wait in their queue',
    impact: 'Contacts and deals of other CRMs show up late, and changes made here reach them late.',
    firstStep: 'Look whether synchronizations still end, and whether one provider holds all of them up.',
    looks: [
      metricsLook('Does it still grow?', waiting, 'Messages that wait, those that back off before a retry included.'),
      metricsLook(
        'Do synchronizations end, and how?',
        sum(rate(select('sync_jobs_by_integration_total'), '5m'), ['integration_id', 'status']),
        'Ends per second. None at all: the worker. Only `failed` for some: those integrations.',
      ),
      metricsLook(
        'Are messages worked off, or tried again and again?',
        sum(rate(select('service_bus_messages_failed_total'), '5m'), ['queue_name']),
        'Failed attempts per second: each of them comes back into the queue.',
      ),
      metricsLook(
        'Which provider is slow?',
        quantile(0.95, select('adapter_request_duration_seconds'), '5m', ['adapter_type']),
        'p95 of one request in seconds. Four messages run at a time: one slow provider holds up all.',
      ),
      metricsLook(
        'Does a provider limit us?',
        sum(rate(select('adapter_rate_limit_hits_total'), '5m'), ['adapter_type']),
        'Answers 429 per second: the messages wait for as long as the provider named.',
      ),
      sqlLook(
        'What was synchronized today, and how did it end?',
        syncJobsOfToday,
        'Many `pending` of one provider: it is the one.',
      ),
      sqlLook('How many wait, run, or back off?', jobsByState, '`retry` backs off; `created` waits for a place.'),
      sqlLook('Does a message hang?', runningJobs, 'Those of `integration-sync` end after two minutes at the latest.'),
      sqlLook('Why are they tried again?', jobFailures, 'One reason for all of them points at one cause.'),
      logsLook(
        'What does the synchronization say?',
        logs({ service_name: 'worker' }, { component: 'integrations', severity_text: oneOf('warn', 'error') }),
        '`operation` says which step failed, `metadata` for which entity.',
      ),
      tracesLook(
        'Where does a synchronization spend its time?',
        spans({
          attributes: {
            'resource.service.name': 'worker',
            'span.messaging.destination.name': 'integration-sync',
          },
          kind: 'consumer',
          longerThan: '5s',
        }),
        'Fetching: the provider. Storing: the database.',
      ),
    ],
    causes: [
      'A provider is slow or limits us, so that each message takes its whole time limit.',
      'A provider is away, so that each message is tried again five times.',
      'Many integrations were made at once, each with all of its records to fetch for the first time.',
      'The worker does not run, or hangs.',
      'The database is slow.',
    ],
    actions: [
      'One integration floods the queue: pause it on its page, or `curl -X PATCH http://127.0.0.1:3000/api/integrations/<id> -H \'content-type: application/json\' -d \'{"status":"paused"}\'` with an admin’s session. Nothing new begins for it by itself then.',
      'The worker does nothing: `npm run service -- stop worker`, then `npm run service -- start worker`; under compose `docker compose restart worker`.',
      'A provider is away or limits us: nothing to do here; what fails for good is a dead letter: [DeadLetters](dead-letters.md).',
      'Only too much work: run a second worker beside the first, `OTEL_EXPORTER_PROMETHEUS_PORT=9475 npm run start:worker`.',
    ],
    escalation:
      'Still growing after 30 minutes: call the second on call; tell the customers of the integrations that are late.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when more than 100 messages have waited for a minute',
      series: [depth('100x4 101x40'), depth('20x44', '127.0.0.1:9475')],
      // Above from 25 s.
      at: { '80s': silence, '85s': [firing(101)], '3m': [firing(101)] },
    },
    { kind: 'below', title: 'is quiet at 100', series: [depth('100x80')], at: { '2m': silence, '6m': silence } },
    {
      kind: 'below',
      title: 'takes what two workers read for one queue',
      series: [depth('70x80'), depth('70x80', '127.0.0.1:9475')],
      at: { '2m': silence, '6m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when a schedule’s messages are worked off within a minute',
      series: [depth('250x11 100x40')],
      at: { '55s': silence, '1m': silence, '2m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after 100 are left',
      series: [depth('101x20 100x60')],
      // Not above from 105 s.
      at: { '100s': [firing(101)], '220s': [{ ...firing(101), lastTrue: '100s' }], '225s': silence },
    },
    { kind: 'absent', title: 'is quiet where no queue is read', series: [], at: { '6m': silence } },
  ],
})
