import type { Duration } from '../../catalogue/intervals.ts'
import { and, less, ratio, subtract, type Vector } from '../../catalogue/promql.ts'
import { type Slo, type SloId, sloCompliance, sloEvents, sloRecordedYesterday, slos } from '../../catalogue/slo.ts'
import { type Alert, alert } from '../alert.ts'
import { type Scenario, silence } from '../scenario.ts'
import { type Recorded, recordedRates, trafficOf } from './events.ts'
import { beyondCritical, humanizePercentage, percent, type SloAlerts } from './words.ts'

/** Thirty days by the minute would take long. */
export const belowCriticalSteps = { series: '2m', evaluation: '6h' } as const satisfies Record<string, Duration>

/** The share of events that the critical level bears must not fall below this. */
const leastOf = (objective: Slo): number => (objective.kind === 'ratio' ? objective.critical : objective.target)

/** Share of events that the critical level bears: good ones, or for a latency those within its critical bound. */
const borne = (slo: SloId): Vector<'slo'> =>
  slos[slo].kind === 'ratio'
    ? sloCompliance(slo)
    : subtract(1, ratio(sloEvents('critical', '30d', slo), sloEvents('total', '30d', slo)))

/**
 * The promise of 30 days is broken by more than can be borne. It stays true for days or weeks, so it is told once, and it
 * is about a subject of its own: it must not silence what happens meanwhile.
 */
export const belowCriticalAlert = ({ slo, name, team, runbook }: SloAlerts): Alert => {
  const objective: Slo = slos[slo]
  const tooMany = percent(1 - leastOf(objective))
  const { events } = objective.words
  const words = (share: string) =>
    `${share} of the ${events} of the last 30 days were within the critical level of ${objective.title}. ` +
    `It is broken when more than ${tooMany} ${beyondCritical(slo)}.`
  return alert({
    name: `${name}BelowCritical`,
    subject: `${slo}-critical`,
    expr: and(less(borne(slo), leastOf(objective)), sloRecordedYesterday(slo)),
    // Near the level it may cross it several times a day.
    keepFiringFor: '1d',
    severity: 'critical',
    priority: 'P3',
    team,
    receivers: ['slack'],
    repeat: 'once',
    level: 'slow',
    summary: `More than ${tooMany} of the ${events} of the last 30 days ${beyondCritical(slo)}.`,
    description: ({ percent: measured }) => words(measured),
    dashboard: { uid: 'slos', lookBack: '30d' },
    runbook,
    scenarios: scenarios(slo, (share) => ({ labels: { slo }, description: words(humanizePercentage(share)) })),
  })
}

/** A whole number of events a second of which any share here is a whole number, too. */
const many = 1_000_000
/** Minutes between two recorded values. */
const recorded = 60
/** Counters every two minutes, as many a day. */
const day = (24 * 60) / 2
const hours = (count: number): Duration => `${count}h`

const scenarios = (
  slo: SloId,
  firing: (share: number) => { labels: { slo: string }; description: string },
): Scenario[] => {
  const objective: Slo = slos[slo]
  const allowed = Number((1 - leastOf(objective)).toPrecision(12))
  const kind = objective.kind === 'ratio' ? 'bad' : 'critical'
  /** Days with such a share beyond the critical level; of a latency, all the others are too slow, too, which must not matter. */
  const days = (share: number, count: number, traffic = 1) => {
    const total = many * traffic
    const beyond = Math.round(total * share)
    return {
      total,
      ...(kind === 'bad' ? { bad: beyond } : { bad: total, critical: beyond }),
      steps: (count * 24 * 60) / recorded,
    }
  }
  const raw = (share: number, steps: number, from?: 0) => {
    const beyond = Math.round(many * share)
    return { all: many, bad: beyond, critical: beyond, steps, ...(from === 0 && { from }) }
  }
  const story = (...stretches: readonly Recorded[]) => ({
    series: recordedRates(slo, stretches),
    step: `${recorded}m` as const,
  })
  // 5.4 times as much as is borne, on one day: after 5.4 days the average is just borne.
  const tooMuch = Math.round(many * allowed * 5.4) / many
  return [
    {
      kind: 'fires',
      title: `fires when slightly more than ${percent(allowed)} are beyond the critical level, once there is a day to judge by`,
      ...story(days(allowed * 1.01, 1.5)),
      at: { [hours(24)]: silence, [hours(30)]: [firing(1 - allowed * 1.01)] },
    },
    {
      kind: 'below',
      title: `is quiet at exactly ${percent(allowed)}`,
      ...story(days(allowed, 1.5)),
      at: { [hours(30)]: silence, [hours(36)]: silence },
    },
    {
      kind: 'fires',
      title: 'fires when there are few events, too',
      ...story({ total: 0.5, bad: 0.5, ...(kind === 'critical' && { critical: 0.5 }), steps: 36 }),
      at: { [hours(30)]: [firing(0)] },
    },
    {
      kind: 'below',
      title: 'measures what was bad by all events of the same time, of which there were more in the beginning',
      ...story(...[3, 3, 0.3, 0.3, 0.3, 0.3].map((traffic) => days(allowed * 0.9, 1, traffic))),
      at: { [hours(30)]: silence, [hours(6 * 24)]: silence },
    },
    {
      kind: 'recovers',
      title: 'goes on for a day when 30 days are just good enough again, and then ends',
      ...story(days(0, 1), days(tooMuch, 1), days(0, 6)),
      at: {
        [hours(48)]: [firing(1 - tooMuch / 2)],
        [hours(5.25 * 24)]: [firing(1 - tooMuch / 5.25)],
        [hours(6.25 * 24)]: [{ ...firing(1 - tooMuch / 5.25), lastTrue: hours(5.25 * 24) }],
        [hours(6.5 * 24)]: silence,
      },
    },
    {
      kind: 'recovers',
      title: 'ends when two bad days have left the 30 days',
      ...story(days(1, 2), days(0, 32)),
      at: lastsFor30Days(allowed, firing),
    },
    {
      kind: 'below',
      title: 'judges nothing by a day that follows on another without numbers',
      series: story(days(1, 1)).series.map(({ series }, index) => ({
        series,
        // Six good hours, two days of nothing, and then all is bad.
        values: `${index === 0 ? many : 0}x6 _x47 ${many}x20`,
      })),
      step: `${recorded}m`,
      at: { [hours(60)]: silence },
    },
    {
      kind: 'fires',
      title: 'judges by what was there a day and a half ago',
      series: story(days(1, 1)).series.map(({ series }, index) => ({
        series,
        // Five good hours, a day and a half of nothing, and then three bad ones.
        values: `${index === 0 ? many : 0}x4 _x35 ${many}x20`,
      })),
      step: `${recorded}m`,
      at: { [hours(42)]: [firing(5 / 8)] },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nothing happens',
      series: trafficOf(slo, [raw(1, 1), { all: 0, bad: 0, steps: 1.5 * day }]),
      at: { [hours(30)]: silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { [hours(30)]: silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: trafficOf(slo, [raw(allowed * 0.9, day - 1), raw(allowed * 0.9, day / 2 + 1, 0)]),
      at: { [hours(24)]: silence, [hours(30)]: silence },
    },
  ]
}

/** Two days of nothing but bad events are too much while more of them are in the window than 30 days bear; then a day goes by. */
const lastsFor30Days = (
  allowed: number,
  firing: (share: number) => { labels: { slo: string }; description: string },
): Scenario['at'] => {
  const step = 0.25
  const over = 32 - allowed * 30
  const last = Math.ceil(over / step - 1) * step
  const held = firing(1 - (32 - last) / 30)
  return {
    [hours(last * 24)]: [held],
    [hours((last + 1) * 24)]: [{ ...held, lastTrue: hours(last * 24) }],
    [hours((last + 1 + step) * 24)]: silence,
  }
}
