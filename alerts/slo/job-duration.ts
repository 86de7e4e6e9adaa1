import { logs } from '../../catalogue/logql.ts'
import { max, oneOf, quantile, rate, rateOfSum, select, sum } from '../../catalogue/promql.ts'
import { sloEvents } from '../../catalogue/slo.ts'
import { spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { jobFailures, longestWaits, runningJobs } from '../sql.ts'
import type { SloAlerts } from './words.ts'

const jobs = select('job_processing_duration_seconds', { service: 'worker' })

export const jobDuration: SloAlerts = {
  slo: 'job-duration',
  name: 'JobDuration',
  subject: 'job-duration',
  team: 'crm',
  // Jobs wait for connections, and for their time limit.
  followsFrom: ['DatabaseDown'],
  dashboard: 'webhooks-jobs-queues',
  runbook: {
    slug: 'job-duration',
    title: 'Background jobs: the error budget burns',
    impact: 'E-mails, webhooks, searches and synchronizations arrive late, and queues fill behind the slow jobs.',
    firstStep: 'Find which kind of job is slow, and which outside service or table it waits for.',
    looks: [
      metricsLook(
        'Does it still go on?',
        sloEvents('bad', '5m', 'job-duration'),
        'Jobs per second that took longer than 30 s. Slow jobs are few: one a minute is 0.017.',
      ),
      metricsLook(
        'Which jobs are slow?',
        quantile(0.95, jobs, '30m', ['job_type']),
        'p95 in seconds; the objective is 30, the critical level 60.',
      ),
      metricsLook(
        'Which jobs keep the worker busy?',
        sum(rateOfSum(jobs, '5m'), ['job_type']),
        'How many of each kind run at the same time, on average.',
      ),
      metricsLook(
        'Does anything wait behind them?',
        max(select('queue_oldest_job_age_seconds'), ['queue_name']),
        'Seconds that the oldest job of a queue has waited.',
      ),
      metricsLook(
        'Do outside services fail or limit us?',
        sum(rate(select('external_api_errors_total'), '5m'), ['service', 'operation']),
        'Failed calls per second; each is tried again with a pause, and the job takes as long.',
      ),
      sqlLook('What runs now, and how long already?', runningJobs, 'One that is past its time limit hangs.'),
      sqlLook('What waits longest?', longestWaits, 'A queue whose jobs are all slow.'),
      sqlLook('Why are jobs tried again?', jobFailures, 'Timeouts at the top: whatever they wait for is slow.'),
      tracesLook(
        'What does a slow job do all the time?',
        spans({ attributes: { 'resource.service.name': 'worker' }, kind: 'consumer', longerThan: '30s' }),
        'The longest span below it, or many short ones one after the other.',
      ),
      logsLook(
        'What does the worker say?',
        logs({ service_name: 'worker' }, { severity_text: oneOf('warn', 'error') }),
        'Retries, rate limits and timeouts, each with its job’s trace.',
      ),
    ],
    causes: [
      'An outside service is slow, or limits us, and jobs wait for it.',
      'One very large job: an export, a first synchronization, a mailbox with years of mail.',
      'The database is slow, or holds locks.',
      'The worker’s process is busy: its event loop is blocked, or the host has no CPU left.',
    ],
    actions: [
      'An outside service: see its panel under External APIs. Nothing is lost; pause its integration if others suffer.',
      'A large job: let it end. If it comes again and again, cut it into smaller ones.',
      'The database: act as for [its query time](database-latency.md).',
      'The worker is busy: start a second one with `npm run start:worker`.',
      'A job that hangs past its limit is tried again by itself; restart the worker only if many do.',
      'Below the critical level over 30 days: the slowest kind of job needs to be cut, or its limit of time be told to its users.',
    ],
    escalation:
      'P1 and P2: not getting better after 30 minutes, call the second on call. P3: plan it with the team on the next working day.',
  },
}
