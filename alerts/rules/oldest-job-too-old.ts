import { greater, max, select } from '../../catalogue/promql.ts'
import { slos } from '../../catalogue/slo.ts'
import { alert } from '../alert.ts'
import { given, silence } from '../scenario.ts'
import { jobQueueRunbook } from './job-queue.ts'

const age = (values: string, queue: 'email-sending' | 'search-indexing' = 'email-sending', port = 9465) =>
  given(
    'queue_oldest_job_age_seconds',
    { job: 'worker', service: 'worker', instance: `127.0.0.1:${port}`, queue_name: queue },
    values,
  )
const firing = (duration: string, queue = 'email-sending') => ({
  labels: { queue_name: queue },
  description: `The oldest due job in the queue ${queue} has waited for ${duration}.`,
})

export const oldestJobTooOld = alert({
  name: 'OldestJobTooOld',
  subject: 'job-queue',
  // At the critical bound of the jobs' objective (60 s) waiting alone has used up all the time that a job may take.
  // Every worker reads the same age from the database, hence the maximum.
  expr: greater(max(select('queue_oldest_job_age_seconds'), ['queue_name']), slos['job-duration'].critical),
  // An import, or one retry after the other, makes a queue late for some minutes; the depth has alerts of its own.
  for: '5m',
  severity: 'warning',
  priority: 'P3',
  team: 'crm',
  receivers: ['slack'],
  level: 'slow',
  summary: 'A job waits for longer than all of it may take.',
  description: ({ duration, label }) =>
    `The oldest due job in the queue ${label('queue_name')} has waited for ${duration}.`,
  followsFrom: ['DatabaseDown'],
  lingers: '3m',
  dashboard: {
    uid: 'webhooks-jobs-queues',
    lookBack: '3h',
    variables: ({ label }) => ({ job: 'worker', queue: label('queue_name') }),
  },
  runbook: jobQueueRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when the oldest job has been older than a minute for five',
      series: [age('60x3 61x20'), age('0x23', 'email-sending', 9475)],
      // Older from 4 min.
      at: { '8m': silence, '9m': [firing('1m 1s')], '20m': [firing('1m 1s')] },
    },
    { kind: 'below', title: 'is quiet at 60 s', series: [age('60x30')], at: { '10m': silence, '30m': silence } },
    {
      kind: 'below',
      title: 'takes what two workers read for one queue',
      series: [age('45x30'), age('45x30', 'email-sending', 9475)],
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'fires',
      title: 'tells apart which queue it is',
      series: [age('0x20'), age('60+60x20', 'search-indexing')],
      at: { '10m': [firing('11m 0s', 'search-indexing')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when an import is worked off within five minutes',
      series: [age('100+40x4 20x20')],
      at: { '4m': silence, '5m': silence, '10m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when the oldest is a minute old',
      series: [age('200x10 60x10')],
      at: { '10m': [firing('3m 20s')], '11m': silence },
    },
    { kind: 'absent', title: 'is quiet where no queue is read', series: [], at: { '30m': silence } },
  ],
})
