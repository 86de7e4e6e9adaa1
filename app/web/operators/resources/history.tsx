import { api, read } from '../../client.ts'
import { duration, number, percent, say, type Text } from '../../language.ts'
import { now } from '../../live.ts'
import { Card, Empty, Shown } from '../../ui/card.tsx'
import { Chart } from '../../ui/chart.tsx'
import { useRead } from '../../use-read.ts'
import { recent } from '../recent.ts'
import { columnsOf, type Point, withLive } from './fold.ts'

const texts = {
  cpu: { en: 'CPU', da: 'CPU' },
  memory: { en: 'Memory', da: 'Hukommelse' },
  response: { en: 'Average response time', da: 'Gennemsnitlig svartid' },
  requests: { en: 'Requests per minute', da: 'Forespørgsler pr. minut' },
  errors: { en: 'Requests that failed', da: 'Fejlede forespørgsler' },
  query: { en: 'Average query time', da: 'Gennemsnitlig tid pr. databasekald' },
  queries: { en: 'Queries per minute', da: 'Databasekald pr. minut' },
  connections: { en: 'Live connections', da: 'Live-forbindelser' },
  summary: { en: '{title} over the last {time}.', da: '{title} de sidste {time}.' },
  none: {
    en: 'Nothing is kept of this time yet: a snapshot is kept every two seconds while the service runs.',
    da: 'Der er endnu intet gemt for dette tidsrum: et øjebliksbillede gemmes hvert andet sekund, mens tjenesten kører.',
  },
} as const satisfies Record<string, Text>

const milliseconds = (value: number): string => (value === 0 ? '0 ms' : duration(value / 1_000))
const perMinute = (value: number): string => `${number(value)}/min`

/** What is drawn, in this order. A limit is where a live alert begins. */
const drawn = [
  { name: 'cpu', format: percent, limit: 80 },
  { name: 'memory', format: percent, limit: 80 },
  { name: 'requests', format: perMinute },
  { name: 'errors', format: percent, limit: 5 },
  { name: 'response', format: milliseconds, limit: 500 },
  { name: 'query', format: milliseconds },
  { name: 'queries', format: perMinute },
  { name: 'connections', format: (value: number) => number(value) },
] as const satisfies readonly {
  name: keyof Point & keyof typeof texts
  format: (value: number) => string
  limit?: number
}[]

const names = drawn.map(({ name }) => name)
/** A row a minute up to a day; at most this many beyond. */
const mostRows = 1_440
const everyMs = 60_000

/** The kept snapshots, and after them what is told live. */
export const History = ({ minutes }: { minutes: number }) => {
  const hours = Math.ceil(minutes / 60)
  const history = useRead(
    `history ${hours}`,
    () => read(api.monitoring.historical.$get({ query: { hours: String(hours) } })),
    everyMs,
  )
  return (
    <div class="cards">
      <Shown of={history}>
        {({ data }) => {
          const step = 60 * Math.max(1, Math.ceil(minutes / mostRows))
          const points = withLive(data, recent.value, now.peek() / 1_000 - minutes * 60)
          const { times, values } = columnsOf(points, names, step)
          if (times.length === 0) return <Empty>{say(texts.none)}</Empty>
          return drawn.map(({ name, format, ...rest }) => (
            <Card key={name} title={say(texts[name])}>
              <Chart
                times={times}
                lines={[{ label: '', values: values[name], colour: '--line-1' }]}
                format={format}
                limit={'limit' in rest ? rest.limit : undefined}
                height={130}
                summary={say(texts.summary, { title: say(texts[name]), time: duration(minutes * 60) })}
              />
            </Card>
          ))
        }}
      </Shown>
    </div>
  )
}
