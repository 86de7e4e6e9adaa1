/** What a heatmap draws: for each bucket and each time how much fell into it. */

export interface HeatSeries {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly values: readonly (number | null)[]
}

export interface Grid {
  /** Lowest first; the upper bound, Infinity for what is above all others. */
  readonly bounds: readonly number[]
  /** By bucket, then by time. */
  readonly cells: readonly (readonly (number | null)[])[]
  readonly max: number
}

/** Cumulative buckets (`le`) taken apart. Buckets that nothing ever fell into are left out at both ends. */
export function gridOf(series: readonly HeatSeries[]): Grid {
  const sorted = series
    .map((each) => ({ bound: each.labels.le === '+Inf' ? Infinity : Number(each.labels.le ?? each.name), each }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((a, b) => a.bound - b.bound)
  const cells = sorted.map(({ each }, index) => {
    const below = sorted[index - 1]?.each.values
    // Counters of two scrapes may disagree by a hair.
    return each.values.map((value, at) => (value === null ? null : Math.max(0, value - (below?.[at] ?? 0))))
  })
  const used = cells.map((row) => row.some((value) => value !== null && value > 0))
  const [first, last] = [Math.max(0, used.indexOf(true)), used.lastIndexOf(true)]
  const kept = cells.slice(first, last + 1)
  return {
    bounds: sorted.slice(first, last + 1).map(({ bound }) => bound),
    cells: kept,
    max: kept.reduce((most, row) => row.reduce<number>((max, value) => Math.max(max, value ?? 0), most), 0),
  }
}

/** How strongly a cell is coloured, from 0 to 1: small counts are to be seen beside large ones. */
export const strength = (value: number, max: number, exponent = 0.5): number =>
  max > 0 ? (value / max) ** exponent : 0
