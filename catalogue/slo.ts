/**
 * Service level objectives as data. A latency objective must be a bucket bound of its histogram, which the compiler holds:
 * only then is the share of fast events counted and not estimated.
 */
import type { Duration } from './intervals.ts'
import type { Matchers } from './matchers.ts'
import { noneOf, oneOf, quote } from './matchers.ts'
import type { Service } from './metric.ts'
import { probeEndpoints } from './metrics/values.ts'
import { matches, type Selector, select, type Vector } from './promql.ts'
import type { BucketOf, NameOf } from './series.ts'

/** The promise of a target (share of good events, 0 to 1) over `window`. */
interface Objective {
  readonly title: string
  readonly description: string
  /** How people call it: the `events` ("requests"), and what those that are not good do ("fail"). */
  readonly words: { readonly events: string; readonly bad: string }
  /** The processes that count the events: while one of them is scraped, no events are zero events, and not a gap. */
  readonly countedBy: readonly Service[]
  readonly target: number
  readonly window: Duration
}

/** Good events are those of a counter that `bad` does not select; `critical` is a share, as the target is. */
export interface RatioSlo<N extends NameOf<'counter'> = NameOf<'counter'>> extends Objective {
  readonly kind: 'ratio'
  readonly total: Selector<N>
  readonly bad: Selector<N>
  readonly critical: number
}

/** Good events are those within `objective` seconds; `target` of all must be good, and at the very least be within `critical` seconds. */
export interface LatencySlo<N extends NameOf<'histogram'> = NameOf<'histogram'>> extends Objective {
  readonly kind: 'latency'
  readonly total: Selector<N>
  readonly objective: BucketOf<N>
  readonly critical: BucketOf<N>
}

export type Slo = RatioSlo | LatencySlo

/** Events of a counter: which of them count (`total`), and by which further labels bad ones are known. */
export const ratioSlo = <const N extends NameOf<'counter'>>({
  counter,
  total,
  bad,
  ...slo
}: Omit<RatioSlo<N>, 'kind' | 'total' | 'bad'> & {
  readonly counter: N
  readonly total: Matchers<N>
  readonly bad: Matchers<N>
}): RatioSlo<N> => ({
  kind: 'ratio',
  ...checked(slo),
  total: select(counter, total),
  bad: select(counter, { ...total, ...bad }),
})

/** Events that a histogram measures; `total` says which of them count. */
export const latencySlo = <const N extends NameOf<'histogram'>>({
  histogram,
  total,
  ...slo
}: Omit<LatencySlo<N>, 'kind' | 'total'> & {
  readonly histogram: N
  readonly total: Matchers<N>
}): LatencySlo<N> => ({
  kind: 'latency',
  ...checked(slo),
  total: select(histogram, total),
})

/** An objective of 100 % leaves no budget to burn, so that every alert on it would be noise. @throws on a target outside (0, 1) */
const checked = <S extends { readonly target: number; readonly title: string }>(slo: S): S => {
  if (!(slo.target > 0 && slo.target < 1))
    throw new Error(`${slo.title}: the target must lie between 0 and 1, not ${slo.target}`)
  return slo
}

/** Leaves out the requests of machines that ask how we are. */
export const withoutProbes = { endpoint: noneOf(...probeEndpoints) } as const

/** The requests that objectives and error rates are about: those of users. */
export const userRequests = { service: 'api', ...withoutProbes } as const

/** The objectives, by the id that their series carry in the label `slo`. */
export const slos = {
  'api-availability': ratioSlo({
    title: 'API availability',
    description: 'Requests that are not answered with a 5xx.',
    words: { events: 'requests', bad: 'fail' },
    countedBy: ['api'],
    counter: 'http_requests_total',
    total: userRequests,
    bad: { status: matches('5..') },
    target: 0.999,
    critical: 0.995,
    window: '30d',
  }),
  'api-latency': latencySlo({
    title: 'API latency',
    description: 'Requests that are answered within 200 ms (95 % of them, so that the p95 is below it).',
    words: { events: 'requests', bad: 'take longer than 200 ms' },
    countedBy: ['api'],
    histogram: 'http_request_duration_seconds',
    total: userRequests,
    target: 0.95,
    objective: 0.2,
    critical: 0.5,
    window: '30d',
  }),
  'web-page-load': latencySlo({
    title: 'Web page load',
    description: 'Pages whose largest part is drawn within 2 s, as browsers report it (95 % of them).',
    words: { events: 'page loads', bad: 'take longer than 2 s' },
    countedBy: ['api'],
    histogram: 'web_page_load_seconds',
    total: { service: 'api' },
    target: 0.95,
    objective: 2,
    critical: 4,
    window: '30d',
  }),
  'database-latency': latencySlo({
    title: 'Database query time',
    description: 'Queries of all processes that are answered within 50 ms (95 % of them).',
    words: { events: 'queries', bad: 'take longer than 50 ms' },
    countedBy: ['api', 'worker', 'mcp'],
    histogram: 'database_query_duration_seconds',
    total: {},
    target: 0.95,
    objective: 0.05,
    critical: 0.1,
    window: '30d',
  }),
  'job-duration': latencySlo({
    title: 'Background job processing',
    description: 'Attempts at a background job that end within 30 s (95 % of them).',
    words: { events: 'jobs', bad: 'take longer than 30 s' },
    countedBy: ['worker'],
    histogram: 'job_processing_duration_seconds',
    total: { service: 'worker' },
    target: 0.95,
    objective: 30,
    critical: 60,
    window: '30d',
  }),
  'email-delivery': ratioSlo({
    title: 'E-mail delivery',
    description: 'E-mails that are delivered; one that is deferred is tried again, and counts when that has ended.',
    words: { events: 'e-mails', bad: 'bounce or fail' },
    countedBy: ['worker'],
    counter: 'email_deliveries_total',
    total: { service: 'worker', outcome: oneOf('delivered', 'bounced', 'failed') },
    bad: { outcome: oneOf('bounced', 'failed') },
    target: 0.98,
    critical: 0.95,
    window: '30d',
  }),
} as const satisfies Record<string, Slo>

export type SloId = keyof typeof slos

/**
 * Multi-window burn-rate alerts of the SRE workbook, chapter 5, table 5-8 (https://sre.google/workbook/alerting-on-slos/):
 * the long window says that it matters, the short one (a twelfth) that it still goes on.
 *
 * `moreThan` is ours: so many bad events must be in the long window. Where three events an hour are all there is, one bad
 * one is a third of everything, and would wake somebody for a single failure at night. The floor is on bad events and not on
 * traffic, so that a quiet service that is wholly broken is still found, only by a longer window: at three failures an hour
 * the six hours page at the fifth, at five failures a day the three days make a ticket.
 */
export const burnRateWindows = [
  { level: 'page', factor: 14.4, long: '1h', short: '5m', budget: 0.02, moreThan: 4 },
  { level: 'page', factor: 6, long: '6h', short: '30m', budget: 0.05, moreThan: 4 },
  { level: 'ticket', factor: 3, long: '1d', short: '2h', budget: 0.1, moreThan: 2 },
  { level: 'ticket', factor: 1, long: '3d', short: '6h', budget: 0.1, moreThan: 2 },
] as const satisfies readonly {
  level: 'page' | 'ticket'
  factor: number
  long: Duration
  short: Duration
  budget: number
  moreThan: number
}[]

/** One of the burn rates at which somebody is told. */
export type Tier = (typeof burnRateWindows)[number]

export type SloWindow = Tier['long' | 'short'] | '30d'

/** Events that are counted: all, those that are not good, and those that a latency objective's critical level does not bear. */
export type SloEvents = 'total' | 'bad' | 'critical'

/** Names of the series that rules record for the SLOs: level:metric:operation, as Prometheus advises. */
export const sloSeriesName = (kind: SloEvents, window: SloWindow): string => `slo:${kind}_events:rate${window}`

/** Recorded events per second, bad ones or all, of one SLO or of each. */
export const sloEvents = (kind: SloEvents, window: SloWindow, slo?: SloId): Vector<'slo'> => ({
  text: `${sloSeriesName(kind, window)}${slo ? `{slo=${quote(slo)}}` : ''}`,
  power: 9,
})

/**
 * Events per second over a longer window, averaged from those recorded over five minutes. Numerator and denominator are
 * averaged apart, so that each event weighs the same; reading the raw series over 30 days would exceed a query's limit.
 */
export const sloEventsAveraged = (kind: SloEvents, window: SloWindow, slo: SloId): Vector<'slo'> => ({
  text: `avg_over_time(${sloEvents(kind, '5m', slo).text}[${window}])`,
  power: 9,
})

/** There while events were already recorded the day before: younger numbers say nothing about 30 days. */
export const sloRecordedYesterday = (slo: SloId): Vector<'slo'> => ({
  text: `last_over_time(${sloEvents('total', '5m', slo).text}[1d] offset 1d)`,
  power: 9,
})

/** Share of good events over the objective's whole window, 0 to 1, by `slo`. */
export const sloComplianceName = 'slo:compliance:ratio30d'

/** The recorded compliance of each SLO, or of one. */
export const sloCompliance = (slo?: SloId): Vector<'slo'> => ({
  text: `${sloComplianceName}${slo ? `{slo=${quote(slo)}}` : ''}`,
  power: 9,
})
