import { hourOf, number, say } from '../language.ts'
import type { Tone } from './card.tsx'
import { Empty } from './card.tsx'

const texts = {
  summary: { en: '{total} {label}, most at {hour}: {most}', da: '{total} {label}, flest kl. {hour}: {most}' },
} as const

import '../style/chart.css'

export interface ColumnSeries {
  readonly label: string
  readonly tone: Tone
  /** One for each hour. */
  readonly values: readonly number[]
}

const height = 96
const step = 24
const gap = 4

/**
 * Columns for each hour, one of each series beside the others. `hours` are the beginnings, ISO 8601. What is to be seen stands
 * beside it in words; a column says its own values when it is pointed at.
 */
export const Columns = ({
  hours,
  series,
  nothing,
}: {
  hours: readonly string[]
  series: readonly ColumnSeries[]
  nothing: string
}) => {
  const most = Math.max(0, ...series.flatMap(({ values }) => values))
  const width = (step - gap) / series.length
  if (most === 0) return <Empty>{nothing}</Empty>
  return (
    <div class="columns">
      <ul class="legend">
        {series.map(({ label, tone, values }) => {
          const total = values.reduce((sum, value) => sum + value, 0)
          const top = Math.max(...values)
          const hour = hours[values.indexOf(top)]
          return (
            <li key={label} data-tone={tone}>
              <span class="mark" aria-hidden="true" />
              {total === 0 || !hour
                ? `${number(total)} ${label}`
                : say(texts.summary, { total: number(total), label, hour: hourOf(hour), most: number(top) })}
            </li>
          )
        })}
      </ul>
      <svg viewBox={`0 0 ${hours.length * step} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {hours.map((hour, index) => (
          <g key={hour}>
            <title>
              {[hourOf(hour), ...series.map(({ label, values }) => `${number(values[index] ?? 0)} ${label}`)].join(
                '\n',
              )}
            </title>
            <rect class="back" x={index * step} y={0} width={step} height={height} />
            {series.map(({ label, tone, values }, which) => {
              const size = (height * (values[index] ?? 0)) / most
              const x = index * step + gap / 2 + which * width
              return <rect key={label} data-tone={tone} x={x} width={width} y={height - size} height={size} />
            })}
          </g>
        ))}
      </svg>
      <div class="hours" aria-hidden="true">
        {hours
          .filter((_, index) => index % 6 === 0)
          .map((hour) => (
            <span key={hour}>{hourOf(hour)}</span>
          ))}
      </div>
    </div>
  )
}
