import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { dayOf, hourOf, language, timeOfDay } from '../language.ts'
import { shownTheme } from '../theme.ts'
import { alone } from './alone.ts'
import '../style/chart.css'

export interface Line {
  readonly label: string
  /** One for each time; null where there was nothing. */
  readonly values: readonly (number | null)[]
  /** A name of a colour in `style/tokens.css`: `--line-1` … */
  readonly colour: string
}

const aDay = 86_400

/**
 * Lines over time, from 0 up. `times` in seconds since 1970. The legend says the latest values, or those at the cursor, which
 * all charts of a page share; `summary` says in words what is to be seen, for those who do not see it.
 * @param limit where a line is drawn that the values should stay below
 */
export const Chart = ({
  times,
  lines,
  format,
  summary,
  limit,
  height = 160,
}: {
  times: readonly number[]
  lines: readonly Line[]
  format: (value: number) => string
  summary: string
  limit?: number | undefined
  height?: number
}) => {
  const element = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  const shown = useRef({ format, limit })
  shown.current = { format, limit }
  const data = [times, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData
  const shape = lines.map(({ label, colour }) => `${label}:${colour}`).join()
  const latest = useRef(data)
  latest.current = data
  const theme = shownTheme.value

  useEffect(() => {
    const place = element.current
    if (!place) return
    let gone = false
    let observer: ResizeObserver | undefined
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: UPlot }]) => {
      if (gone) return
      const style = getComputedStyle(place)
      const colourOf = (name: string) => style.getPropertyValue(name).trim()
      const font = `12px ${style.fontFamily}`
      const axis = {
        font,
        stroke: colourOf('--quiet'),
        grid: { stroke: colourOf('--edge'), width: 1 },
        ticks: { show: false },
      }
      const limitLine = (chart: uPlot): void => {
        const at = shown.current.limit
        if (at === undefined || at > (chart.scales.y?.max ?? 0)) return
        const { ctx, bbox } = chart
        const y = Math.round(chart.valToPos(at, 'y', true))
        ctx.save()
        ctx.strokeStyle = colourOf('--bad')
        ctx.setLineDash([6, 6])
        ctx.beginPath()
        ctx.moveTo(bbox.left, y)
        ctx.lineTo(bbox.left + bbox.width, y)
        ctx.stroke()
        ctx.restore()
      }
      const made = new UPlot(
        {
          width: place.clientWidth,
          height,
          padding: [10, 20, 0, 0],
          cursor: { sync: { key: 'times' }, drag: { x: false, y: false }, y: false, points: { size: 7 } },
          legend: { show: false },
          scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
          series: [
            {},
            ...lines.map(({ label, colour }) => ({
              label,
              stroke: colourOf(colour),
              width: 1.5,
              // A value without neighbours would else not be seen.
              points: { show: true, size: 4, filter: (_: uPlot, which: number) => alone(latest.current[which] ?? []) },
              ...(lines.length === 1 && { fill: `${colourOf(colour)}1f` }),
            })),
          ],
          axes: [
            {
              ...axis,
              size: 26,
              space: 70,
              values: (_, ticks, __, ___, step) =>
                ticks.map((at) => (step >= aDay ? dayOf : hourOf)(new Date(at * 1_000))),
            },
            {
              ...axis,
              size: (_, ticks) => widthOf(ticks),
              space: 36,
              values: (_, ticks) => ticks.map((value) => shown.current.format(value)),
            },
          ],
          hooks: { setCursor: [({ cursor: { idx } }) => setCursor(idx ?? null)], draw: [limitLine] },
        },
        latest.current,
        place,
      )
      plot.current = made
      observer = new ResizeObserver(() => {
        if (place.clientWidth > 0) made.setSize({ width: place.clientWidth, height })
      })
      observer.observe(place)
    })
    return () => {
      gone = true
      observer?.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [shape, height, theme, language.value])
  const last = times.at(-1)
  useEffect(() => {
    plot.current?.setData(data)
  }, [times.length, last, times[0], lines.map(({ values }) => values.at(-1)).join()])

  const at = cursor ?? times.length - 1
  const time = times[at]
  return (
    <figure class="chart">
      <figcaption class="legend">
        {lines.map(({ label, colour, values }) => (
          <span key={label} class={`line ${colour.slice(2)}`}>
            <span class="mark" aria-hidden="true" />
            {label} <b>{valueAt(values, at, cursor === null, format)}</b>
          </span>
        ))}
        {time !== undefined && <time class="quiet">{timeOfDay(new Date(time * 1_000))}</time>}
      </figcaption>
      <div class="plot" ref={element} role="img" aria-label={summary} style={{ minHeight: `${height}px` }} />
    </figure>
  )
}

/** Pixels that the longest of these needs beside the axis, about. */
const widthOf = (ticks: readonly string[] | null): number =>
  14 + 7 * Math.max(4, ...(ticks ?? []).map(({ length }) => length))

/** The value at a time; or, where nobody points at one, the latest there is. */
const valueAt = (values: Line['values'], at: number, isLatest: boolean, format: (value: number) => string): string => {
  const value = isLatest ? values.findLast((one) => one !== null) : values[at]
  return value === null || value === undefined ? '–' : format(value)
}
