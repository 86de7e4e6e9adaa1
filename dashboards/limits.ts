/** Where good ends on a panel: the numbers of the objectives and of the alerts themselves, each with its source. */
import { slos } from '../catalogue/slo.ts'
import { type AlertWithThreshold, thresholds } from '../catalogue/thresholds.ts'

/** Two numbers that divide a scale into good, warning and critical; `good` says on which side good lies. */
export interface Limits {
  readonly warning: number
  readonly critical: number
  readonly good: 'below' | 'above'
}

/**
 * Drawn where an alert speaks: of one alert a single line; of two, the milder one first.
 * `alertLimits('JobQueueHigh', 'JobQueueBackup')`
 */
export const alertLimits = (
  warning: AlertWithThreshold,
  critical: AlertWithThreshold = warning,
  good: Limits['good'] = 'below',
): Limits => ({
  // An alert above 0 speaks at the first: a limit at 0 would colour the 0 itself.
  warning: justAbove(thresholds[warning]),
  critical: justAbove(thresholds[critical]),
  good,
})

const justAbove = (threshold: number): number => (threshold === 0 ? 0.000001 : threshold)

const availability = slos['api-availability']
const latency = slos['api-latency']

/** Share of good requests over the objective's window. */
export const availabilityLimits: Limits = {
  warning: availability.target,
  critical: availability.critical,
  good: 'above',
}

/** Share of requests answered with a 5xx: where ElevatedErrorRate and HighErrorRate speak. */
export const errorShareLimits: Limits = alertLimits('ElevatedErrorRate', 'HighErrorRate')

/** Share of fast requests; critical is twice as many slow ones as the budget allows. */
export const latencyShareLimits: Limits = {
  warning: latency.target,
  critical: latency.target - (1 - latency.target),
  good: 'above',
}

/** Quantiles of the API's latency, in seconds: the objective, and where P95LatencyHigh speaks. */
export const latencyLimits: Limits = { warning: latency.objective, critical: thresholds.P95LatencyHigh, good: 'below' }

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

/** Jobs that wait: where JobQueueHigh and JobQueueBackup speak. */
export const queueLimits: Limits = alertLimits('JobQueueHigh', 'JobQueueBackup')

/** CPU of the host in percent: CPUHighUsage speaks at the first. */
export const cpuLimits: Limits = { warning: thresholds.CPUHighUsage, critical: 95, good: 'below' }

/** Free disk in percent: DiskSpaceLow speaks at the first. */
export const diskLimits: Limits = { warning: thresholds.DiskSpaceLow, critical: 10, good: 'above' }

/** Memory in use, 0 to 1. */
export const memoryLimits: Limits = { warning: 0.8, critical: 0.95, good: 'below' }

/** Things that should not happen at all. */
export const noneExpected: Limits = { warning: 0.000001, critical: 0.000001, good: 'below' }
