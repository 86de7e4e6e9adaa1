import { barGauge } from '../gauges.ts'
import { availabilityLimits, budgetLimits, latencyShareLimits } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { stat, timeseries } from '../panels.ts'
import { budgetLeft, burnRate, compliance, ofAll } from '../slo.ts'
import type { Tile } from '../tile.ts'

const toApi = toDashboard('api-performance')

/** Each objective over its 30 days, and what is left of its budget. */
export const objectives = (): Tile[] => [
  stat({
    title: 'Availability, 30 days',
    description:
      'Share of requests not answered with a 5xx. Below 99.9 % the objective is missed: stop risky changes, and look below for which service fails.',
    unit: 'percentunit',
    decimals: 3,
    limits: availabilityLimits,
    queries: [{ expr: compliance('api-availability'), legend: 'availability' }],
  }),
  stat({
    title: 'Availability budget left',
    description:
      'Share of the 30 days’ errors that may still happen. Near 0: changes wait until it has recovered. Below 0 the objective is missed.',
    unit: 'percentunit',
    decimals: 1,
    limits: budgetLimits,
    queries: [{ expr: budgetLeft('api-availability'), legend: 'left' }],
  }),
  stat({
    title: 'Fast requests, 30 days',
    description:
      'Share of requests answered within 200 ms; the objective is 95 %. When it falls, find the slow endpoint on the dashboard API Performance.',
    unit: 'percentunit',
    decimals: 2,
    limits: latencyShareLimits,
    queries: [{ expr: compliance('api-latency'), legend: 'within 200 ms' }],
    links: [toApi],
  }),
  stat({
    title: 'Latency budget left',
    description: 'Share of the 30 days’ slow requests that may still happen. Near 0: performance work comes first.',
    unit: 'percentunit',
    decimals: 1,
    limits: budgetLimits,
    queries: [{ expr: budgetLeft('api-latency'), legend: 'left' }],
  }),
]

/** All six at once. */
export const errorBudgets = (): Tile =>
  barGauge({
    title: 'Error budgets left',
    description:
      'Of all six promises, over their 30 days. Below a quarter: risky changes wait. Below 0 a promise is broken: SLOs and Error Budgets says how fast it goes on.',
    unit: 'percentunit',
    max: 1,
    limits: budgetLimits,
    queries: [{ expr: ofAll(budgetLeft), legend: '{{slo}}' }],
  })

/** How fast the budgets are being spent, in windows of the burn-rate alerts. */
export const burnRates = (): Tile[] => [
  timeseries({
    title: 'How fast the availability budget burns',
    description:
      '1 uses up the whole budget in exactly 30 days. Above 14.4 in the hour somebody is paged: look at the error rate by service.',
    unit: 'short',
    queries: [
      { expr: burnRate('api-availability', '5m'), legend: 'last 5 minutes', colour: 'p50' },
      { expr: burnRate('api-availability', '1h'), legend: 'last hour', colour: 'p95' },
      { expr: burnRate('api-availability', '6h'), legend: 'last 6 hours', colour: 'p99' },
    ],
  }),
  timeseries({
    title: 'How fast the latency budget burns',
    description:
      '1 uses up the whole budget in exactly 30 days. Above it for hours: find the slow endpoint on API Performance, then its slow queries.',
    unit: 'short',
    queries: [
      { expr: burnRate('api-latency', '5m'), legend: 'last 5 minutes', colour: 'p50' },
      { expr: burnRate('api-latency', '1h'), legend: 'last hour', colour: 'p95' },
      { expr: burnRate('api-latency', '6h'), legend: 'last 6 hours', colour: 'p99' },
    ],
    links: [toApi],
  }),
]
