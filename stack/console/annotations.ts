import type { Annotation, Dashboard } from '../queries/dashboards.ts'
import { type Backends, type RunOptions, runQuery, type Series } from '../queries/run-query.ts'
import { stepFor } from '../queries/time-range.ts'
import { interpolate, replacements } from '../queries/variables.ts'
import { legend } from './panel-data.ts'
import type { View } from './view.ts'

/** Something that happened, to be drawn across all curves. Times in seconds since 1970; an event has one time. */
export interface Mark {
  readonly kind: 'event' | 'span'
  readonly from: number
  readonly to: number
  /** Which kind of annotation it is: "Deployments". */
  readonly name: string
  readonly title: string
  readonly text: string
  readonly colour: string
}

/** What cannot be asked is left out: each panel says itself when Prometheus is away. */
export async function annotationsOf(
  dashboard: Dashboard,
  view: Pick<View, 'range' | 'values'>,
  backends: Backends,
  options: RunOptions,
): Promise<Mark[]> {
  const enabled = (dashboard.annotations?.list ?? []).filter(
    ({ enable, expr, target }) => enable && (target?.expr || expr),
  )
  const stepMs = stepFor(view.range, 400, 15_000)
  const known = replacements(dashboard, view.values, view.range, stepMs)
  const marks = await Promise.all(
    enabled.map(async (annotation) => {
      const text = interpolate(annotation.target?.expr || annotation.expr || '', known)
      const query = { datasource: 'prometheus', text, mode: 'range', stepMs } as const
      const result = await runQuery(backends, query, view.range, options).catch(() => undefined)
      return result?.kind === 'series' ? marksOf(annotation, result.series, view.range, stepMs) : []
    }),
  )
  return marks.flat()
}

/** Events where the value is a time, else the stretches over which a series is there. */
export function marksOf(
  annotation: Annotation,
  series: readonly Series[],
  range: View['range'],
  stepMs: number,
): Mark[] {
  const { useValueForTime = annotation.target?.useValueForTime } = annotation
  const asTime = useValueForTime === true || useValueForTime === 'true' || useValueForTime === 'on'
  return series.flatMap(({ labels, points }) => {
    const about = {
      name: annotation.name,
      title: legend(annotation.titleFormat || annotation.name, labels),
      text: legend(annotation.textFormat || '__auto', labels),
      colour: annotation.iconColor ?? 'text',
    }
    if (asTime) {
      const times = new Set(points.map(([, value]) => timeOf(value)))
      return [...times]
        .filter((time) => time * 1_000 >= range.from && time * 1_000 <= range.to)
        .map((time): Mark => ({ kind: 'event', from: time, to: time, ...about }))
    }
    return stretches(
      points.filter(([, value]) => value !== 0).map(([time]) => time),
      stepMs,
    ).map(([from, to]): Mark => ({ kind: 'span', from: from / 1_000, to: to / 1_000, ...about }))
  })
}

/** Grafana takes milliseconds; seconds are what Prometheus' own metrics hold. To the second, since clocks are read anew at each scrape. */
const timeOf = (value: number): number => Math.round(value > 1e11 ? value / 1_000 : value)

function stretches(times: readonly number[], stepMs: number): [number, number][] {
  const found: [number, number][] = []
  for (const time of times) {
    const last = found.at(-1)
    if (last && time - last[1] <= 1.5 * stepMs) last[1] = time
    else found.push([time, time])
  }
  return found
}
