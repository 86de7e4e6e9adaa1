import { slos } from '../catalogue/slo.ts'

/** Two numbers that divide a scale into good, warning and critical; `good` says on which side good lies. */
export interface Limits {
  readonly warning: number
  readonly critical: number
  readonly good: 'below' | 'above'
}

const availability = slos['api-availability']
const latency = slos['api-latency']

/** Share of good requests over the objective's window. */
export const availabilityLimits: Limits = {
  warning: availability.target,
  critical: availability.critical,
  good: 'above',
}

/** Share of requests answered with a 5xx: the rest of the availability. */
export const errorShareLimits: Limits = {
  warning: 1 - availability.target,
  critical: 1 - availability.critical,
  good: 'below',
}

/** Share of fast requests; critical is twice as many slow ones as the budget allows. */
export const latencyShareLimits: Limits = {
  warning: latency.target,
  critical: latency.target - (1 - latency.target),
  good: 'above',
}

/** Quantiles of the API's latency, in seconds. */
export const latencyLimits: Limits = { warning: latency.objective, critical: latency.critical, good: 'below' }

/** Error budget that is left, 0 to 1: a quarter is a week of the thirty days. */
export const budgetLimits: Limits = { warning: 0.25, critical: 0, good: 'above' }

/** Two levels of a latency objective, in seconds. */
const latencyOf = (slo: 'web-page-load' | 'database-latency' | 'job-duration'): Limits => ({
  warning: slos[slo].objective,
  critical: slos[slo].critical,
  good: 'below',
})

/** p95 of page loads, in seconds. */
export const pageLoadLimits: Limits = latencyOf('web-page-load')

/** p95 of database queries, in seconds. */
export const databaseLimits: Limits = latencyOf('database-latency')

/** p95 of background jobs, in seconds. */
export const jobLimits: Limits = latencyOf('job-duration')

const delivery = slos['email-delivery']
/** Share of e-mails that are delivered. */
export const deliveryLimits: Limits = { warning: delivery.target, critical: delivery.critical, good: 'above' }

/** Jobs that wait: the levels of JobQueueHigh and JobQueueBackup. */
export const queueLimits: Limits = { warning: 500, critical: 1000, good: 'below' }

/** CPU of the host in percent: CPUHighUsage speaks at 80. */
export const cpuLimits: Limits = { warning: 80, critical: 95, good: 'below' }

/** Free disk in percent: DiskSpaceLow speaks at 20. */
export const diskLimits: Limits = { warning: 20, critical: 10, good: 'above' }

/** Memory in use, 0 to 1. */
export const memoryLimits: Limits = { warning: 0.8, critical: 0.95, good: 'below' }

/** A state that is 1 when all is well. */
export const upLimits: Limits = { warning: 1, critical: 1, good: 'above' }

/** Things that should not happen at all. */
export const noneExpected: Limits = { warning: 0.000001, critical: 0.000001, good: 'below' }
