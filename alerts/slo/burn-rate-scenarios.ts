import { type Duration, seconds } from '../../catalogue/intervals.ts'
import { number } from '../../catalogue/matchers.ts'
import { type SloId, slos, type Tier } from '../../catalogue/slo.ts'
import { type Firing, type Scenario, silence } from '../scenario.ts'
import { type Recorded, recordedRates, type Traffic, trafficOf } from './events.ts'
import { scraped } from './samples.ts'
import { budgetOf, humanizePercentage } from './words.ts'

/** Minutes between two evaluations, and between two recorded values; long windows would take minutes otherwise. */
export const burnRateSteps = { page: { evaluation: 5, recorded: 5 }, ticket: { evaluation: 60, recorded: 30 } } as const

const minutes = (count: number): Duration => `${count}m`

/** Events a step, enough that a share of a thousandth is a whole number of them. */
const many = 1_000_000

interface Story {
  readonly slo: SloId
  readonly tier: Tier
  /** Minutes of the windows, and between two evaluations. */
  readonly long: number
  readonly short: number
  readonly step: number
  /** The share of bad events that must not be exceeded. */
  readonly threshold: number
  readonly firing: (share: number) => readonly Firing[]
  /** So many minutes with such a share of bad events. */
  readonly rates: (share: number, minutes: number) => Recorded
  /** The same with numbers of events, per second. */
  readonly events: (numbers: Omit<Recorded, 'steps'>, minutes: number) => Recorded
  readonly recorded: (stretches: readonly Recorded[]) => Pick<Scenario, 'series' | 'step'>
}

/** The same few stories for each objective and tier, each with numbers that any wrong factor, window or comparison turns into another end. */
export const burnRateScenarios = (slo: SloId, tier: Tier, description: (share: string) => string): Scenario[] => {
  const { evaluation, recorded } = burnRateSteps[tier.level]
  const events: Story['events'] = (numbers, length) => ({ ...numbers, steps: length / recorded })
  const story: Story = {
    slo,
    tier,
    long: seconds(tier.long) / 60,
    short: seconds(tier.short) / 60,
    step: evaluation,
    threshold: Number((tier.factor * budgetOf(slos[slo])).toPrecision(12)),
    firing: (share) => [{ labels: { slo }, description: description(humanizePercentage(share)) }],
    rates: (share, length) => events({ total: many, bad: Math.round(many * share) }, length),
    events,
    recorded: (stretches) => ({ series: recordedRates(slo, stretches), step: minutes(recorded) }),
  }
  return [...thresholds(story), ...windows(story), ...fewEvents(story), ...whatCounters(story)]
}

const thresholds = ({ slo, tier, short, step, threshold, firing, events, recorded }: Story): Scenario[] => {
  const above = threshold * 1.01
  const exactly = Math.round(many * threshold)
  /** So much of the usual traffic, and so much of what is allowed. */
  const traffic = (total: number, bad: number, length: number) =>
    events({ total: many * total, bad: Math.min(many * total, exactly * bad) }, length)
  // As many events on average, but now more and now fewer of them: all windows of one share must be the same.
  const uneven = short > burnRateSteps[tier.level].recorded ? [1.5, 0.5] : [1]
  return [
    {
      kind: 'fires',
      title: `fires when ${number(tier.factor * 1.01)} times what is allowed is bad`,
      series: trafficOf(slo, [{ all: many, bad: Math.round(many * above), steps: 3 * step + 1 }]),
      at: { [minutes(3 * step)]: firing(above) },
    },
    {
      kind: 'below',
      title: `is quiet at exactly ${number(tier.factor)} times over ${tier.long}, though ${tier.short} are worse`,
      ...recorded([
        events({ total: many, bad: exactly - 10 }, short),
        events({ total: many, bad: exactly + 10 }, short),
      ]),
      at: { [minutes(2 * short)]: silence },
    },
    {
      kind: 'below',
      title: `is quiet at exactly ${number(tier.factor)} times over ${tier.short}, though ${tier.long} are worse`,
      ...recorded([traffic(0.5, 1, short), ...uneven.map((share) => traffic(share, share, short / uneven.length))]),
      at: { [minutes(2 * short)]: silence },
    },
  ]
}

const windows = ({ tier, long, short, step, threshold, firing, rates, recorded }: Story): Scenario[] => {
  // So bad that the long window is over the threshold half a step after an evaluation.
  const quiet = Math.ceil(Math.max(long / 4, long * threshold) / step - 0.5) * step
  const burst = (threshold * long) / (quiet + step / 2)
  // Four times what is allowed, or everything: so long it takes for the short window to fall below the threshold again.
  const heavy = Math.min(1, 4 * threshold)
  const still = Math.floor((short * (1 - threshold / heavy)) / step) * step
  /** What the long window holds of so many minutes, to the precision of whole events. */
  const ofLong = (share: number, length: number) => (Math.round(many * share) / many) * (length / long)
  return [
    {
      kind: 'fires',
      title: `fires when a burst has spent enough of ${tier.long}, and not before`,
      ...recorded([rates(0, long), rates(burst, quiet + step)]),
      at: {
        [minutes(long + quiet)]: silence,
        [minutes(long + quiet + step)]: firing(ofLong(burst, quiet + step)),
      },
    },
    {
      kind: 'recovers',
      title: `ends at most ${tier.short} after the last bad event, though ${tier.long} are still bad`,
      ...recorded([rates(heavy, long), rates(0, still + step)]),
      at: {
        [minutes(long + still)]: firing(ofLong(heavy, long - still)),
        [minutes(long + still + step)]: silence,
      },
    },
  ]
}

const fewEvents = (story: Story): Scenario[] => {
  const { tier, long, step, firing, events, recorded } = story
  const length = burnRateSteps[tier.level].recorded
  const none = (count: number) => events({ total: 0, bad: 0 }, count)
  /** So many events within one recorded step, all of them bad. */
  const bad = (count: number) => events({ total: count / 60 / length, bad: count / 60 / length }, length)
  const seldom = (gap: number, count: number) =>
    recorded([none(long), ...Array.from({ length: count }, () => [bad(1), none(gap - length)]).flat()])
  const few: Scenario = {
    kind: 'fires',
    title: `is quiet at ${tier.moreThan} bad events in ${tier.long}, though there are no others, and fires when there are more`,
    ...recorded([none(long - length), bad(tier.moreThan), ...(step > length ? [none(step - length)] : []), bad(0.05)]),
    at: { [minutes(long)]: silence, [minutes(long + step)]: firing(1) },
  }
  const quietService: Record<Tier['long'], Scenario> = {
    '1h': {
      kind: 'below',
      title: 'leaves three events an hour that are all bad to the six hours',
      ...seldom(20, 6),
      at: { [minutes(long + 5)]: silence, [minutes(long + 45)]: silence, [minutes(long + 105)]: silence },
    },
    '6h': {
      kind: 'fires',
      title: 'finds a quiet service whose three events an hour are all bad, at the fifth',
      ...seldom(20, 5),
      at: { [minutes(long + 5)]: silence, [minutes(long + 45)]: silence, [minutes(long + 85)]: firing(1) },
    },
    '1d': {
      kind: 'fires',
      title: 'finds a service that is asked once an hour and always fails, at the third time',
      ...seldom(60, 3),
      at: { [minutes(long + 60)]: silence, [minutes(long + 180)]: firing(1) },
    },
    '3d': {
      kind: 'fires',
      title: 'finds a service that is asked six times a day and always fails, at the third time',
      ...seldom(240, 3),
      at: { [minutes(long + 60)]: silence, [minutes(long + 540)]: firing(1) },
    },
  }
  return [few, quietService[tier.long]]
}

const whatCounters = ({ slo, tier, long, step, threshold }: Story): Scenario[] => {
  const below = (steps: number): Traffic => ({ all: many, bad: Math.round(many * threshold * 0.9), steps })
  const once: readonly Traffic[] = [
    { all: 1, bad: 1, steps: 2 },
    { all: 0, bad: 0, steps: 10 },
  ]
  const afterRestart: Scenario = {
    kind: 'below',
    title: 'is quiet when the first two events since a restart are bad, hours later',
    // The second is the first that a rate sees; what was there before it was nothing, and not unknown.
    series: [
      ...scraped(slo, `1x${long + 10}`),
      ...trafficOf(slo, once).map(({ series, values }) => ({ series, values: `_x${long - 1} ${values}` })),
    ],
    at: { [minutes(long)]: silence, [minutes(long + 5)]: silence },
  }
  return [
    ...(tier.long === '1h' ? [afterRestart] : []),
    {
      kind: 'no traffic',
      title: 'gives no verdict when nothing happens',
      series: [
        ...scraped(slo, `1x${4 * step}`),
        ...trafficOf(slo, [
          { all: many, bad: many, steps: 1 },
          { all: 0, bad: 0, steps: 4 * step },
        ]),
      ],
      at: { [minutes(step)]: silence, [minutes(4 * step)]: silence },
    },
    {
      kind: 'absent',
      title: 'is quiet where nothing was ever counted',
      series: [],
      at: { [minutes(2 * step)]: silence },
    },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: trafficOf(slo, [below(2 * step - 2), { ...below(2 * step + 1), from: 0 }]),
      at: { [minutes(2 * step)]: silence, [minutes(3 * step)]: silence },
    },
  ]
}
