import { type Duration, seconds } from '../../catalogue/intervals.ts'
import { number } from '../../catalogue/matchers.ts'
import { and, greater, multiply, ratio, type Vector } from '../../catalogue/promql.ts'
import { type SloId, type SloWindow, sloEvents, slos, type Tier } from '../../catalogue/slo.ts'
import { type Alert, alert } from '../alert.ts'
import type { Level, Priority } from '../conventions.ts'
import { burnRateScenarios } from './burn-rate-scenarios.ts'
import { budgetOf, percent, type SloAlerts, variablesFor } from './words.ts'

/** The fastest tier spends what is left of the month within two days, the next within five. */
const priorityOf = (tier: Tier): Priority => (tier.level === 'ticket' ? 'P3' : tier.factor === 14.4 ? 'P1' : 'P2')

/** Share of bad events at which the budget is spent the tier's factor too fast. */
export const tooMany = (slo: SloId, { factor }: Tier): number => Number((factor * budgetOf(slos[slo])).toPrecision(12))

const badShare = (slo: SloId, window: SloWindow): Vector<'slo'> =>
  ratio(sloEvents('bad', window, slo), sloEvents('total', window, slo))

const lasts = (factor: number): string => {
  const hours = (30 * 24) / factor
  return hours < 72 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`
}

/** The alert of one tier: the long window says that it matters, the short one that it still goes on. */
export const burnRateAlert = (objective: SloAlerts, tier: Tier): Alert => {
  const { slo } = objective
  const { events, bad } = slos[slo].words
  return alert({
    name: `${objective.name}BurnRate${tier.long}`,
    subject: objective.subject,
    expr: and(
      and(
        greater(badShare(slo, tier.long), tooMany(slo, tier)),
        greater(badShare(slo, tier.short), tooMany(slo, tier)),
      ),
      greater(multiply(sloEvents('bad', tier.long, slo), seconds(tier.long)), tier.moreThan),
    ),
    severity: tier.level === 'page' ? 'critical' : 'warning',
    priority: priorityOf(tier),
    team: objective.team,
    receivers: tier.level === 'page' ? ['page'] : ['slack'],
    level: levelOf(tier),
    summary: `So many ${events} ${bad} that the error budget of 30 days would last ${lasts(tier.factor)} at most.`,
    description: words(slo, tier)(({ percent }) => percent),
    followsFrom: objective.followsFrom,
    // What a ticket says is still true when the cause has gone.
    ...(tier.level === 'page' && { lingers: lingering(tier.short) }),
    dashboard: { uid: objective.dashboard, lookBack: tier.long, variables: () => variablesFor(slo) },
    runbook: objective.runbook,
    scenarios: burnRateScenarios(slo, tier, (share) => words(slo, tier)(() => share)({})),
  })
}

export const levelOf = ({ level }: Tier): Level => (level === 'page' ? 'page' : 'slow')

const words =
  (slo: SloId, { long, short, factor }: Tier) =>
  <W>(measured: (words: W) => string) =>
  (given: W): string => {
    const { events, bad } = slos[slo].words
    return (
      `Over ${long}, ${measured(given)} of the ${events} ${bad}, and it still goes on over the last ${short}. ` +
      `${percent(budgetOf(slos[slo]))} may; this is more than ${number(factor)} times that.`
    )
  }

/** A page is true until the last bad event has left its short window. */
const lingering = (short: Duration): Duration => `${seconds(short) / 60 + 1}m`
