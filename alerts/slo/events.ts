import {
  clampMin,
  multiply,
  or,
  rate,
  rateOfCount,
  rateWithin,
  subtract,
  sum,
  type Vector,
} from '../../catalogue/promql.ts'
import { type SloId, slos } from '../../catalogue/slo.ts'
import { type GivenSeries, given, givenWithin, growing } from '../scenario.ts'

/** The shortest window, from which the longer ones are averaged. */
const base = '5m'

/** Events per second of one objective, all and bad ones. Where there are events but no bad ones, bad is 0; where there are none, neither exists. */
export const eventRates = (slo: SloId): { readonly total: Vector; readonly bad: Vector } => {
  const objective = slos[slo]
  if (objective.kind === 'ratio') {
    const total = sum(rate(objective.total, base))
    return { total, bad: or(sum(rate(objective.bad, base)), multiply(total, 0)) }
  }
  const total = sum(rateOfCount(objective.total, base))
  return { total, bad: clampMin(subtract(total, sum(rateWithin(objective.total, objective.objective, base))), 0) }
}

/** A time of even traffic: events a step, and how many of them are bad. `from` 0 is a process that begins anew. */
export interface Traffic {
  readonly all: number
  readonly bad: number
  readonly steps: number
  readonly from?: 0
}

const target = {
  job: 'api',
  service: 'api',
  instance: '127.0.0.1:9464',
  method: 'GET',
  endpoint: '/api/contacts',
} as const

/** The series of a process with such traffic. */
export const trafficOf = (slo: SloId, stretches: readonly Traffic[]): readonly GivenSeries[] => {
  const counter = (each: (traffic: Traffic) => number) =>
    growing(
      ...stretches.map((traffic) => ({
        each: each(traffic),
        steps: traffic.steps,
        ...(traffic.from === 0 && { from: traffic.from }),
      })),
    )
  const objective = slos[slo]
  return objective.kind === 'ratio'
    ? [
        given(
          'http_requests_total',
          { ...target, status: '200' },
          counter(({ all, bad }) => all - bad),
        ),
        given(
          'http_requests_total',
          { ...target, status: '500' },
          counter(({ bad }) => bad),
        ),
      ]
    : givenWithin('http_request_duration_seconds', { ...target, status: '200' }, 0.2, {
        within: counter(({ all, bad }) => all - bad),
        all: counter(({ all }) => all),
      })
}
