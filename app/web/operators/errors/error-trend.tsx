import { api, read } from '../../client.ts'
import { number, say } from '../../language.ts'
import { Card, Empty, Shown } from '../../ui/card.tsx'
import { Chart } from '../../ui/chart.tsx'
import { useRead } from '../../use-read.ts'

const texts = {
  title: { en: 'How often errors happened', da: 'Hvor ofte der skete fejl' },
  range: { en: 'Time range', da: 'Tidsrum' },
  hour: { en: 'The last hour', da: 'Den sidste time' },
  sixHours: { en: 'The last 6 hours', da: 'De sidste 6 timer' },
  day: { en: 'The last 24 hours', da: 'De sidste 24 timer' },
  week: { en: 'The last 7 days', da: 'De sidste 7 dage' },
  month: { en: 'The last 30 days', da: 'De sidste 30 dage' },
  errors: { en: 'Errors in {minutes} minutes', da: 'Fejl pr. {minutes} minutter' },
  summary: {
    en: '{total} errors in the chosen time, at most {most} in {minutes} minutes.',
    da: '{total} fejl i det valgte tidsrum, højst {most} på {minutes} minutter.',
  },
  none: { en: 'No errors in the chosen time.', da: 'Ingen fejl i det valgte tidsrum.' },
} as const

const ranges = [
  ['1', texts.hour],
  ['6', texts.sixHours],
  ['24', texts.day],
  ['168', texts.week],
  ['720', texts.month],
] as const

interface Range {
  /** Empty: a day. */
  readonly hours: string
  readonly onHours: (hours: string) => void
}

/** The range of time that a trend is shown over. */
export const RangeChoice = ({ hours, onHours }: Range) => (
  <label>
    {say(texts.range)}
    <select value={hours || '24'} onChange={({ currentTarget: { value } }) => onHours(value === '24' ? '' : value)}>
      {ranges.map(([value, title]) => (
        <option key={value} value={value}>
          {say(title)}
        </option>
      ))}
    </select>
  </label>
)

/** The trend of all errors, as a card of its own. */
export const ErrorTrend = (range: Range) => (
  <Card title={say(texts.title)} wide aside={<RangeChoice {...range} />}>
    <Trend hours={range.hours} />
  </Card>
)

/** How often errors happened, all of them or those of a group. */
export const Trend = ({ hours, group }: { hours: string; group?: string }) => {
  const query = { hours: hours || '24', ...(group !== undefined && { group }) }
  const trend = useRead(
    `trend ${query.hours} ${group}`,
    () => read(api.monitoring['error-trend'].$get({ query })),
    30_000,
  )
  return (
    <Shown of={trend}>
      {({ data: { minutes, steps } }) => {
        const counts = steps.map(({ count }) => count)
        const total = counts.reduce((sum, count) => sum + count, 0)
        if (total === 0) return <Empty>{say(texts.none)}</Empty>
        const most = number(Math.max(...counts))
        const summary = say(texts.summary, { total: number(total), most, minutes })
        return (
          <>
            <p class="quiet">{summary}</p>
            <Chart
              times={steps.map(({ at }) => Date.parse(at) / 1_000)}
              lines={[{ label: say(texts.errors, { minutes }), values: counts, colour: '--line-5' }]}
              format={(value) => number(value)}
              summary={summary}
            />
          </>
        )
      }}
    </Shown>
  )
}
