/**
 * PromQL that the compiler checks: every name, label, closed value, bucket bound and kind of metric comes from the catalogue.
 * An expression is its text and how tightly that text binds; which labels it has is known to the types alone.
 * Precedence and functions: https://prometheus.io/docs/prometheus/latest/querying/operators/
 */
import { type Duration, seconds } from './intervals.ts'
import { type Matchers, matcherList, number, quote } from './matchers.ts'
import type { BucketOf, LabelOf, NameOf, Series, SeriesName } from './series.ts'

export { matches, noneOf, not, oneOf, variable } from './matchers.ts'

/** How far back a range reaches: a duration, or one of Grafana's intervals in a dashboard. */
export type Window = Duration | '$__rate_interval' | '$__interval' | '$__range'

/** Binding power of the outermost operator, as in PromQL's grammar; `atom` for calls and selectors. */
const power = { or: 1, and: 2, compare: 3, sum: 4, product: 5, atom: 9 } as const
type Power = (typeof power)[keyof typeof power]

/** An instant vector. `labels` exists for the compiler only: the labels that its series have. */
export interface Vector<L extends string = string> {
  readonly text: string
  readonly power: Power
  readonly labels?: L
}

/** A series of the catalogue with its matchers: not yet a query, since a counter must be rated and a histogram asked for a quantile. */
export interface Selector<N extends SeriesName = SeriesName> {
  readonly name: N
  readonly matchers: string
}

type Selected<N extends SeriesName> = Series[N]['type'] extends 'gauge' ? Selector<N> & Vector<LabelOf<N>> : Selector<N>

const vector = <L extends string>(text: string, binds: Power = power.atom): Vector<L> => ({ text, power: binds })
const wrap = (part: Vector, least: Power): string => (part.power >= least ? part.text : `(${part.text})`)

/** Series by name; `{ status: '500', endpoint: matches('/api/.+'), job: variable('job') }`. A gauge is a vector as it is. */
export const select = <const N extends SeriesName>(name: N, matchers: Matchers<N> = {}): Selected<N> => {
  const list = matcherList(matchers)
  return { name, matchers: list, ...vector(`${name}${list}`) } as unknown as Selected<N>
}

/** The same series with further conditions. */
export const narrowed = <N extends SeriesName>(of: Selector<N>, more: NoInfer<Matchers<N>>): Selector<N> => {
  const list = [of.matchers, matcherList(more)].filter((part) => part !== '').map((part) => part.slice(1, -1))
  return { name: of.name, matchers: list.length > 0 ? `{${list.join(', ')}}` : '' }
}

/** The raw value of a counter or gauge, for `absent` and `count`; arithmetic on a raw counter is rarely right. */
export const instant = <N extends NameOf<'counter' | 'gauge'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`${of.name}${of.matchers}`)

const overRange =
  <Kind extends 'counter' | 'gauge'>(fn: string) =>
  <N extends NameOf<Kind extends 'counter' ? 'counter' : 'gauge'>>(
    of: Selector<N>,
    window: Window,
  ): Vector<LabelOf<N>> =>
    vector(`${fn}(${of.name}${of.matchers}[${window}])`)

/** Increase per second of a counter; resets are accounted for. */
export const rate = overRange<'counter'>('rate')
/** Increase of a counter over the window, extrapolated to its ends. */
export const increase = overRange<'counter'>('increase')
export const avgOverTime = overRange<'gauge'>('avg_over_time')
export const maxOverTime = overRange<'gauge'>('max_over_time')
export const minOverTime = overRange<'gauge'>('min_over_time')

const histogramPart =
  (suffix: 'count' | 'sum', fn: 'rate' | 'increase') =>
  <N extends NameOf<'histogram'>>(of: Selector<N>, window: Window): Vector<LabelOf<N>> =>
    vector(`${fn}(${of.name}_${suffix}${of.matchers}[${window}])`)

/** Observations per second of a histogram. */
export const rateOfCount = histogramPart('count', 'rate')
/** Sum of the observed values per second, in the metric's unit. */
export const rateOfSum = histogramPart('sum', 'rate')
export const increaseOfCount = histogramPart('count', 'increase')

/** Observations per second in each bucket, cumulative, by `le`: what a heatmap draws. */
export const rateOfBuckets = <N extends NameOf<'histogram'>>(
  of: Selector<N>,
  window: Window,
): Vector<LabelOf<N> | 'le'> => vector(`rate(${of.name}_bucket${of.matchers}[${window}])`)

/** The cumulative buckets of a histogram as they are scraped, by `le`: what a rule copies under a second name. */
export const bucketsOf = <N extends NameOf<'histogram'>>(of: Selector<N>): Vector<LabelOf<N> | 'le'> =>
  vector(`${of.name}_bucket${of.matchers}`)
/** The number of observations of a histogram as it is scraped. */
export const countOf = <N extends NameOf<'histogram'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`${of.name}_count${of.matchers}`)
/** The sum of observations of a histogram as it is scraped. */
export const sumOf = <N extends NameOf<'histogram'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`${of.name}_sum${of.matchers}`)

/** Increase of a counter over the whole time that a dashboard shows, the same at each step: a rank that does not change along the axis. */
export const increaseShown = <N extends NameOf<'counter'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`increase(${of.name}${of.matchers}[$__range] @ end())`)

/** The same for a histogram: its observations, and the sum of what was observed. */
export const countShown = <N extends NameOf<'histogram'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`increase(${of.name}_count${of.matchers}[$__range] @ end())`)
export const sumShown = <N extends NameOf<'histogram'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`increase(${of.name}_sum${of.matchers}[$__range] @ end())`)

/** The same for a gauge: the most it ever was. */
export const maxShown = <N extends NameOf<'gauge'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`max_over_time(${of.name}${of.matchers}[$__range] @ end())`)

/** The same gauge now and at the beginning of the time shown: by how much it changed, which may be less than 0. */
export const changeShown = <N extends NameOf<'gauge'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(`delta(${of.name}${of.matchers}[$__range] @ end())`)

/**
 * Seconds since a counter last rose within the time shown, for one value at its end; nothing where it did not. As exact as the
 * zoom: what is looked at is as far apart as the points of a curve.
 */
export const secondsSinceRise = <N extends NameOf<'counter'>>(of: Selector<N>): Vector<LabelOf<N>> =>
  vector(
    `time() - max_over_time(timestamp(increase(${of.name}${of.matchers}[$__rate_interval]) > 0)[$__range:$__interval])`,
    power.sum,
  )

/** How often a series that exists only at times (an alert) began; what lasts less than a step may be missed. */
export const timesBegun = <N extends NameOf<'gauge'>>(
  { name, matchers }: Selector<N>,
  window: Window = '$__range',
  step: Duration = '1m',
): Vector<LabelOf<N>> =>
  vector(`count_over_time((${name}${matchers} unless ${name}${matchers} offset ${step})[${window}:${step}])`)
/** How often it lasted for at least so long. */
export const timesLasting = <N extends NameOf<'gauge'>>(
  { name, matchers }: Selector<N>,
  least: Duration,
  window: Window = '$__range',
  step: Duration = '1m',
): Vector<LabelOf<N>> => {
  const series = `${name}${matchers}`
  // There now, there that long ago, and not yet there a step before that.
  const before = `${seconds(least) + seconds(step)}s`
  return vector(
    `count_over_time((${series} and ${series} offset ${least} unless ${series} offset ${before})[${window}:${step}])`,
  )
}
/** At how many steps of a window it existed: with steps of a minute, how many minutes. */
export const minutesThere = <N extends NameOf<'gauge'>>(
  { name, matchers }: Selector<N>,
  window: Window = '$__range',
  step: Duration = '1m',
): Vector<LabelOf<N>> => vector(`count_over_time(${name}${matchers}[${window}:${step}])`)

/** How many series each metric has, of every metric that these targets expose. It reads all that is stored: ask for one point only. */
export const cardinality = (matchers: Matchers<'up'> = {}): Vector<'__name__'> =>
  vector(`count by (__name__) (${addMatcher(matcherList(matchers), '__name__=~".+"')})`)

/** To whole numbers: an increase is estimated between scrapes, and of things there are no fractions. */
export const rounded = <L extends string>(of: Vector<L>): Vector<L> => vector(`round(${of.text})`)
/** Per minute, of what is rare: 0.05 a second says little, 3 a minute does. */
export const perMinute = <L extends string>(perSecond: Vector<L>): Vector<L> => multiply(perSecond, 60)

/** Observations per second that were at most `bound`, which must be a bucket bound of the histogram. */
export const rateWithin = <N extends NameOf<'histogram'>>(
  of: Selector<N>,
  bound: NoInfer<BucketOf<N>>,
  window: Window,
): Vector<LabelOf<N>> => vector(`rate(${of.name}_bucket${addMatcher(of.matchers, `le="${number(bound)}"`)}[${window}])`)

const addMatcher = (list: string, matcher: string): string =>
  list === '' ? `{${matcher}}` : `${list.slice(0, -1)}, ${matcher}}`

/** Estimated quantile (0 to 1) of a histogram in its unit, aggregated over all labels but `by`. */
export const quantile = <N extends NameOf<'histogram'>, const B extends LabelOf<N> = never>(
  q: number,
  of: Selector<N>,
  window: Window,
  by: readonly B[] = [],
): Vector<B> =>
  vector(
    `histogram_quantile(${number(q)}, sum by (${[...by, 'le'].join(', ')}) (rate(${of.name}_bucket${of.matchers}[${window}])))`,
  )

const aggregation =
  (fn: string) =>
  <L extends string, const B extends L = never>(of: Vector<L>, by: readonly B[] = []): Vector<B> =>
    vector(`${fn}${by.length > 0 ? ` by (${by.join(', ')}) ` : ''}(${of.text})`)

export const sum = aggregation('sum')
export const max = aggregation('max')
export const min = aggregation('min')
export const avg = aggregation('avg')
export const count = aggregation('count')

/** The `k` largest series, labels kept. */
export const topk = <L extends string>(k: number, of: Vector<L>): Vector<L> => vector(`topk(${k}, ${of.text})`)

/** A number as an operand. */
export const constant = (value: number): Vector<never> => vector(number(value))

type Operand<L extends string> = Vector<L> | number
const operand = <L extends string>(of: Operand<L>): Vector<L> => (typeof of === 'number' ? vector<L>(number(of)) : of)

/** How the series of both sides find each other: the labels that must be equal, and which side has many. */
export interface Matching<L extends string> {
  readonly on: readonly L[]
  readonly groupLeft?: readonly string[]
}

const binary =
  (op: string, binds: Power, rightLeast: Power = (binds + 1) as Power) =>
  <L extends string, R extends string = L>(
    left: Operand<L>,
    right: Operand<R>,
    matching?: Matching<L & R>,
  ): Vector<L> => {
    const on = matching ? ` on (${matching.on.join(', ')})` : ''
    const group = matching?.groupLeft ? ` group_left (${matching.groupLeft.join(', ')})` : ''
    return vector(`${wrap(operand(left), binds)} ${op}${on}${group} ${wrap(operand(right), rightLeast)}`, binds)
  }

export const add = binary('+', power.sum)
export const subtract = binary('-', power.sum)
export const multiply = binary('*', power.product)
/** Quotient with a guarded divisor: no data instead of NaN or Inf where the divisor is 0. */
export const ratio = <L extends string, R extends string = L>(
  part: Operand<L>,
  whole: Vector<R>,
  matching?: Matching<L & R>,
): Vector<L> => divide(part, greater(whole, 0), matching)
/** Share of a part in the whole: 0 where nothing of the part was ever seen, no data where the whole is 0. Both with the same labels. */
export const share = <L extends string>(part: Vector<L>, whole: Vector<L>): Vector<L> =>
  ratio(or(part, multiply(whole, 0)), whole)
/** Plain quotient, for divisors that cannot be 0. */
export const divide = binary('/', power.product)

/** Keeps the series above the threshold: an alert's condition. */
export const greater = binary('>', power.compare)
export const greaterOrEqual = binary('>=', power.compare)
export const less = binary('<', power.compare)
export const equal = binary('==', power.compare)

export const and = binary('and', power.and)
export const unless = binary('unless', power.and)
export const or = binary('or', power.or)

/** Without NaN, which is what a quantile gives where nothing was observed. For values that cannot be negative. */
export const observed = <L extends string>(of: Vector<L>): Vector<L> => greaterOrEqual(of, 0)

/** 0 where the expression has no series at all. Only for sums whose absence means "none happened". */
export const orZero = <L extends string>(of: Vector<L>): Vector<L> => or(of, vector<L>('vector(0)'))

/** 1 when nothing matches. */
export const absent = <N extends SeriesName>(of: Selector<N>): Vector<string> =>
  vector(`absent(${of.name}${of.matchers})`)

export const time = (): Vector<never> => vector('time()')

/** The same series with `from`'s value under the label `to` as well. */
export const copyLabel = <L extends string, const To extends string>(
  of: Vector<L>,
  from: NoInfer<L>,
  to: To,
): Vector<L | To> => vector(`label_replace(${of.text}, ${quote(to)}, "$1", ${quote(from)}, "(.*)")`)

/** The same series with the label `from` under the name `to`. */
export const renameLabel = <L extends string, const From extends L, const To extends string>(
  of: Vector<L>,
  from: From,
  to: To,
): Vector<Exclude<L, From> | To> =>
  vector(`label_replace(${copyLabel(of, from, to).text}, ${quote(from)}, "", ${quote(from)}, ".*")`)

/** The same series with one more label, whose value is given: what tells several expressions apart that are joined by `or`. */
export const withLabel = <L extends string, const To extends string>(
  of: Vector<L>,
  to: To extends L ? never : To,
  value: string,
): Vector<L | To> => vector(`label_replace(${of.text}, ${quote(to)}, ${quote(value)}, "", "")`)

/** To the nearest whole number: an increase is extrapolated to the ends of its window, and 1 of them would read 1.017. */
export const round = <L extends string>(of: Vector<L>): Vector<L> => vector(`round(${of.text})`)

/** Nothing below `least`: for differences of two series that were not read at the very same moment. */
export const clampMin = <L extends string>(of: Vector<L>, least: number): Vector<L> =>
  vector(`clamp_min(${of.text}, ${number(least)})`)

/** What a gauge or counter was at, so long ago. */
export const earlier = <N extends NameOf<'counter' | 'gauge'>>(of: Selector<N>, by: Duration): Vector<LabelOf<N>> =>
  vector(`${of.name}${of.matchers} offset ${by}`)

/**
 * Increase of a counter that does not exist before it first counts, so that nobody could see it rise from 0: a series that was
 * not there `window` ago has risen by all that it says.
 */
export const increaseFromNothing = <N extends NameOf<'counter'>>(
  of: Selector<N>,
  window: Duration,
): Vector<LabelOf<N>> => or(unless(instant(of), earlier(of, window)), increase(of, window))

/** One series without labels, which is always there and always 1. */
export const always = (): Vector<never> => vector('vector(1)')
