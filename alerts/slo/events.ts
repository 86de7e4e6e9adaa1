import {
  clampMin,
  max,
  multiply,
  oneOf,
  or,
  rate,
  rateOfCount,
  rateWithin,
  select,
  subtract,
  sum,
  type Vector,
} from '../../catalogue/promql.ts'
import { type Slo, type SloEvents, type SloId, sloSeriesName, slos } from '../../catalogue/slo.ts'
import { type GivenSeries, growing } from '../scenario.ts'
import { samples } from './samples.ts'

/** The shortest window, from which the longer ones are averaged. */
const base = '5m'

/**
 * Events per second of one objective. While a process that counts them is scraped, no events are 0, also where none was
 * ever seen: a series that begins with its first event, at night after a restart, must not count as if the hours before had been like it.
 */
export const eventRate = (slo: SloId, kind: SloEvents): Vector => {
  const objective: Slo = slos[slo]
  const zero = noEvents(objective)
  if (objective.kind === 'ratio') {
    const total = or(sum(rate(objective.total, base)), zero)
    return kind === 'total' ? total : or(sum(rate(objective.bad, base)), multiply(total, 0))
  }
  const total = or(sum(rateOfCount(objective.total, base)), zero)
  if (kind === 'total') return total
  const bound = kind === 'bad' ? objective.objective : objective.critical
  // Both parts are not read at the very same moment.
  return clampMin(subtract(total, or(sum(rateWithin(objective.total, bound, base)), zero)), 0)
}

const noEvents = ({ countedBy }: Slo): Vector => {
  const [one = 'api', ...others] = countedBy
  return multiply(max(select('up', { service: others.length > 0 ? oneOf(one, ...others) : one })), 0)
}

/** A time of even traffic: events a step, how many of them are bad, and how many beyond the critical level. `from` 0 is a process that begins anew. */
export interface Traffic {
  readonly all: number
  readonly bad: number
  readonly critical?: number
  readonly steps: number
  readonly from?: 0
}

const valuesOf = (stretches: readonly Traffic[], each: (traffic: Traffic) => number): string =>
  growing(
    ...stretches.map((traffic) => ({
      each: each(traffic),
      steps: traffic.steps,
      ...(traffic.from === 0 && { from: traffic.from }),
    })),
  )

const eventValues = (stretches: readonly Traffic[]) => ({
  all: valuesOf(stretches, ({ all }) => all),
  good: valuesOf(stretches, ({ all, bad }) => all - bad),
  borne: valuesOf(stretches, ({ all, critical = 0 }) => all - critical),
})

/** The series of a process with such traffic. */
export const trafficOf = (slo: SloId, stretches: readonly Traffic[]): readonly GivenSeries[] => {
  const { counted, bad } = samples[slo]
  return [
    ...(counted[0]?.(eventValues(stretches)) ?? []),
    ...(bad[0] ? [bad[0](valuesOf(stretches, (traffic) => traffic.bad))] : []),
  ]
}

/** The same traffic in every series of the objective, and in every other one of its metric. */
export const trafficEverywhere = (slo: SloId, traffic: Traffic): readonly GivenSeries[] => {
  const { counted, bad, ignored } = samples[slo]
  const values = eventValues([traffic])
  return [
    ...[...counted, ...ignored].flatMap((series) => series(values)),
    ...bad.map((series) => series(valuesOf([traffic], (one) => one.bad))),
  ]
}

/** For so many steps, what is recorded of a step: events per second. */
export interface Recorded {
  readonly total: number
  readonly bad?: number
  readonly critical?: number
  readonly steps: number
}

/**
 * What is recorded over five minutes: numbers that no rate has rounded. Nothing is there at the very first moment, so that n
 * steps fill a window of n steps, which begins after its first moment.
 */
export const recordedRates = (slo: SloId, stretches: readonly Recorded[]): GivenSeries[] =>
  (['total', 'bad', 'critical'] as const)
    .filter((kind) => stretches.some((stretch) => stretch[kind] !== undefined))
    .map((kind) => ({
      series: `${sloSeriesName(kind, base)}{slo="${slo}"}`,
      values: ['_', ...stretches.map((stretch) => `${stretch[kind] ?? 0}x${stretch.steps - 1}`)].join(' '),
    }))
