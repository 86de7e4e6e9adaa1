import { api, read } from '../client.ts'
import { ago, dateTime, number, say } from '../language.ts'
import { now } from '../live.ts'
import '../style/operators.css'
import { Card, Figure, Figures, Shown } from '../ui/card.tsx'
import { Filters, SearchField } from '../ui/fields.tsx'
import { Pager } from '../ui/pager.tsx'
import { Table } from '../ui/table.tsx'
import { given, useFilters } from '../use-filters.ts'
import { useRead } from '../use-read.ts'

const texts = {
  title: { en: 'Users', da: 'Brugere' },
  lastDay: { en: 'The last 24 hours', da: 'De sidste 24 timer' },
  active: { en: 'Active users', da: 'Aktive brugere' },
  actions: { en: 'Actions', da: 'Handlinger' },
  busiest: { en: 'The most active users', da: 'De mest aktive brugere' },
  topActions: { en: 'What was done most', da: 'Hvad der blev gjort mest' },
  latest: { en: 'What users did', da: 'Hvad brugerne gjorde' },
  latestOf: { en: 'What {name} did', da: 'Hvad {name} gjorde' },
  search: { en: 'Search user, action or route', da: 'Søg bruger, handling eller rute' },
  who: { en: 'User', da: 'Bruger' },
  what: { en: 'Action', da: 'Handling' },
  route: { en: 'Route', da: 'Rute' },
  when: { en: 'When', da: 'Hvornår' },
  often: { en: 'How often', da: 'Hvor ofte' },
  lastSeen: { en: 'Last seen', da: 'Sidst set' },
  everybody: { en: 'Show everybody', da: 'Vis alle' },
  none: {
    en: 'Nobody did anything yet. What users do appears here within seconds.',
    da: 'Ingen har gjort noget endnu. Det vises her efter få sekunder.',
  },
  noMatch: {
    en: 'Nothing that users did matches. Search for something else, or show everybody.',
    da: 'Intet af det, brugerne gjorde, passer. Søg efter noget andet, eller vis alle.',
  },
} as const

const everyMs = 10_000

/** Who uses the service, and what for. */
export const Users = () => {
  const [filters, set] = useFilters(['user', 'q'])
  const { user, q, after } = filters
  const summary = useRead('summary', () => read(api.admin['user-activity'].summary.$get()), everyMs)
  const query = given({ userId: user, q, cursor: after })
  const activity = useRead(
    `activity ${JSON.stringify(query)}`,
    () => read(api.admin['user-activity'].$get({ query: { ...query, limit: '50' } })),
    everyMs,
  )
  const chosen = summary.data?.topUsers.find(({ userId }) => userId === user)?.userName
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards two">
        <Card title={say(texts.lastDay)}>
          <Shown of={summary}>
            {({ activeUsers, totalActivities, topUsers }) => (
              <>
                <Figures>
                  <Figure label={say(texts.active)} value={number(activeUsers)} />
                  <Figure label={say(texts.actions)} value={number(totalActivities)} />
                </Figures>
                <Table
                  label={say(texts.busiest)}
                  rows={topUsers}
                  keyOf={({ userId }) => userId}
                  empty={say(texts.none)}
                  columns={[
                    {
                      title: say(texts.who),
                      cell: ({ userId, userName }) => (
                        <button type="button" class="link" onClick={() => set({ user: userId })}>
                          {userName}
                        </button>
                      ),
                    },
                    { title: say(texts.often), cell: ({ count }) => number(count), isNumber: true },
                    {
                      title: say(texts.lastSeen),
                      cell: ({ lastSeen }) => <span title={dateTime(lastSeen)}>{ago(lastSeen, now.value)}</span>,
                    },
                  ]}
                />
              </>
            )}
          </Shown>
        </Card>
        <Card title={say(texts.topActions)}>
          <Shown of={summary}>
            {({ topActions }) => (
              <Table
                label={say(texts.topActions)}
                rows={topActions}
                keyOf={({ action }) => action}
                empty={say(texts.none)}
                columns={[
                  {
                    title: say(texts.what),
                    cell: ({ action }) => (
                      <button type="button" class="link" onClick={() => set({ q: action })}>
                        {action}
                      </button>
                    ),
                  },
                  { title: say(texts.often), cell: ({ count }) => number(count), isNumber: true },
                ]}
              />
            )}
          </Shown>
        </Card>
        <Card
          title={chosen === undefined ? say(texts.latest) : say(texts.latestOf, { name: chosen })}
          wide
          aside={
            user && (
              <button type="button" onClick={() => set({ user: '' })}>
                {say(texts.everybody)}
              </button>
            )
          }
        >
          <Filters>
            <SearchField label={say(texts.search)} value={q} onSearch={(text) => set({ q: text })} />
          </Filters>
          <Shown of={activity}>
            {({ activities, nextCursor }) => (
              <>
                <Table
                  label={say(texts.latest)}
                  rows={activities}
                  keyOf={({ id }) => id}
                  empty={say(q === '' && user === '' ? texts.none : texts.noMatch)}
                  columns={[
                    { title: say(texts.when), cell: ({ createdAt }) => dateTime(createdAt) },
                    { title: say(texts.who), cell: ({ userName }) => userName },
                    { title: say(texts.what), cell: ({ action }) => action },
                    { title: say(texts.route), cell: ({ method, route }) => `${method} ${route}` },
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
