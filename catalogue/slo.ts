/**
 * Service level objectives as data. A latency objective must be a bucket bound of its histogram, which the compiler holds:
 * only then is the share of fast events counted and not estimated.
 */
import type { Duration } from './intervals.ts'
import { noneOf, quote } from './matchers.ts'
import { probeEndpoints } from './metrics/values.ts'
import type { Vector } from './promql.ts'
import type { BucketOf, NameOf } from './series.ts'

/** The promise of a target (share of good events, 0 to 1) over `window`. */
interface Objective {
  readonly title: string
  readonly description: string
  readonly window: Duration
}

/** Good events are those not answered with a 5xx. */
export interface AvailabilitySlo extends Objective {
  readonly kind: 'availability'
  readonly counter: 'http_requests_total'
  readonly target: number
  readonly critical: number
}

/** Good events are those within `objective` seconds; `target` of all must be good. */
export interface LatencySlo<N extends NameOf<'histogram'> = NameOf<'histogram'>> extends Objective {
  readonly kind: 'latency'
  readonly histogram: N
  readonly target: number
  readonly objective: BucketOf<N>
  readonly critical: BucketOf<N>
}

export type Slo = AvailabilitySlo | LatencySlo

export const availabilitySlo = (slo: Omit<AvailabilitySlo, 'kind'>): AvailabilitySlo => ({
  kind: 'availability',
  ...checked(slo),
})

export const latencySlo = <const N extends NameOf<'histogram'>>(slo: Omit<LatencySlo<N>, 'kind'>): LatencySlo<N> => ({
  kind: 'latency',
  ...checked(slo),
})

/** An objective of 100 % leaves no budget to burn, so that every alert on it would be noise. @throws on a target outside (0, 1) */
const checked = <S extends { readonly target: number; readonly title: string }>(slo: S): S => {
  if (!(slo.target > 0 && slo.target < 1))
    throw new Error(`${slo.title}: the target must lie between 0 and 1, not ${slo.target}`)
  return slo
}

/** The objectives, by the id that their series carry in the label `slo`. */
export const slos = {
  'api-availability': availabilitySlo({
    title: 'API availability',
    description: 'Requests that are not answered with a 5xx.',
    counter: 'http_requests_total',
    target: 0.999,
    critical: 0.995,
    window: '30d',
  }),
  'api-latency': latencySlo({
    title: 'API latency',
    description: 'Requests that are answered within 200 ms (95 % of them, so that the p95 is below it).',
    histogram: 'http_request_duration_seconds',
    target: 0.95,
    objective: 0.2,
    critical: 0.5,
    window: '30d',
  }),
} as const satisfies Record<string, Slo>

/** Leaves out the requests of machines that ask how we are. */
export const withoutProbes = { endpoint: noneOf(...probeEndpoints) } as const

/** The requests that objectives and error rates are about: those of users. */
export const userRequests = { service: 'api', ...withoutProbes } as const

export type SloId = keyof typeof slos

/**
 * Multi-window burn-rate alerts of the SRE workbook, chapter 5, table 5-8 (https://sre.google/workbook/alerting-on-slos/):
 * the long window says that it matters, the short one (a twelfth) that it still goes on.
 */
export const burnRateWindows = [
  { level: 'page', factor: 14.4, long: '1h', short: '5m', budget: 0.02 },
  { level: 'page', factor: 6, long: '6h', short: '30m', budget: 0.05 },
  { level: 'ticket', factor: 3, long: '1d', short: '2h', budget: 0.1 },
  { level: 'ticket', factor: 1, long: '3d', short: '6h', budget: 0.1 },
] as const satisfies readonly {
  level: 'page' | 'ticket'
  factor: number
  long: Duration
  short: Duration
  budget: number
}[]

export type SloWindow = (typeof burnRateWindows)[number]['long' | 'short'] | '30d'

/** Names of the series that rules record for the SLOs: level:metric:operation, as Prometheus advises. */
export const sloSeriesName = (kind: 'bad' | 'total', window: SloWindow): string => `slo:${kind}_events:rate${window}`

/** Recorded events per second, bad ones or all, of one SLO or of each. */
export const sloEvents = (kind: 'bad' | 'total', window: SloWindow, slo?: SloId): Vector<'slo'> => ({
  text: `${sloSeriesName(kind, window)}${slo ? `{slo=${quote(slo)}}` : ''}`,
  power: 9,
})

/**
 * Events per second over a longer window, averaged from those recorded over five minutes. Numerator and denominator are
 * averaged apart, so that each event weighs the same; reading the raw series over 30 days would exceed a query's limit.
 */
export const sloEventsAveraged = (kind: 'bad' | 'total', window: SloWindow, slo: SloId): Vector<'slo'> => ({
  text: `avg_over_time(${sloEvents(kind, '5m', slo).text}[${window}])`,
  power: 9,
})

/** Share of good events over the objective's whole window, 0 to 1, by `slo`. */
export const sloComplianceName = 'slo:compliance:ratio30d'
