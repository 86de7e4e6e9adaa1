import { api, read } from '../../client.ts'
import { bytes, duration, percent, say } from '../../language.ts'
import { Card, Shown } from '../../ui/card.tsx'
import { Table } from '../../ui/table.tsx'
import { useRead } from '../../use-read.ts'
import { SeriesCard } from '../series-card.tsx'
import { isOurs, processesNow, processNames } from './process-names.ts'

const texts = {
  title: { en: 'Processes', da: 'Processer' },
  process: { en: 'Process', da: 'Proces' },
  cpu: { en: 'CPU', da: 'CPU' },
  core: { en: '100 % is one core', da: '100 % er én kerne' },
  memory: { en: 'Memory', da: 'Hukommelse' },
  loop: { en: 'Event loop delay, p99', da: 'Forsinkelse i event loop, p99' },
  uptime: { en: 'Up for', da: 'Oppe i' },
  cpuOver: { en: 'CPU of the service’s processes', da: 'CPU for tjenestens processer' },
  memoryOver: { en: 'Memory of the service’s processes', da: 'Hukommelse for tjenestens processer' },
  loopOver: { en: 'Event loop delay, p99', da: 'Forsinkelse i event loop, p99' },
  none: {
    en: 'Prometheus knows of no process. Is it scraping? Its state is in the table of services.',
    da: 'Prometheus kender ingen processer. Henter den målinger? Dens tilstand står i tabellen over tjenester.',
  },
} as const

const shown = (value: number | null, format: (value: number) => string): string =>
  value === null ? '–' : format(value)
const seconds = (value: number): string => (value === 0 ? '0 s' : duration(value))

/** Series of the last minutes by name, for their latest values. */
const readNow = async () => {
  const of = (name: 'cpu' | 'memory' | 'event_loop' | 'uptime') =>
    read(api.operations.series.$get({ query: { name, minutes: '5' } }))
  const [cpu, memory, loop, uptime] = await Promise.all([of('cpu'), of('memory'), of('event_loop'), of('uptime')])
  return processesNow({ cpu, memory, loop, uptime })
}

const nameOf = (label: string, all: readonly string[]): string => processNames(all).get(label) ?? label

/** What each process uses, as Prometheus scraped it: now, and over the range. */
export const Processes = ({ minutes }: { minutes: number }) => {
  const processes = useRead('processes', readNow, 10_000)
  return (
    <div class="cards apart">
      <Card title={say(texts.title)} wide aside={<span class="quiet">{say(texts.core)}</span>}>
        <Shown of={processes}>
          {(rows) => (
            <Table
              label={say(texts.title)}
              rows={rows}
              keyOf={({ label }) => label}
              empty={say(texts.none)}
              columns={[
                {
                  title: say(texts.process),
                  cell: ({ label }) => (
                    <span title={label}>
                      {nameOf(
                        label,
                        rows.map((row) => row.label),
                      )}
                    </span>
                  ),
                },
                { title: say(texts.cpu), cell: ({ values }) => shown(values.cpu, percent), isNumber: true },
                { title: say(texts.memory), cell: ({ values }) => shown(values.memory, bytes), isNumber: true },
                { title: say(texts.loop), cell: ({ values }) => shown(values.loop, seconds), isNumber: true },
                { title: say(texts.uptime), cell: ({ values }) => shown(values.uptime, seconds), isNumber: true },
              ]}
            />
          )}
        </Shown>
      </Card>
      <SeriesCard name="cpu" title={say(texts.cpuOver)} minutes={minutes} namesOf={processNames} isShown={isOurs} />
      <SeriesCard
        name="memory"
        title={say(texts.memoryOver)}
        minutes={minutes}
        namesOf={processNames}
        isShown={isOurs}
      />
      <SeriesCard
        name="event_loop"
        title={say(texts.loopOver)}
        minutes={minutes}
        namesOf={processNames}
        isShown={isOurs}
      />
    </div>
  )
}
