import type { InferRequestType, InferResponseType } from 'hono/client'
import { api, read } from '../client.ts'
import { dateTime, say, type Text } from '../language.ts'
import '../style/operators.css'
import { Card, Pill, Shown, type Tone } from '../ui/card.tsx'
import { Choice, Filters } from '../ui/fields.tsx'
import { Pager } from '../ui/pager.tsx'
import { Table } from '../ui/table.tsx'
import { TraceLink } from '../ui/trace-link.tsx'
import { given, useFilters } from '../use-filters.ts'
import { useRead } from '../use-read.ts'

const texts = {
  title: { en: 'Audit log', da: 'Revisionslog' },
  list: { en: 'What operators did', da: 'Hvad der er gjort' },
  when: { en: 'When', da: 'Hvornår' },
  who: { en: 'Who', da: 'Hvem' },
  what: { en: 'Action', da: 'Handling' },
  target: { en: 'What it was about', da: 'Hvad det gjaldt' },
  outcome: { en: 'Outcome', da: 'Udfald' },
  reason: { en: 'Reason', da: 'Begrundelse' },
  trace: { en: 'Trace', da: 'Spor' },
  secret: { en: 'admin secret', da: 'administratornøgle' },
  gone: { en: 'somebody who is gone', da: 'en, der ikke længere er her' },
  onlyThis: { en: 'Everything about {id}', da: 'Alt om {id}' },
  everything: { en: 'Show everything', da: 'Vis alt' },
  none: {
    en: 'No entry matches. Whatever an operator does on these pages, or with the admin secret, is kept here.',
    da: 'Ingen poster passer. Alt, hvad der gøres her på siderne eller med administratornøglen, gemmes her.',
  },
} as const

type Entry = InferResponseType<typeof api.admin.audit.$get, 200>['entries'][number]
type Wanted = InferRequestType<typeof api.admin.audit.$get>['query']
type Action = NonNullable<Wanted['action']>

const actions: Readonly<Record<Action, Text>> = {
  'events.process_pending': { en: 'Process pending events', da: 'Behandl afventende hændelser' },
  'event.replay': { en: 'Replay an event', da: 'Afspil hændelse igen' },
  'event.quarantine': { en: 'Quarantine an event', da: 'Sæt hændelse i karantæne' },
  'business_events.reset': { en: 'Reset event statistics', da: 'Nulstil hændelsesstatistik' },
  'error_group.change': { en: 'Change an error group', da: 'Ændr fejlgruppe' },
  'backup.make': { en: 'Make a backup', da: 'Lav sikkerhedskopi' },
  'alert.silence': { en: 'Silence an alert', da: 'Dæmp alarm' },
  'alert.unsilence': { en: 'End a silence', da: 'Afslut dæmpning' },
  'invoice.retry': { en: 'Send an invoice again', da: 'Send faktura igen' },
  'integration.create': { en: 'Create an integration', da: 'Opret integration' },
  'integration.change': { en: 'Change an integration', da: 'Ændr integration' },
  'integration.sync': { en: 'Synchronize now', da: 'Synkronisér nu' },
  'mailbox.sync': { en: 'Read a mailbox now', da: 'Læs postkasse nu' },
}

const outcomes: Readonly<Record<Entry['outcome'], { readonly text: Text; readonly tone: Tone }>> = {
  succeeded: { text: { en: 'done', da: 'udført' }, tone: 'good' },
  refused: { text: { en: 'refused', da: 'afvist' }, tone: 'warn' },
  failed: { text: { en: 'failed', da: 'fejlet' }, tone: 'bad' },
}

const everyMs = 10_000
const actionTitle = (action: string): string => (action in actions ? say(actions[action as Action]) : action)

/** `status: resolved, enqueued: 12`; ids are in the entry's target where they matter. */
const detailsOf = ({ details }: Entry): string =>
  Object.entries(details)
    .filter(([, value]) => String(value).length < 36)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')

/** Who did what, newest first. */
export const Audit = () => {
  const [filters, set] = useFilters(['action', 'outcome', 'targetId'])
  const { after, ...wanted } = filters
  const query = given({ ...wanted, cursor: after }) as Wanted
  const audit = useRead(
    `audit ${JSON.stringify(query)}`,
    () => read(api.admin.audit.$get({ query: { ...query, limit: '50' } })),
    everyMs,
  )
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards">
        <Card
          title={filters.targetId === '' ? say(texts.list) : say(texts.onlyThis, { id: filters.targetId.slice(0, 8) })}
          wide
          aside={
            filters.targetId !== '' && (
              <button type="button" onClick={() => set({ targetId: '' })}>
                {say(texts.everything)}
              </button>
            )
          }
        >
          <Filters>
            <Choice
              label={say(texts.what)}
              value={filters.action}
              options={Object.entries(actions).map(([value, title]) => ({ value, title: say(title) }))}
              onChoose={(action) => set({ action })}
            />
            <Choice
              label={say(texts.outcome)}
              value={filters.outcome}
              options={Object.entries(outcomes).map(([value, { text }]) => ({ value, title: say(text) }))}
              onChoose={(outcome) => set({ outcome })}
            />
          </Filters>
          <Shown of={audit}>
            {({ entries, nextCursor }) => (
              <>
                <Table
                  label={say(texts.list)}
                  rows={entries}
                  keyOf={({ id }) => id}
                  empty={say(texts.none)}
                  columns={[
                    { title: say(texts.when), cell: ({ createdAt }) => dateTime(createdAt) },
                    { title: say(texts.who), cell: (entry) => whoOf(entry) },
                    { title: say(texts.what), cell: ({ action }) => actionTitle(action) },
                    {
                      title: say(texts.outcome),
                      cell: ({ outcome }) => <Pill tone={outcomes[outcome].tone}>{say(outcomes[outcome].text)}</Pill>,
                    },
                    {
                      title: say(texts.target),
                      cell: ({ targetId }) =>
                        targetId === null ? (
                          '–'
                        ) : (
                          <button
                            type="button"
                            class="plain"
                            title={targetId}
                            onClick={() => set({ targetId })}
                            aria-label={say(texts.onlyThis, { id: targetId })}
                          >
                            {targetId.slice(0, 8)}
                          </button>
                        ),
                    },
                    {
                      title: say(texts.reason),
                      cell: (entry) => [entry.reason, detailsOf(entry)].filter(Boolean).join(' – ') || '–',
                    },
                    { title: say(texts.trace), cell: ({ traceId }) => <TraceLink id={traceId} /> },
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

const whoOf = ({ actor, userName }: Entry): string =>
  actor === 'admin_secret' ? say(texts.secret) : (userName ?? say(texts.gone))
