import type { SeriesName } from '../../modules/operations/series.ts'
import { api, read } from '../client.ts'
import { bytes, duration, number, percent, say } from '../language.ts'
import { Card, Empty, Shown } from '../ui/card.tsx'
import { Chart } from '../ui/chart.tsx'
import { readEveryMs } from '../ui/range.tsx'
import { useRead } from '../use-read.ts'

const texts = {
  none: {
    en: 'Nothing was measured in this time. Choose a longer one.',
    da: 'Intet er målt i dette tidsrum. Vælg et længere.',
  },
  summary: { en: '{title}, the last {time}. Now: {lines}.', da: '{title}, de sidste {time}. Nu: {lines}.' },
} as const

type Unit = 'per_minute' | 'percent' | 'seconds' | 'bytes' | 'count'

const formats: Readonly<Record<Unit, (value: number) => string>> = {
  per_minute: (value) => `${number(value)}/min`,
  percent: (value) => percent(value),
  seconds: (value) => (value === 0 ? '0 s' : duration(value)),
  bytes,
  count: (value) => number(value),
}

const colours = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5', '--line-6'] as const

const latestOf = (values: readonly (number | null)[], format: (value: number) => string): string => {
  const value = values.findLast((one) => one !== null)
  return value === undefined || value === null ? '–' : format(value)
}

/** One of the service's series over the last minutes, drawn. */
export const SeriesCard = ({
  name,
  title,
  minutes,
  limit,
  namesOf,
  isShown = () => true,
}: {
  name: SeriesName
  title: string
  minutes: number
  limit?: number
  /** What the lines are called, by their labels. */
  isShown?: (label: string) => boolean
  namesOf?: (labels: readonly string[]) => ReadonlyMap<string, string>
}) => {
  const series = useRead(
    `series ${name} ${minutes}`,
    () => read(api.operations.series.$get({ query: { name, minutes: String(minutes) } })),
    readEveryMs(minutes),
  )
  return (
    <Card title={title}>
      <div class="drawn">
        <Shown of={series}>
          {({ times, lines, unit }) => {
            const drawn = lines
              .filter(({ label, values }) => isShown(label) && values.some((value) => value !== null))
              .slice(0, colours.length)
            const names = namesOf?.(drawn.map(({ label }) => label))
            const labelOf = (label: string): string => names?.get(label) ?? label
            if (drawn.length === 0) return <Empty>{say(texts.none)}</Empty>
            return (
              <Chart
                times={times}
                lines={drawn.map(({ label, values }, index) => ({
                  label: labelOf(label),
                  values,
                  colour: colours[index] ?? colours[0],
                }))}
                format={formats[unit]}
                limit={limit}
                summary={say(texts.summary, {
                  title,
                  lines: drawn
                    .map((line) => `${labelOf(line.label)} ${latestOf(line.values, formats[unit])}`.trim())
                    .join(', '),
                  time: duration(minutes * 60),
                })}
              />
            )
          }}
        </Shown>
      </div>
    </Card>
  )
}
