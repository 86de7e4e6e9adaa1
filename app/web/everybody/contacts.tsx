import { useState } from 'preact/hooks'
import '../style/lists.css'
import { api, read } from '../client.ts'
import { dateTime, say } from '../language.ts'
import { Card, Shown } from '../ui/card.tsx'
import { type Done, DoneNote, Pages, Search, Title } from '../ui/listing.tsx'
import { Table } from '../ui/table.tsx'
import { useHappened, useList } from '../use-list.ts'
import { useRead } from '../use-read.ts'
import { ContactForm } from './contact-form.tsx'

const texts = {
  title: { en: 'Contacts', da: 'Kontakter' },
  create: { en: 'New contact', da: 'Ny kontakt' },
  list: { en: 'Newest first', da: 'Nyeste først' },
  name: { en: 'Name', da: 'Navn' },
  email: { en: 'E-mail', da: 'E-mail' },
  phone: { en: 'Phone', da: 'Telefon' },
  company: { en: 'Company', da: 'Firma' },
  industry: { en: 'Industry', da: 'Branche' },
  created: { en: 'Created', da: 'Oprettet' },
  none: {
    en: 'No contacts yet. Create the first one with “New contact”.',
    da: 'Ingen kontakter endnu. Opret den første med »Ny kontakt«.',
  },
  notFound: {
    en: 'No contact matches “{q}”. Search for the beginning of a name, a company or an address.',
    da: 'Ingen kontakt passer til »{q}«. Søg efter begyndelsen af et navn, et firma eller en adresse.',
  },
} as const

export const Contacts = () => {
  const list = useList()
  const [done, setDone] = useState<Done>()
  const { q, cursor } = list
  const contacts = useRead(`contacts ${q} ${cursor}`, () =>
    read(api.contacts.$get({ query: { limit: '25', ...(q && { q }), ...(cursor && { cursor }) } })),
  )
  useHappened(/^contact\./, contacts.reload)
  const finish = (outcome: Done): void => {
    setDone(outcome)
    list.edit(undefined)
    contacts.reload()
  }
  return (
    <main>
      <Title
        action={
          <button type="button" class="main" onClick={() => list.edit('new')}>
            {say(texts.create)}
          </button>
        }
      >
        {say(texts.title)}
      </Title>
      <DoneNote done={done} onClose={() => setDone(undefined)} />
      <search class="filters">
        <Search value={q} onSearch={(text) => list.setFilter('q', text)} />
      </search>
      <Card title={say(texts.list)} wide>
        <Shown of={contacts}>
          {({ contacts: rows, nextCursor }) => (
            <>
              <Table
                label={say(texts.title)}
                rows={rows}
                keyOf={({ id }) => id}
                empty={q ? say(texts.notFound, { q }) : say(texts.none)}
                columns={[
                  {
                    title: say(texts.name),
                    cell: ({ id, name }) => (
                      <button type="button" class="link" onClick={() => list.edit(id)}>
                        {name}
                      </button>
                    ),
                  },
                  { title: say(texts.company), cell: ({ company }) => company ?? '–' },
                  { title: say(texts.email), cell: ({ email }) => email ?? '–' },
                  { title: say(texts.phone), cell: ({ phone }) => phone ?? '–' },
                  { title: say(texts.industry), cell: ({ industry }) => industry ?? '–' },
                  { title: say(texts.created), cell: ({ createdAt }) => dateTime(createdAt) },
                ]}
              />
              <Pages cursor={cursor} nextCursor={nextCursor} onPage={list.page} />
            </>
          )}
        </Shown>
      </Card>
      {list.edited && (
        <ContactForm key={list.edited} id={list.edited} onDone={finish} onClose={() => list.edit(undefined)} />
      )}
    </main>
  )
}
