import type { Series } from '../queries/run-query.ts'

export interface NamedSeries extends Series {
  readonly name: string
  readonly refId: string
}

/** Series over one axis of time, as uPlot wants them. */
export interface Table {
  /** Seconds since 1970, rising. */
  readonly times: readonly number[]
  readonly series: readonly {
    readonly name: string
    readonly refId: string
    readonly labels: Readonly<Record<string, string>>
    /** A value for each time; null where the series has none. NaN and infinities cannot be drawn and are null too. */
    readonly values: readonly (number | null)[]
  }[]
}

/**
 * Puts series with different points on one axis. Where nothing has a point for longer than a step, a time without values
 * is put in: a gap is to be seen, and not bridged by a line.
 */
export function align(series: readonly NamedSeries[], stepMs: number): Table {
  const known = [...new Set(series.flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b)
  const times = known.flatMap((time, index) => {
    const next = known[index + 1]
    return next !== undefined && next - time > 1.5 * stepMs ? [time, time + stepMs] : time
  })
  return {
    times: times.map((time) => time / 1_000),
    series: series.map(({ points, ...rest }) => {
      const values = new Map(points)
      return { ...rest, values: times.map((time) => finite(values.get(time))) }
    }),
  }
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null
