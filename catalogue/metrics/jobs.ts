import { counter, gauge, histogram, type Metric } from '../metric.ts'
import { backgroundQueues, jobErrorReasons, jobStatuses, queueNames, queueStates } from './values.ts'

export const jobMetrics = {
  job_processing_duration_seconds: histogram({
    unit: 's',
    description: 'Time of one attempt at a background job.',
    labels: { job_type: backgroundQueues, status: jobStatuses },
    // 30 and 60 are the objectives, 5 the bound of "slow operations".
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30, 60, 120],
    source: 'app',
    services: ['worker'],
  }),
  job_failures_total: counter({
    unit: '{job}',
    description: 'Attempts at a background job that failed, by reason.',
    labels: { job_type: backgroundQueues, error_reason: jobErrorReasons },
    source: 'app',
    services: ['worker'],
  }),
  queue_depth: gauge({
    unit: '{job}',
    description: 'Jobs waiting in a queue, read from the database every 5 s.',
    labels: { queue_name: queueNames },
    source: 'app',
    services: ['api', 'worker'],
  }),
  job_queue_depth: gauge({
    unit: '{job}',
    description: 'Jobs waiting in a queue of background jobs, read from the database every 5 s.',
    labels: { queue_name: backgroundQueues },
    source: 'app',
    services: ['api', 'worker'],
  }),
  queue_oldest_job_age_seconds: gauge({
    unit: 's',
    description: 'Age of the oldest job waiting in a queue; 0 when none waits.',
    labels: { queue_name: queueNames },
    source: 'app',
    services: ['api', 'worker'],
  }),
  queue_jobs: gauge({
    unit: '{job}',
    description:
      'Jobs of a queue by state: waiting (due), delayed (not due yet), active, completed (kept for an hour), failed.',
    labels: { queue_name: queueNames, state: queueStates },
    source: 'app',
    services: ['api', 'worker'],
  }),
  queue_dead_letters: gauge({
    unit: '{job}',
    description: 'Jobs that were given up after their last retry and wait in the queue’s dead-letter queue.',
    labels: { queue_name: queueNames },
    source: 'app',
    services: ['api', 'worker'],
  }),
} as const satisfies Record<string, Metric>
