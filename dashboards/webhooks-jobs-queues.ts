import { logs as logLines } from '../catalogue/logql.ts'
import {
  max,
  observed,
  oneOf,
  perMinute,
  quantile,
  rate,
  rateOfBuckets,
  rateOfCount,
  select,
  share,
  sum,
} from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { quantiles } from './latency-queries.ts'
import { leadsTo, row } from './layout.ts'
import { alertLimits, jobLimits, queueLimits } from './limits.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import { logs, traces } from './lists.ts'
import { heatmap, stat, timeseries } from './panels.ts'
import { queues } from './rows/queues.ts'
import { webhooks } from './rows/webhooks.ts'
import { queueScope, scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'

/** Jobs have the name of their queue as their type. */
const jobScope = { ...scope, job_type: queueScope.queue_name } as const
const jobs = select('job_processing_duration_seconds', jobScope)
const failedJobs = select('job_processing_duration_seconds', { ...jobScope, status: 'failed' })
const failures = select('job_failures_total', jobScope)
const sameTime = select('job_duration_seconds', jobScope)
const deadLetters = select('queue_dead_letters', queueScope)

const failedTraces = toTraces('Failed jobs', scopedSpans({ kind: 'consumer', status: 'error' }))
const workerLog = toLogs('Log of the worker', logLines({ service_name: 'worker' }))

export const webhooksJobsQueues: Dashboard = {
  uid: 'webhooks-jobs-queues',
  description: 'Is background work done in time, and if not: what waits, what is slow, and what fails?',
  tags: ['jobs'],
  rows: [
    leadsTo(
      row('Is background work done in time?', [
        stat({
          title: 'Oldest webhook',
          description:
            'Age of the oldest webhook event that is not worked off. Red: the alert on their delay speaks. Is the worker up, and does the queue webhook-processing move?',
          unit: 's',
          limits: alertLimits('WebhookProcessingDelay'),
          queries: [{ expr: max(select('webhook_oldest_pending_age_seconds', scope)), legend: 'oldest' }],
        }),
        stat({
          title: 'Oldest job',
          description:
            'Age of the oldest job that is due in any queue chosen. It grows steadily: nobody takes jobs of that queue; restart the worker, then read its log.',
          unit: 's',
          limits: jobLimits,
          queries: [{ expr: max(select('queue_oldest_job_age_seconds', queueScope)), legend: 'oldest' }],
        }),
        stat({
          title: 'Fullest queue',
          description:
            'Jobs that wait in the fullest queue chosen; its limits are those of the alerts. The table of queues below names it and how long it takes to drain.',
          unit: 'short',
          decimals: 0,
          limits: queueLimits,
          queries: [{ expr: max(select('job_queue_depth', queueScope)), legend: 'waiting' }],
        }),
        stat({
          title: 'Failed attempts',
          description:
            'Share of the attempts at jobs that failed; each is tried again. High for long: dead letters follow. The reasons are below.',
          unit: 'percentunit',
          decimals: 1,
          queries: [
            {
              expr: share(sum(rateOfCount(failedJobs, window)), sum(rateOfCount(jobs, window))),
              legend: 'failed',
            },
          ],
        }),
        stat({
          title: 'Jobs given up',
          description:
            'Dead letters in the queues chosen. Find the reason below and in the log, mend it; the runbook of dead letters says how to let them run again.',
          unit: 'short',
          decimals: 0,
          limits: alertLimits('DeadLetters'),
          queries: [{ expr: sum(max(deadLetters, ['queue_name'])), legend: 'dead letters' }],
        }),
      ]),
      workerLog,
    ),
    leadsTo(
      webhooks(),
      toTraces('Traces of webhooks', scopedSpans({ name: 'process webhook-processing' })),
      toDashboard('integrations-sync'),
    ),
    leadsTo(queues(), workerLog),
    leadsTo(
      row(
        'Jobs',
        [
          timeseries({
            title: 'Attempts at jobs',
            description:
              'Per second, by kind and outcome. Only failed ones of a kind: every attempt fails, see the reasons beside; none of any kind: the worker is down.',
            unit: 'ops',
            stacked: true,
            queries: [
              { expr: sum(rateOfCount(jobs, window), ['job_type', 'status']), legend: '{{job_type}} {{status}}' },
            ],
          }),
          timeseries({
            title: 'Failed attempts by reason',
            description:
              'Per minute. dependency_unavailable, timeout, rate_limited: see External APIs and Database; invalid_data, internal: a defect, open a failed trace.',
            unit: 'cpm',
            queries: [{ expr: perMinute(sum(rate(failures, window), ['error_reason'])), legend: '{{error_reason}}' }],
          }),
          timeseries({
            title: 'Failed attempts by kind of job',
            description:
              'Per minute. One kind: its own code or its provider. All at once: the database, or a release; compare with the mark of the deployment.',
            unit: 'cpm',
            queries: [{ expr: perMinute(sum(rate(failures, window), ['job_type'])), legend: '{{job_type}}' }],
          }),
        ],
        [
          timeseries({
            title: 'Duration of jobs, p95',
            description:
              '95 % of the attempts of a kind are faster; lines at the objective (30 s) and its critical level (60 s). One kind: open a slow trace; all: database or event loop.',
            unit: 's',
            limits: jobLimits,
            queries: [{ expr: observed(quantile(0.95, jobs, window, ['job_type'])), legend: '{{job_type}}' }],
          }),
          timeseries({
            title: 'Duration of all jobs',
            description:
              'Half, 95 % and 99 % of all attempts are faster; the same lines. Only p99 rises: one kind of rare jobs, see beside.',
            unit: 's',
            limits: jobLimits,
            queries: quantiles(sameTime, window),
          }),
          heatmap({
            title: 'Jobs by duration',
            description:
              'How many attempts took how long. A band near a time limit (30 s, 60 s): they wait for something that never answers.',
            unit: 's',
            buckets: sum(rateOfBuckets(jobs, window), ['le']),
          }),
        ],
      ),
      failedTraces,
      toDashboard('slos'),
    ),
    leadsTo(
      row('What jobs send out', [
        timeseries({
          title: 'Text messages',
          description:
            'Per second, by direction and last known state. Queued but not delivered: Aloware holds them back; failed: look at the numbers they go to.',
          unit: 'ops',
          queries: [
            {
              expr: sum(rate(select('text_messages_total', scope), window), ['direction', 'status']),
              legend: '{{direction}} {{status}}',
            },
          ],
        }),
        timeseries({
          title: 'Messages of broadcasts',
          description:
            'Per second, as Verity reports them. Sent far above delivered for long: ask Verity; failed ones are listed with each broadcast.',
          unit: 'ops',
          queries: [
            { expr: sum(rate(select('broadcast_messages_total', scope), window), ['status']), legend: '{{status}}' },
          ],
        }),
      ]),
      toDashboard('external-apis'),
    ),
    row(
      'Look closer',
      [
        traces({
          title: 'Jobs slower than five seconds',
          description:
            'Open one: the widest bar is where the time went. A wait before it begins is the queue, not the job.',
          query: scopedSpans({ kind: 'consumer', longerThan: '5s' }),
        }),
        traces({
          title: 'Jobs that failed',
          description: 'Open one: the first red span from below is the cause; the request that enqueued it is above.',
          query: scopedSpans({ kind: 'consumer', status: 'error' }),
        }),
      ],
      [
        logs({
          title: 'Warnings and errors of background work',
          description:
            'Newest first. Open a line for queue, attempt and error; the link at its trace id shows the request that caused the job.',
          query: scopedLogs({ severity_text: oneOf('warn', 'error', 'fatal'), component: 'jobs' }),
        }),
      ],
    ),
  ],
}
