import type { InferRequestType } from 'hono/client'
import { api, read } from '../../client.ts'
import { dateTime, duration, say } from '../../language.ts'
import { Card, Pill, Shown } from '../../ui/card.tsx'
import { Choice, Filters } from '../../ui/fields.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { given, useFilters } from '../../use-filters.ts'
import { useRead } from '../../use-read.ts'
import { errorKind, systemTitle } from '../names.ts'

const texts = {
  title: { en: 'What was brought into step with other systems', da: 'Hvad der er udvekslet med andre systemer' },
  when: { en: 'Started', da: 'Begyndt' },
  system: { en: 'System', da: 'System' },
  direction: { en: 'Direction', da: 'Retning' },
  inbound: { en: 'in', da: 'ind' },
  outbound: { en: 'out', da: 'ud' },
  entity: { en: 'What', da: 'Hvad' },
  status: { en: 'Result', da: 'Resultat' },
  completed: { en: 'completed', da: 'gennemført' },
  error: { en: 'failed', da: 'fejlet' },
  took: { en: 'Took', da: 'Varighed' },
  why: { en: 'Error', da: 'Fejl' },
  none: {
    en: 'Nothing was exchanged that matches. Choose fewer filters, or wait for the next webhook or sync.',
    da: 'Der er intet, der passer. Vælg færre filtre, eller vent på næste webhook eller synkronisering.',
  },
} as const

const systems = ['ghl', 'aloware', 'verity', 'gmail', 'salesforce', 'hubspot'] as const

type Wanted = InferRequestType<(typeof api.admin)['sync-log']['$get']>['query']

/** The sync log, newest first. */
export const SyncLog = () => {
  const [filters, set] = useFilters(['status', 'direction', 'provider'])
  const { after, ...wanted } = filters
  const query = given({ ...wanted, cursor: after }) as Wanted
  const log = useRead(
    `sync-log ${JSON.stringify(query)}`,
    () => read(api.admin['sync-log'].$get({ query: { ...query, limit: '25' } })),
    10_000,
  )
  return (
    <Card title={say(texts.title)} wide>
      <Filters>
        <Choice
          label={say(texts.status)}
          value={filters.status}
          options={(['completed', 'error'] as const).map((value) => ({ value, title: say(texts[value]) }))}
          onChoose={(status) => set({ status })}
        />
        <Choice
          label={say(texts.direction)}
          value={filters.direction}
          options={(['inbound', 'outbound'] as const).map((value) => ({ value, title: say(texts[value]) }))}
          onChoose={(direction) => set({ direction })}
        />
        <Choice
          label={say(texts.system)}
          value={filters.provider}
          options={systems.map((value) => ({ value, title: systemTitle(value) }))}
          onChoose={(provider) => set({ provider })}
        />
      </Filters>
      <Shown of={log}>
        {({ entries, nextCursor }) => (
          <>
            <Table
              label={say(texts.title)}
              rows={entries}
              keyOf={({ id }) => id}
              empty={say(texts.none)}
              columns={[
                { title: say(texts.when), cell: ({ startedAt }) => dateTime(startedAt) },
                {
                  title: say(texts.status),
                  cell: ({ status }) => <Pill tone={status === 'error' ? 'bad' : 'good'}>{say(texts[status])}</Pill>,
                },
                { title: say(texts.system), cell: ({ provider }) => systemTitle(provider) },
                { title: say(texts.direction), cell: ({ direction }) => say(texts[direction]) },
                { title: say(texts.entity), cell: ({ entityType }) => entityType },
                {
                  title: say(texts.took),
                  cell: ({ startedAt, finishedAt }) =>
                    duration(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000),
                  isNumber: true,
                },
                {
                  title: say(texts.why),
                  cell: ({ errorMessage }) => (errorMessage === null ? '–' : errorKind(errorMessage)),
                },
              ]}
            />
            <Pager after={after} next={nextCursor} go={(cursor) => set({ after: cursor })} />
          </>
        )}
      </Shown>
    </Card>
  )
}
