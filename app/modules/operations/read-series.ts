import type { z } from 'zod'
import { queryPrometheusOverTime, type SeriesOverTime, type Steps } from '../../adapters/prometheus.ts'
import type { seriesSchema } from './schemas.ts'
import { type Drawn, drawn, type SeriesName } from './series.ts'

type Series = z.input<typeof seriesSchema>

/** As many points as a chart is wide, about. */
const mostPoints = 240
/** Seconds between two scrapes; nothing is known more often. */
const scrape = 5
/** More lines than anybody tells apart. */
const mostLines = 30

/** Steps of whole scrapes that begin at the same moments whenever it is asked, so that curves do not dance. */
export const stepsOf = (minutes: number, nowSeconds: number): Steps => {
  const step = Math.max(scrape, Math.ceil((minutes * 60) / mostPoints / scrape) * scrape)
  const end = Math.floor(nowSeconds / step) * step
  return { start: end - Math.ceil((minutes * 60) / step) * step, end, step }
}

/** One of the series over the last minutes. @throws ServerUnavailable */
export const readSeries = async (
  prometheusUrl: string,
  { name, minutes }: { readonly name: SeriesName; readonly minutes: number },
  limitMs: number,
): Promise<Series> => {
  const { unit, queries }: Drawn = drawn[name]
  const steps = stepsOf(minutes, Date.now() / 1_000)
  const found = await Promise.all(
    queries.map(async ({ expr, label }) => {
      const series = await queryPrometheusOverTime(prometheusUrl, expr, steps, limitMs)
      return series.map((one) => ({ ...one, label: label ?? (Object.values(one.labels).join(' ') || name) }))
    }),
  )
  const times = timesOf(steps)
  const lines = found.flat().map(({ label, points }) => ({ label, values: valuesAt(times, points) }))
  const isSorted = queries.length === 1
  if (isSorted) lines.sort((a, b) => a.label.localeCompare(b.label))
  return { name, unit, stepSeconds: steps.step, times, lines: lines.slice(0, mostLines) }
}

const timesOf = ({ start, end, step }: Steps): number[] =>
  Array.from({ length: Math.round((end - start) / step) + 1 }, (_, index) => start + index * step)

const valuesAt = (times: readonly number[], points: SeriesOverTime['points']): (number | null)[] => {
  const known = new Map(points)
  return times.map((time) => known.get(time) ?? null)
}
