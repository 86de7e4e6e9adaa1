import { useEffect, useRef } from 'preact/hooks'
import { api, read } from '../client.ts'
import { ago, dateTime, number, percent, say, timeOfDay } from '../language.ts'
import { happened, now } from '../live.ts'
import '../style/operators.css'
import { Action } from '../ui/action.tsx'
import { Card, Figure, Figures, Shown } from '../ui/card.tsx'
import { Choice, Filters } from '../ui/fields.tsx'
import { Pager } from '../ui/pager.tsx'
import { Table } from '../ui/table.tsx'
import { given, useFilters } from '../use-filters.ts'
import { useRead } from '../use-read.ts'
import { factsOf } from './facts-of.ts'

const texts = {
  title: { en: 'Events', da: 'Hændelser' },
  counts: { en: 'What happened in the workspace', da: 'Hvad der er sket i arbejdsområdet' },
  total: { en: 'Events', da: 'Hændelser' },
  types: { en: 'Types', da: 'Typer' },
  counted: { en: 'Counted', da: 'Optalt' },
  type: { en: 'Type', da: 'Type' },
  often: { en: 'How often', da: 'Antal' },
  share: { en: 'Share', da: 'Andel' },
  top: { en: 'The ten most frequent', da: 'De ti hyppigste' },
  tables: { en: 'Rows in each table', da: 'Rækker i hver tabel' },
  table: { en: 'Table', da: 'Tabel' },
  rows: { en: 'Rows', da: 'Rækker' },
  latest: { en: 'The latest, as they happen', da: 'De seneste, mens de sker' },
  when: { en: 'When', da: 'Hvornår' },
  about: { en: 'About', da: 'Angår' },
  none: {
    en: 'Nothing has happened yet. Create a lead, or send POST /api/crm/events: it appears here at once.',
    da: 'Der er ikke sket noget endnu. Opret et emne, eller send POST /api/crm/events: det vises her med det samme.',
  },
  reset: { en: 'Forget the events', da: 'Glem hændelserne' },
  askReset: { en: 'Forget all events of the workspace?', da: 'Glem alle arbejdsområdets hændelser?' },
  explainReset: {
    en: 'The counts begin at zero. This cannot be undone; the metrics in Prometheus go on.',
    da: 'Optællingen begynder forfra. Det kan ikke fortrydes; målingerne i Prometheus fortsætter.',
  },
  forgotten: { en: 'Events forgotten: {count}.', da: 'Hændelser glemt: {count}.' },
} as const

const everyMs = 10_000

/** What happened in the business: how often, what most, and the latest as they come. */
export const Events = () => {
  const [filters, set] = useFilters(['type'])
  const metrics = useRead('event-metrics', () => read(api.crm.stats['event-metrics'].$get()), everyMs)
  const query = given({ type: filters.type, cursor: filters.after })
  const latest = useRead(
    `events ${JSON.stringify(query)}`,
    () => read(api.crm.events.$get({ query: { ...query, limit: '25' } })),
    everyMs,
  )
  useReadOnEvents(latest.reload)
  const reset = async (): Promise<string> => {
    const { deleted } = await read(api.crm.events.reset.$post())
    return say(texts.forgotten, { count: number(deleted) })
  }
  const done = (): void => {
    metrics.reload()
    latest.reload()
  }
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards two">
        <Card
          title={say(texts.counts)}
          aside={
            <Action
              label={say(texts.reset)}
              question={say(texts.askReset)}
              explain={say(texts.explainReset)}
              act={reset}
              onDone={done}
              isDangerous
            />
          }
        >
          <Shown of={metrics}>
            {({ totalEvents, eventsByType, topEvents, lastUpdated }) => (
              <>
                <Figures>
                  <Figure label={say(texts.total)} value={number(totalEvents)} />
                  <Figure label={say(texts.types)} value={number(Object.keys(eventsByType).length)} />
                  <Figure label={say(texts.counted)} value={timeOfDay(lastUpdated)} />
                </Figures>
                <Table
                  label={say(texts.top)}
                  rows={topEvents}
                  keyOf={({ type }) => type}
                  empty={say(texts.none)}
                  columns={[
                    {
                      title: say(texts.type),
                      cell: ({ type }) => (
                        <button type="button" class="link" onClick={() => set({ type })}>
                          {type}
                        </button>
                      ),
                    },
                    { title: say(texts.often), cell: ({ count }) => number(count), isNumber: true },
                    {
                      title: say(texts.share),
                      cell: ({ count }) => percent((100 * count) / Math.max(1, totalEvents)),
                      isNumber: true,
                    },
                  ]}
                />
              </>
            )}
          </Shown>
        </Card>
        <Card title={say(texts.tables)}>
          <Shown of={metrics}>
            {({ database }) => (
              <Table
                label={say(texts.tables)}
                rows={Object.entries(database).toSorted(([, a], [, b]) => b - a)}
                keyOf={([table]) => table}
                empty={say(texts.none)}
                columns={[
                  { title: say(texts.table), cell: ([table]) => table },
                  { title: say(texts.rows), cell: ([, rows]) => number(rows), isNumber: true },
                ]}
              />
            )}
          </Shown>
        </Card>
        <Card title={say(texts.latest)} wide>
          <Filters>
            <Choice
              label={say(texts.type)}
              value={filters.type}
              options={Object.keys(metrics.data?.eventsByType ?? {})
                .toSorted()
                .map((value) => ({ value, title: value }))}
              onChoose={(type) => set({ type })}
            />
          </Filters>
          <Shown of={latest}>
            {({ events, nextCursor }) => (
              <>
                <Table
                  label={say(texts.latest)}
                  rows={events}
                  keyOf={({ id }) => id}
                  empty={say(texts.none)}
                  columns={[
                    {
                      title: say(texts.when),
                      cell: ({ createdAt }) => <span title={dateTime(createdAt)}>{ago(createdAt, now.value)}</span>,
                    },
                    { title: say(texts.type), cell: ({ type }) => type },
                    { title: say(texts.about), cell: ({ metadata }) => factsOf(metadata) || '–' },
                  ]}
                />
                <Pager after={filters.after} next={nextCursor} go={(after) => set({ after })} />
              </>
            )}
          </Shown>
        </Card>
      </div>
    </>
  )
}

/** Reads anew when an event was tracked; many at once are one reading. */
const useReadOnEvents = (reload: () => void): void => {
  const latest = happened.value
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    if (latest?.type !== 'event.tracked' || timer.current !== undefined) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      reload()
    }, 500)
  }, [latest, reload])
  useEffect(() => () => clearTimeout(timer.current), [])
}
