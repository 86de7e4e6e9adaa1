import type { InferRequestType, InferResponseType } from 'hono/client'
import { webhookStatuses } from '../../../../catalogue/metrics/values.ts'
import type { EventSource } from '../../../db/schema-webhooks.ts'
import { api, read } from '../../client.ts'
import { dateTime, number, say } from '../../language.ts'
import { Action } from '../../ui/action.tsx'
import { Card, Shown } from '../../ui/card.tsx'
import { Choice, Filters, SearchField } from '../../ui/fields.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { eventStatus, systemTitle } from '../names.ts'
import { EventDetail } from './event-detail.tsx'
import { EventStatus, reasonOf } from './event-status.tsx'

const texts = {
  title: { en: 'Webhook events', da: 'Webhook-hændelser' },
  search: { en: 'Search number or type', da: 'Søg nummer eller type' },
  source: { en: 'Source', da: 'Kilde' },
  status: { en: 'Status', da: 'Status' },
  received: { en: 'Received', da: 'Modtaget' },
  type: { en: 'Type', da: 'Type' },
  attempts: { en: 'Attempts', da: 'Forsøg' },
  why: { en: 'Why', da: 'Hvorfor' },
  open: { en: 'Details', da: 'Detaljer' },
  none: {
    en: 'No event matches. Choose fewer filters; what other systems send appears here within seconds.',
    da: 'Ingen hændelser passer. Vælg færre filtre; hvad andre systemer sender, vises her efter få sekunder.',
  },
  noneFailed: {
    en: 'No event has failed: there is nothing to do here.',
    da: 'Ingen hændelser er fejlet: der er intet at gøre her.',
  },
  processPending: { en: 'Process pending events', da: 'Behandl afventende' },
  askPending: { en: 'Process the pending events?', da: 'Behandl de afventende hændelser?' },
  explainPending: {
    en: 'Pending events that no job takes care of get one: those that came before anybody had signed in, or whose jobs were lost.',
    da: 'Afventende hændelser uden job får et: dem, der kom før nogen var logget ind, eller hvis job er gået tabt.',
  },
  enqueued: { en: 'Jobs enqueued: {count}.', da: 'Job sat i kø: {count}.' },
  noneEnqueued: {
    en: 'Nothing was pending without a job.',
    da: 'Ingen hændelser ventede uden job.',
  },
} as const

const sources: readonly EventSource[] = ['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot']

type EventCount = InferResponseType<typeof api.admin.events.counts.$get, 200>['counts'][number]
type Wanted = InferRequestType<typeof api.admin.events.$get>['query']

const processPending = async (): Promise<string> => {
  const { enqueued } = await read(api.jobs['process-pending'].$post())
  return enqueued === 0 ? say(texts.noneEnqueued) : say(texts.enqueued, { count: number(enqueued) })
}

/** What other systems sent, newest first, with what can be done about what failed. */
export const WebhookEvents = () => {
  const [filters, set] = useFilters(['source', 'status', 'q', 'event'])
  const { after, event: chosen, ...wanted } = filters
  const query = given({ ...wanted, cursor: after }) as Wanted
  const events = useRead(
    `events ${JSON.stringify(query)}`,
    () => read(api.admin.events.$get({ query: { ...query, limit: '25' } })),
    5_000,
  )
  const counts = useRead('event-counts', () => read(api.admin.events.counts.$get()), 10_000)
  /** How many there are, behind the name of a filter. */
  const counted = (title: string, isIt: (count: EventCount) => boolean): string => {
    if (!counts.data) return title
    const total = counts.data.counts.filter(isIt).reduce((sum, { count }) => sum + count, 0)
    return `${title} (${number(total)})`
  }
  const open = (event: string): void => set({ event, after })
  const changedOne = (): void => {
    events.reload()
    counts.reload()
  }
  return (
    <>
      {chosen !== '' && <EventDetail key={chosen} id={chosen} onClose={() => open('')} onChanged={changedOne} />}
      <Card
        title={say(texts.title)}
        wide
        aside={
          <Action
            label={say(texts.processPending)}
            question={say(texts.askPending)}
            explain={say(texts.explainPending)}
            act={processPending}
            onDone={changedOne}
          />
        }
      >
        <Filters>
          <Choice
            label={say(texts.source)}
            value={filters.source}
            options={sources.map((value) => ({
              value,
              title: counted(systemTitle(value), ({ source }) => source === value),
            }))}
            onChoose={(source) => set({ source })}
          />
          <Choice
            label={say(texts.status)}
            value={filters.status}
            options={webhookStatuses.map((value) => ({
              value,
              title: counted(
                eventStatus(value).word,
                ({ source, status }) => status === value && (filters.source === '' || source === filters.source),
              ),
            }))}
            onChoose={(status) => set({ status })}
          />
          <SearchField label={say(texts.search)} value={filters.q} onSearch={(q) => set({ q })} />
        </Filters>
        <Shown of={events}>
          {({ events: rows, nextCursor }) => (
            <>
              <Table
                label={say(texts.title)}
                rows={rows}
                keyOf={({ id }) => id}
                empty={say(filters.status === 'error' ? texts.noneFailed : texts.none)}
                columns={[
                  { title: say(texts.received), cell: ({ receivedAt }) => dateTime(receivedAt) },
                  { title: say(texts.source), cell: ({ source }) => systemTitle(source) },
                  {
                    title: say(texts.type),
                    cell: ({ id, type }) => (
                      <button
                        type="button"
                        class="link"
                        aria-label={`${say(texts.open)}: ${type}`}
                        aria-pressed={id === chosen}
                        onClick={() => open(id === chosen ? '' : id)}
                      >
                        {type}
                      </button>
                    ),
                  },
                  { title: say(texts.status), cell: ({ status }) => <EventStatus status={status} /> },
                  { title: say(texts.attempts), cell: ({ attempts }) => number(attempts), isNumber: true },
                  { title: say(texts.why), cell: (event) => reasonOf(event) || '–' },
                ]}
              />
              <Pager after={after} next={nextCursor} go={(cursor) => set({ after: cursor })} />
            </>
          )}
        </Shown>
      </Card>
    </>
  )
}
