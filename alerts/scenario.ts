import type { Duration } from '../catalogue/intervals.ts'
import { matcherList, number } from '../catalogue/matchers.ts'
import type { BucketOf, LabelOf, NameOf, ValueOf } from '../catalogue/series.ts'

/**
 * What every alert must be shown to do. `waits`: true for less than its `for`; `no traffic`: the series are there and
 * nothing happens; `absent`: the series do not exist; `reset`: a process begins to count from 0 again.
 */
export const scenarioKinds = ['fires', 'below', 'waits', 'recovers', 'no traffic', 'absent', 'reset'] as const
export type ScenarioKind = (typeof scenarioKinds)[number]

/** One alert that fires: the labels of its series, and its description as Prometheus writes it. */
export interface Firing {
  readonly labels?: Readonly<Record<string, string>>
  readonly description: string
  /** Where only `keepFiringFor` holds it: when its expression was last true. Its words and links are of that time. */
  readonly lastTrue?: Duration
}

export interface Scenario {
  readonly kind: ScenarioKind
  /** Ends the sentence "<alert> …". */
  readonly title: string
  readonly series: readonly GivenSeries[]
  /** Time between values of the series, where it is not the group's. */
  readonly step?: Duration
  /** What fires at which time; an empty list is silence. */
  readonly at: Readonly<Partial<Record<Duration, readonly Firing[]>>>
}

/** A series as Prometheus' unit tests write it: `5x3` is 5 5 5 5, `0+2x3` is 0 2 4 6, `_` is a gap. */
export interface GivenSeries {
  readonly series: string
  readonly values: string
}

/** A series of a counter or gauge. */
export const given = <const N extends NameOf<'counter' | 'gauge'>>(
  name: N,
  labels: { readonly [L in LabelOf<N>]?: ValueOf<N, L> },
  values: string,
): GivenSeries => ({ series: `${name}${matcherList(labels)}`, values })

/** The two series of a histogram that tell how many observations were within a bound. */
export const givenWithin = <const N extends NameOf<'histogram'>>(
  name: N,
  labels: { readonly [L in LabelOf<N>]?: ValueOf<N, L> },
  bound: NoInfer<BucketOf<N>>,
  values: { readonly within: string; readonly all: string },
): GivenSeries[] => [
  { series: `${name}_bucket${matcherList({ ...labels, le: number(bound) })}`, values: values.within },
  { series: `${name}_count${matcherList(labels)}`, values: values.all },
]

/** The series of a histogram from which quantiles are estimated: what grew within each of some bounds, ascending, and in all. */
export const givenBuckets = <const N extends NameOf<'histogram'>>(
  name: N,
  labels: { readonly [L in LabelOf<N>]?: ValueOf<N, L> },
  within: readonly (readonly [bound: NoInfer<BucketOf<N>>, values: string])[],
  all: string,
): GivenSeries[] =>
  [...within.map(([bound, values]) => [number(bound), values] as const), ['+Inf', all] as const].map(
    ([le, values]) => ({ series: `${name}_bucket${matcherList({ ...labels, le })}`, values }),
  )

export const silence: readonly Firing[] = []

/** A counter that grows by `each` at every step, stretch after stretch; `from` 0 where a process begins anew. */
export const growing = (
  ...stretches: readonly { readonly each: number; readonly steps: number; readonly from?: 0 }[]
): string => {
  let value = 0
  const parts = stretches.map(({ each, steps, from }) => {
    const first = from ?? value + each
    value = first + each * (steps - 1)
    return each === 0 ? `${first}x${steps - 1}` : `${first}+${each}x${steps - 1}`
  })
  return parts.join(' ')
}
