import { api, read } from '../client.ts'
import { dateTime, number, say } from '../language.ts'
import { Card, Figure, Figures, Shown } from '../ui/card.tsx'
import { Table } from '../ui/table.tsx'
import { useQuery } from '../use-query.ts'
import { useRead } from '../use-read.ts'

const texts = {
  title: { en: 'Users', da: 'Brugere' },
  lastDay: { en: 'The last 24 hours', da: 'De sidste 24 timer' },
  active: { en: 'Active users', da: 'Aktive brugere' },
  actions: { en: 'Actions', da: 'Handlinger' },
  latest: { en: 'What users did', da: 'Hvad brugerne gjorde' },
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
} as const

const everyMs = 10_000

export const Users = () => {
  const [userId, setUserId] = useQuery('user')
  const summary = useRead('summary', () => read(api.admin['user-activity'].summary.$get()), everyMs)
  const activity = useRead(
    `activity ${userId}`,
    () => read(api.admin['user-activity'].$get({ query: { limit: '50', ...(userId && { userId }) } })),
    everyMs,
  )
  return (
    <>
      <h1>{say(texts.title)}</h1>
      <div class="cards">
        <Card title={say(texts.lastDay)}>
          <Shown of={summary}>
            {({ activeUsers, totalActivities, topUsers }) => (
              <>
                <Figures>
                  <Figure label={say(texts.active)} value={number(activeUsers)} />
                  <Figure label={say(texts.actions)} value={number(totalActivities)} />
                </Figures>
                <Table
                  label={say(texts.lastDay)}
                  rows={topUsers}
                  keyOf={(user) => user.userId}
                  empty={say(texts.none)}
                  columns={[
                    {
                      title: say(texts.who),
                      cell: (user) => (
                        <button type="button" class="plain" onClick={() => setUserId(user.userId)}>
                          {user.userName}
                        </button>
                      ),
                    },
                    { title: say(texts.often), cell: ({ count }) => number(count), isNumber: true },
                    { title: say(texts.lastSeen), cell: ({ lastSeen }) => dateTime(lastSeen) },
                  ]}
                />
              </>
            )}
          </Shown>
        </Card>
        <Card
          title={say(texts.latest)}
          wide
          aside={
            userId && (
              <button type="button" onClick={() => setUserId('')}>
                {say(texts.everybody)}
              </button>
            )
          }
        >
          <Shown of={activity}>
            {({ activities }) => (
              <Table
                label={say(texts.latest)}
                rows={activities}
                keyOf={({ id }) => id}
                empty={say(texts.none)}
                columns={[
                  { title: say(texts.when), cell: ({ createdAt }) => dateTime(createdAt) },
                  { title: say(texts.who), cell: ({ userName }) => userName },
                  { title: say(texts.what), cell: ({ action }) => action },
                  { title: say(texts.route), cell: ({ method, route }) => `${method} ${route}` },
                ]}
              />
            )}
          </Shown>
        </Card>
      </div>
    </>
  )
}
