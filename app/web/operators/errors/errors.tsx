import type { InferRequestType } from 'hono/client'
import { api, read } from '../../client.ts'
import { ago, number, say } from '../../language.ts'
import { now } from '../../live.ts'
import '../../style/operators.css'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Choice, Filters, SearchField } from '../../ui/fields.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { TraceLink } from '../../ui/trace-link.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { groupStatus } from '../names.ts'
import { ErrorGroup } from './error-group.tsx'
import { ErrorTrend } from './error-trend.tsx'

const texts = {
  title: { en: 'Errors', da: 'Fejl' },
  groups: { en: 'Groups of errors', da: 'Grupper af fejl' },
  search: { en: 'Search type, message or place', da: 'Søg type, besked eller sted' },
  status: { en: 'Status', da: 'Status' },
  service: { en: 'Process', da: 'Proces' },
  error: { en: 'Error', da: 'Fejl' },
  place: { en: 'Place in the code', da: 'Sted i koden' },
  count: { en: 'How often', da: 'Antal' },
  last: { en: 'Last seen', da: 'Sidst set' },
  sample: { en: 'Sample', da: 'Eksempel' },
  none: {
    en: 'No group matches. Errors of the same type from the same place appear here as one group, within seconds.',
    da: 'Ingen grupper passer. Fejl af samme type fra samme sted vises her som én gruppe efter få sekunder.',
  },
} as const

type Wanted = InferRequestType<(typeof api.monitoring)['error-groups']['$get']>['query']

const everyMs = 10_000
const services = ['api', 'worker', 'mcp'] as const

/** What went wrong in the service: in groups, with how often over time. */
export const Errors = () => {
  const [filters, set] = useFilters(['q', 'status', 'service', 'group', 'hours'])
  const { after, group, hours, ...wanted } = filters
  const query = given({ ...wanted, cursor: after }) as Wanted
  const groups = useRead(
    `groups ${JSON.stringify(query)}`,
    () => read(api.monitoring['error-groups'].$get({ query: { ...query, limit: '25' } })),
    everyMs,
  )
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards">
        {group === '' ? (
          <ErrorTrend hours={hours} onHours={(chosen) => set({ hours: chosen, after })} />
        ) : (
          <ErrorGroup
            key={group}
            id={group}
            hours={hours}
            onHours={(chosen) => set({ hours: chosen, after })}
            onClose={() => set({ group: '', after })}
            onChanged={groups.reload}
          />
        )}
        <Card title={say(texts.groups)} wide>
          <Filters>
            <SearchField label={say(texts.search)} value={filters.q} onSearch={(q) => set({ q })} />
            <Choice
              label={say(texts.status)}
              value={filters.status}
              options={(['open', 'resolved'] as const).map((value) => ({ value, title: groupStatus(value).word }))}
              onChoose={(status) => set({ status })}
            />
            <Choice
              label={say(texts.service)}
              value={filters.service}
              options={services.map((value) => ({ value, title: value }))}
              onChoose={(service) => set({ service })}
            />
          </Filters>
          <Shown of={groups}>
            {({ data: { groups: rows, nextCursor } }) => (
              <>
                <Table
                  label={say(texts.groups)}
                  rows={rows}
                  keyOf={({ id }) => id}
                  empty={say(texts.none)}
                  columns={[
                    {
                      title: say(texts.error),
                      cell: ({ id, type, message }) => (
                        <>
                          <button type="button" class="link" onClick={() => set({ group: id, after })}>
                            {type}
                          </button>
                          <div class="long">{message}</div>
                        </>
                      ),
                    },
                    { title: say(texts.status), cell: ({ status }) => <GroupStatus status={status} /> },
                    { title: say(texts.count), cell: ({ count }) => number(count), isNumber: true },
                    { title: say(texts.last), cell: ({ lastSeen }) => ago(lastSeen, now.value) },
                    { title: say(texts.service), cell: ({ service }) => service },
                    { title: say(texts.place), cell: ({ place }) => <code>{place}</code> },
                    { title: say(texts.sample), cell: ({ sampleTraceId }) => <TraceLink id={sampleTraceId} /> },
                  ]}
                />
                <Pager after={after} next={nextCursor} go={(cursor) => set({ after: cursor })} />
              </>
            )}
          </Shown>
        </Card>
      </div>
    </>
  )
}

const GroupStatus = ({ status }: { status: 'open' | 'resolved' }) => {
  const { word, tone } = groupStatus(status)
  return <Pill tone={tone}>{word}</Pill>
}
