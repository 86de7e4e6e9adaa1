import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'

export interface Line {
  readonly label: string
  /** One for each time; null where there was nothing. */
  readonly values: readonly (number | null)[]
  /** A name of a colour in `style/tokens.css`: `--line-1` … */
  readonly colour: string
}

/**
 * Lines over time. `times` in seconds since 1970. The values also stand in a table for those who do not see: `summary` says
 * in words what is to be seen.
 */
export const Chart = ({
  times,
  lines,
  format,
  summary,
  height = 180,
}: {
  times: readonly number[]
  lines: readonly Line[]
  format: (value: number) => string
  summary: string
  height?: number
}) => {
  const element = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const data = [times, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData
  const shape = lines.map(({ label, colour }) => `${label}:${colour}`).join()

  useEffect(() => {
    const place = element.current
    if (!place) return
    let gone = false
    let observer: ResizeObserver | undefined
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: UPlot }]) => {
      if (gone) return
      const style = getComputedStyle(place)
      const colourOf = (name: string) => style.getPropertyValue(name).trim()
      const axis = { stroke: colourOf('--quiet'), grid: { stroke: colourOf('--edge'), width: 1 } }
      const made = new UPlot(
        {
          width: place.clientWidth,
          height,
          series: [
            {},
            ...lines.map(({ label, colour }) => ({
              label,
              stroke: colourOf(colour),
              width: 2,
              value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
            })),
          ],
          axes: [axis, { ...axis, size: 70, values: (_, ticks) => ticks.map(format) }],
          legend: { live: true },
        },
        data,
        place,
      )
      plot.current = made
      observer = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }))
      observer.observe(place)
    })
    return () => {
      gone = true
      observer?.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [shape, height])
  useEffect(() => {
    plot.current?.setData(data)
  })
  return <div class="chart" ref={element} role="img" aria-label={summary} />
}
