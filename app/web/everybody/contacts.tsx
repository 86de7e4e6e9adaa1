import { api, read } from '../client.ts'
import { dateTime, say } from '../language.ts'
import { Card, Shown } from '../ui/card.tsx'
import { Table } from '../ui/table.tsx'
import { useQuery } from '../use-query.ts'
import { useRead } from '../use-read.ts'

const texts = {
  title: { en: 'Contacts', da: 'Kontakter' },
  search: { en: 'Search', da: 'Søg' },
  name: { en: 'Name', da: 'Navn' },
  company: { en: 'Company', da: 'Firma' },
  created: { en: 'Created', da: 'Oprettet' },
  none: {
    en: 'No contacts. Create the first one, or search for something else.',
    da: 'Ingen kontakter. Opret den første, eller søg efter noget andet.',
  },
} as const

export const Contacts = () => {
  const [query, setQuery] = useQuery('q')
  const contacts = useRead(`contacts ${query}`, () =>
    read(api.contacts.$get({ query: { ...(query && { q: query }), limit: '25' } })),
  )
  return (
    <main>
      <h1>{say(texts.title)}</h1>
      <search class="filters">
        <label>
          {say(texts.search)}
          <input type="search" value={query} onInput={({ currentTarget }) => setQuery(currentTarget.value)} />
        </label>
      </search>
      <Card title={say(texts.title)} wide>
        <Shown of={contacts}>
          {({ contacts: rows }) => (
            <Table
              label={say(texts.title)}
              rows={rows}
              keyOf={({ id }) => id}
              empty={say(texts.none)}
              columns={[
                { title: say(texts.name), cell: ({ name }) => name },
                { title: say(texts.company), cell: ({ company }) => company ?? '–' },
                { title: say(texts.created), cell: ({ createdAt }) => dateTime(createdAt) },
              ]}
            />
          )}
        </Shown>
      </Card>
    </main>
  )
}
