import { matcherList, number } from '../../catalogue/matchers.ts'
import type { BucketOf, LabelOf, NameOf, ValueOf } from '../../catalogue/series.ts'
import { type SloId, slos } from '../../catalogue/slo.ts'
import { type GivenSeries, given, givenWithin } from '../scenario.ts'

/** Targets as they are scraped. */
const api = { job: 'api', service: 'api', instance: '127.0.0.1:9464' } as const
const worker = { job: 'worker', service: 'worker', instance: '127.0.0.1:9465' } as const
const mcp = { job: 'mcp', service: 'mcp', instance: '127.0.0.1:9466' } as const
const targets = { api, worker, mcp } as const

type LabelsOf<N extends NameOf<'counter' | 'histogram'>> = { readonly [L in LabelOf<N>]?: ValueOf<N, L> }

/** The values of one series of events in a test: all events, those that are not good, and those beyond the critical level. */
export interface EventValues {
  readonly all: string
  readonly good: string
  /** Within the critical bound of a latency objective. */
  readonly borne: string
}
type Series = (values: EventValues) => readonly GivenSeries[]

/** Series of one objective as the processes would write them. The first of each kind stands for all in most tests. */
export interface Sample {
  /** Series of which each event may be good or bad. */
  readonly counted: readonly Series[]
  /** Of a counter, where other series count the bad events. */
  readonly bad: readonly ((values: string) => GivenSeries)[]
  /** Series of the same metric that do not belong to the objective. */
  readonly ignored: readonly Series[]
}

const counter = <const N extends NameOf<'counter'>>(
  name: N,
  labels: {
    readonly good: readonly LabelsOf<N>[]
    readonly bad: readonly LabelsOf<N>[]
    readonly ignored: readonly LabelsOf<N>[]
  },
): Sample => ({
  counted: labels.good.map((one) => ({ good }) => [given(name, one, good)]),
  bad: labels.bad.map((one) => (values) => given(name, one, values)),
  ignored: labels.ignored.map((one) => ({ all }) => [given(name, one, all)]),
})

const histogram = <const N extends NameOf<'histogram'>>(
  name: N,
  bounds: { readonly objective: NoInfer<BucketOf<N>>; readonly critical: NoInfer<BucketOf<N>> },
  labels: { readonly counted: readonly LabelsOf<N>[]; readonly ignored: readonly LabelsOf<N>[] },
): Sample => {
  const series =
    (one: LabelsOf<N>): Series =>
    ({ all, good, borne }) => [
      ...givenWithin(name, one, bounds.objective, { within: good, all }),
      { series: `${name}_bucket${matcherList({ ...one, le: number(bounds.critical) })}`, values: borne },
    ]
  return { counted: labels.counted.map(series), bad: [], ignored: labels.ignored.map(series) }
}

const contacts = { ...api, method: 'GET', endpoint: '/api/contacts' } as const
const probe = { ...api, method: 'GET', endpoint: '/health/ready' } as const

export const samples: Readonly<Record<SloId, Sample>> = {
  'api-availability': counter('http_requests_total', {
    good: [
      { ...contacts, status: '200' },
      { ...contacts, status: '404' },
    ],
    bad: [
      { ...contacts, status: '500' },
      { ...contacts, status: '503' },
    ],
    ignored: [
      { ...probe, status: '503' },
      { ...mcp, method: 'POST', endpoint: '/mcp', status: '500' },
    ],
  }),
  'api-latency': histogram('http_request_duration_seconds', slos['api-latency'], {
    counted: [
      { ...contacts, status: '200' },
      { ...contacts, method: 'POST', status: '500' },
    ],
    ignored: [
      { ...probe, status: '200' },
      { ...mcp, method: 'POST', endpoint: '/mcp', status: '200' },
    ],
  }),
  'web-page-load': histogram('web_page_load_seconds', slos['web-page-load'], {
    counted: [
      { ...api, page: '/app' },
      { ...api, page: '/app/contacts' },
    ],
    ignored: [],
  }),
  'database-latency': histogram('database_query_duration_seconds', slos['database-latency'], {
    counted: [
      { ...api, operation: 'select', table: 'contacts' },
      { ...worker, operation: 'update', table: 'contacts' },
      { ...mcp, operation: 'select', table: 'broadcasts' },
    ],
    ignored: [],
  }),
  'job-duration': histogram('job_processing_duration_seconds', slos['job-duration'], {
    counted: [
      { ...worker, job_type: 'search-indexing', status: 'completed' },
      { ...worker, job_type: 'email-sync', status: 'failed' },
    ],
    ignored: [],
  }),
  'email-delivery': counter('email_deliveries_total', {
    good: [{ ...worker, outcome: 'delivered' }],
    bad: [
      { ...worker, outcome: 'bounced' },
      { ...worker, outcome: 'failed' },
    ],
    ignored: [{ ...worker, outcome: 'deferred' }],
  }),
}

/** The processes that count an objective's events, scraped or (0) not. */
export const scraped = (slo: SloId, values: string): GivenSeries[] =>
  slos[slo].countedBy.map((service) => given('up', targets[service], values))
