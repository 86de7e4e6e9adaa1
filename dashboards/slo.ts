import { clampMin, divide, greater, less, multiply, or, ratio, subtract, type Vector } from '../catalogue/promql.ts'
import { type SloId, type SloWindow, sloEvents, slos } from '../catalogue/slo.ts'

/** Share of bad events within the window: recorded numerators and denominators divided here, so that quiet times weigh nothing. */
const badShare = (slo: SloId, window: SloWindow): Vector<'slo'> =>
  ratio(sloEvents('bad', window, slo), sloEvents('total', window, slo))

/** Share of good events over the objective's 30 days, 0 to 1. */
export const compliance = (slo: SloId): Vector<'slo'> => subtract(1, badShare(slo, '30d'))

/** Share of the 30 days' error budget that is left; below 0 the objective is missed. */
export const budgetLeft = (slo: SloId): Vector<'slo'> => subtract(1, divide(badShare(slo, '30d'), 1 - slos[slo].target))

/** How many times faster than allowed the budget is being spent; 1 uses up exactly all of it in 30 days. */
export const burnRate = (slo: SloId, window: SloWindow): Vector<'slo'> =>
  divide(badShare(slo, window), 1 - slos[slo].target)

/** What the alert of a tier compares with its factor: it speaks when both windows are above it, so the lower one counts. */
export const burnRateOfBoth = (slo: SloId, long: SloWindow, short: SloWindow): Vector<'slo'> => {
  const [within, now] = [burnRate(slo, long), burnRate(slo, short)]
  return or(less(within, now), now)
}

/** 30 days, in seconds. */
const wholeWindow = 2_592_000

/** Seconds until the budget is used up at the burn rate of the last hour; 0 when it already is, nothing while it does not burn. */
export const timeToExhaustion = (slo: SloId): Vector<'slo'> =>
  divide(multiply(clampMin(budgetLeft(slo), 0), wholeWindow), greater(burnRate(slo, '1h'), 0))

/** The same of every objective, by the label `slo`. */
export const ofAll = (value: (slo: SloId) => Vector<'slo'>): Vector<'slo'> =>
  sloIds.map(value).reduce((all, each) => or(all, each))

export const sloIds = Object.keys(slos) as SloId[]
