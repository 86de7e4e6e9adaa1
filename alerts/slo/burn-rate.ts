import { type Duration, seconds } from '../../catalogue/intervals.ts'
import { number } from '../../catalogue/matchers.ts'
import { and, divide, greater, ratio, type Vector } from '../../catalogue/promql.ts'
import { type burnRateWindows, type Slo, type SloId, type SloWindow, sloEvents, slos } from '../../catalogue/slo.ts'
import { type Alert, alert } from '../alert.ts'
import type { Level, Priority, Team } from '../conventions.ts'
import type { Runbook } from '../runbook.ts'
import { type Scenario, silence } from '../scenario.ts'
import { trafficOf } from './events.ts'

export type Tier = (typeof burnRateWindows)[number]

/** What differs between objectives in their alerts. */
export interface SloAlerts {
  readonly slo: SloId
  /** Before `BurnRate1h`. */
  readonly name: string
  readonly subject: string
  readonly team: Team
  /** What happens to an event that is bad: "fail". */
  readonly bad: string
  readonly followsFrom: readonly string[]
  readonly dashboard: Alert['dashboard']['uid']
  readonly runbook: Runbook
}

/** The fastest tier spends what is left of the month within two days, the next within five. */
const priorityOf = (tier: Tier): Priority => (tier.level === 'ticket' ? 'P3' : tier.factor === 14.4 ? 'P1' : 'P2')

/** Of 1 − 0.999 the computer makes 0.0010000000000000009. */
const budgetOf = ({ target }: Slo): number => Number((1 - target).toPrecision(12))

/** How many times faster than allowed the budget is spent. */
const burnRate = (slo: SloId, window: SloWindow): Vector<'slo'> =>
  divide(ratio(sloEvents('bad', window, slo), sloEvents('total', window, slo)), budgetOf(slos[slo]))

const lasts = (factor: number): string => {
  const hours = (30 * 24) / factor
  return hours < 72 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`
}

/** The alert of one tier: the long window says that it matters, the short one that it still goes on. */
export const burnRateAlert = (objective: SloAlerts, tier: Tier): Alert => {
  return alert({
    name: `${objective.name}BurnRate${tier.long}`,
    subject: objective.subject,
    expr: and(
      greater(burnRate(objective.slo, tier.long), tier.factor),
      greater(burnRate(objective.slo, tier.short), tier.factor),
    ),
    severity: tier.level === 'page' ? 'critical' : 'warning',
    priority: priorityOf(tier),
    team: objective.team,
    receivers: tier.level === 'page' ? ['page'] : ['slack'],
    level: levelOf(tier),
    summary: `So many requests ${objective.bad} that the error budget of 30 days would last ${lasts(tier.factor)} at most.`,
    description: words(objective, tier)(({ number: measured }) => measured),
    followsFrom: objective.followsFrom,
    // What a ticket says is still true when the cause has gone.
    ...(tier.level === 'page' && { lingers: lingering(tier.short) }),
    dashboard: { uid: objective.dashboard, lookBack: tier.long, variables: () => ({ job: 'api' }) },
    runbook: objective.runbook,
    scenarios: scenarios(objective, tier),
  })
}

export const levelOf = ({ level }: Tier): Level => (level === 'page' ? 'page' : 'slow')

const words =
  ({ slo, bad }: SloAlerts, { long, short }: Tier) =>
  <W>(measured: (words: W) => string) =>
  (given: W): string =>
    `Over ${long}, requests ${bad} ${measured(given)} times as often as ${slos[slo].title} allows ` +
    `(${number(slos[slo].target * 100)} % good), and it still goes on over the last ${short}.`

/** A page is true until the last bad event has left its short window. */
const lingering = (short: Duration): Duration => `${seconds(short) / 60 + 1}m`

/** Minutes between two values of the series in the tests. */
const stepMinutes = 1
const steps = (duration: Duration): number => seconds(duration) / 60 / stepMinutes
const minutes = (count: number): Duration => `${Math.round(count)}m`

/** The same few stories for each objective and tier, with traffic that is as bad as the tier's factor asks for. */
const scenarios = (objective: SloAlerts, tier: Tier): Scenario[] => {
  const { slo } = objective
  const events = 100_000
  const threshold = tier.factor * budgetOf(slos[slo])
  const [long, short] = [steps(tier.long), steps(tier.short)]
  /** Traffic with `share` of the events bad. */
  const at = (share: number, count: number) => ({ all: events, bad: Math.round(events * share), steps: count })
  const firing = (burning: number) => [
    { labels: { slo }, description: words(objective, tier)(() => number(burning))({}) },
  ]
  // Four times what is allowed, or everything.
  const heavy = Math.min(1, 4 * threshold)
  /** Steps of heavy burning until the long window is over the threshold. */
  const needed = (long * threshold) / heavy
  return [
    {
      kind: 'fires',
      title: `fires when ${number(tier.factor * 1.05)} times the budget burns`,
      series: trafficOf(slo, [at(threshold * 1.05, long)]),
      at: { [minutes(long - 10)]: firing(tier.factor * 1.05) },
    },
    {
      kind: 'below',
      title: `is quiet at ${number(tier.factor * 0.95)} times`,
      series: trafficOf(slo, [at(threshold * 0.95, long)]),
      at: { [minutes(short)]: silence, [minutes(long - 10)]: silence },
    },
    {
      kind: 'waits',
      title: `is quiet while a burst has not yet spent enough of ${tier.long}`,
      series: trafficOf(slo, [at(0, long), at(heavy, Math.floor(needed * 0.7))]),
      at: { [minutes(long + Math.floor((needed * 0.7) / 5) * 5 - 5)]: silence },
    },
    {
      kind: 'recovers',
      title: `ends ${tier.short} after the last bad event, though ${tier.long} are still bad`,
      series: trafficOf(slo, [at(heavy, long), at(0, short + 15)]),
      at: {
        [minutes(long - 10)]: firing(heavy / budgetOf(slos[slo])),
        [minutes(long + short + 10)]: silence,
      },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nobody asks',
      series: trafficOf(slo, [at(1, 1), { all: 0, bad: 0, steps: long }]),
      at: { [minutes(short)]: silence, [minutes(long - 10)]: silence },
    },
    {
      kind: 'absent',
      title: 'is quiet where nothing was ever counted',
      series: [],
      at: { [minutes(long - 10)]: silence },
    },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: trafficOf(slo, [at(threshold * 0.9, long / 2), { ...at(threshold * 0.9, long / 2), from: 0 }]),
      at: { [minutes(long / 2 + 5)]: silence, [minutes(long - 10)]: silence },
    },
  ]
}
