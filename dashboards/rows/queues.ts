import { max, maxShown, or, rate, rateOfCount, ratio, renameLabel, select, sum } from '../../catalogue/promql.ts'
import { barGauge } from '../gauges.ts'
import { type Row, row } from '../layout.ts'
import { alertLimits, jobLimits, queueLimits } from '../limits.ts'
import { table } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { queueScope, scope } from '../variables.ts'

const window = '$__rate_interval'
const depth = max(select('queue_depth', queueScope), ['queue_name'])
const oldest = max(select('queue_oldest_job_age_seconds', queueScope), ['queue_name'])

const inState = (state: 'active' | 'delayed' | 'failed') =>
  max(select('queue_jobs', { ...queueScope, state }), ['queue_name'])

/** What is worked off per second, by queue: background jobs, and the messages of the synchronization. */
const done = or(
  renameLabel(
    sum(
      rateOfCount(
        select('job_processing_duration_seconds', {
          ...scope,
          job_type: queueScope.queue_name,
          status: 'completed',
        }),
        window,
      ),
      ['job_type'],
    ),
    'job_type',
    'queue_name',
  ),
  sum(rate(select('service_bus_messages_processed_total', queueScope), window), ['queue_name']),
)

/** How long the queue would take to be empty, if nothing new came; no answer where nothing is worked off. */
const drainTime = ratio(depth, done)

/** What waits, for how long, and when it will be done. */
export const queues = (): Row =>
  row(
    'Queues',
    [
      table({
        title: 'All queues',
        description:
          'Fullest first. Waiting with an empty drain time: nothing is worked off, so restart the worker. A long drain time: more workers, or make the jobs faster.',
        by: { label: 'queue_name', title: 'Queue' },
        columns: [
          { title: 'Waiting', unit: 'short', limits: queueLimits, expr: depth },
          { title: 'Oldest', unit: 's', limits: jobLimits, expr: oldest },
          { title: 'Drains in', unit: 's', expr: drainTime },
          { title: 'Done a second', unit: 'ops', expr: done },
          { title: 'Active', unit: 'short', expr: inState('active') },
          { title: 'Not due yet', unit: 'short', expr: inState('delayed') },
          { title: 'Failed', unit: 'short', expr: inState('failed') },
          {
            title: 'Dead letters',
            unit: 'short',
            limits: alertLimits('DeadLetters'),
            expr: max(select('queue_dead_letters', queueScope), ['queue_name']),
          },
        ],
      }),
    ],
    [
      timeseries({
        title: 'Jobs that wait',
        description:
          'Due jobs by queue; lines where the alerts on a full queue speak. A saw is a schedule; a ramp is a queue that is fed faster than it is worked off.',
        unit: 'short',
        limits: queueLimits,
        queries: [{ expr: max(select('queue_depth', queueScope), ['queue_name', 'job']), legend: '{{queue_name}}' }],
      }),
      timeseries({
        title: 'Age of the oldest job',
        description:
          'Seconds by queue; lines at the objective of jobs. A straight ramp: the queue stands still, whatever its depth; restart the worker and read its log.',
        unit: 's',
        limits: jobLimits,
        queries: [
          {
            expr: max(select('queue_oldest_job_age_seconds', queueScope), ['queue_name', 'job']),
            legend: '{{queue_name}}',
          },
        ],
      }),
      timeseries({
        title: 'Jobs by state',
        description:
          'All queues chosen together. Active at its most for long: all workers are busy, start another process; failed grows: see the reasons below.',
        unit: 'short',
        queries: [
          {
            expr: sum(max(select('queue_jobs', queueScope), ['queue_name', 'state']), ['state']),
            legend: '{{state}}',
          },
        ],
      }),
      barGauge({
        title: 'Most dead letters',
        description:
          'The most that each queue held in the time shown, also of those that were cleared since: find out what they were in the log.',
        unit: 'short',
        limits: alertLimits('DeadLetters'),
        queries: [
          {
            expr: max(maxShown(select('queue_dead_letters', queueScope)), ['queue_name']),
            legend: '{{queue_name}}',
            instant: true,
          },
        ],
      }),
    ],
  )
