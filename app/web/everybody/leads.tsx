import { useState } from 'preact/hooks'
import '../style/lists.css'
import { api, read, traceIdOf } from '../client.ts'
import { dateTime, say, type Text } from '../language.ts'
import { Card, Pill, Shown, type Tone } from '../ui/card.tsx'
import { EditForm } from '../ui/edit-form.tsx'
import { type Done, DoneNote, Pages, Search, Title } from '../ui/listing.tsx'
import { Table } from '../ui/table.tsx'
import { useHappened, useList } from '../use-list.ts'
import { useRead } from '../use-read.ts'
import { Choice } from './choice.tsx'
import { useContactOptions } from './contact-options.ts'

const texts = {
  title: { en: 'Leads', da: 'Emner' },
  create: { en: 'New lead', da: 'Nyt emne' },
  change: { en: 'Change the status', da: 'Skift status' },
  list: { en: 'Newest first', da: 'Nyeste først' },
  name: { en: 'Title', da: 'Titel' },
  status: { en: 'Status', da: 'Status' },
  source: { en: 'Source', da: 'Kilde' },
  region: { en: 'Country', da: 'Land' },
  contact: { en: 'Contact', da: 'Kontakt' },
  created: { en: 'Created', da: 'Oprettet' },
  all: { en: 'All', da: 'Alle' },
  none: {
    en: 'No leads here. Create one with “New lead”, or choose another status.',
    da: 'Ingen emner her. Opret et med »Nyt emne«, eller vælg en anden status.',
  },
  wasCreated: {
    en: '“{name}” was created. It is qualified, put on the map and into the calendar in the background.',
    da: '»{name}« er oprettet. Det bliver kvalificeret, sat på kortet og i kalenderen i baggrunden.',
  },
  wasChanged: { en: '“{name}” is now: {status}.', da: '»{name}« er nu: {status}.' },
  titleRule: { en: 'A title, of 200 characters at most.', da: 'En titel på højst 200 tegn.' },
  sourceRule: { en: 'Where it came from, in 50 characters.', da: 'Hvor det kom fra, på højst 50 tegn.' },
} as const

const statuses = {
  new: { en: 'new', da: 'ny' },
  contacted: { en: 'contacted', da: 'kontaktet' },
  qualified: { en: 'qualified', da: 'kvalificeret' },
  won: { en: 'won', da: 'vundet' },
  lost: { en: 'lost', da: 'tabt' },
} as const satisfies Record<string, Text>
type Status = keyof typeof statuses
const names = Object.keys(statuses) as Status[]

const tones: Readonly<Record<Status, Tone>> = {
  new: 'off',
  contacted: 'warn',
  qualified: 'warn',
  won: 'good',
  lost: 'bad',
}

export const Leads = () => {
  const list = useList()
  const [done, setDone] = useState<Done>()
  const { q, cursor, edited } = list
  const status = names.find((name) => name === list.filter('status'))
  const leads = useRead(`leads ${q} ${status} ${cursor}`, () =>
    read(
      api.leads.$get({
        query: { limit: '25', ...(q && { q }), ...(status && { status }), ...(cursor && { cursor }) },
      }),
    ),
  )
  useHappened(/^(lead\.|notification$)/, leads.reload)
  const finish = (outcome: Done): void => {
    setDone(outcome)
    list.edit(undefined)
    leads.reload()
  }
  const close = (): void => list.edit(undefined)
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
        <Choice
          label={say(texts.status)}
          value={status ?? ''}
          options={[['', say(texts.all)], ...names.map((name) => [name, say(statuses[name])] as const)]}
          onChoose={(value) => list.setFilter('status', value)}
        />
      </search>
      <Card title={say(texts.list)} wide>
        <Shown of={leads}>
          {({ leads: rows, nextCursor }) => (
            <>
              <Table
                label={say(texts.title)}
                rows={rows}
                keyOf={({ id }) => id}
                empty={say(texts.none)}
                columns={[
                  {
                    title: say(texts.name),
                    cell: ({ id, title }) => (
                      <button type="button" class="link" onClick={() => list.edit(id)}>
                        {title}
                      </button>
                    ),
                  },
                  {
                    title: say(texts.status),
                    cell: ({ status: is }) => <Pill tone={tones[is]}>{say(statuses[is])}</Pill>,
                  },
                  { title: say(texts.source), cell: ({ source }) => source },
                  { title: say(texts.region), cell: ({ region }) => region ?? '–' },
                  { title: say(texts.created), cell: ({ createdAt }) => dateTime(createdAt) },
                ]}
              />
              <Pages cursor={cursor} nextCursor={nextCursor} onPage={list.page} />
            </>
          )}
        </Shown>
      </Card>
      {edited === 'new' && <NewLead onDone={finish} onClose={close} />}
      {edited && edited !== 'new' && <KnownLead key={edited} id={edited} onDone={finish} onClose={close} />}
    </main>
  )
}

interface Ends {
  readonly onDone: (done: Done) => void
  readonly onClose: () => void
}

const NewLead = ({ onDone, onClose }: Ends) => (
  <EditForm
    title={say(texts.create)}
    fields={[
      { name: 'title', label: texts.name, isRequired: true, rule: texts.titleRule },
      { name: 'source', label: texts.source, isRequired: true, rule: texts.sourceRule },
      { name: 'contactId', label: texts.contact, kind: { options: useContactOptions() } },
    ]}
    initial={{ source: 'web' }}
    onClose={onClose}
    save={async ({ title = '', source = '', contactId }) => {
      const answer = api.leads.$post({ json: { title, source, contactId: contactId || null } })
      const lead = await read(answer)
      onDone({ text: say(texts.wasCreated, { name: lead.title }), traceId: traceIdOf(await answer) })
    }}
  />
)

const KnownLead = ({ id, onDone, onClose }: { id: string } & Ends) => {
  const param = { id }
  const lead = useRead(`lead ${id}`, () => read(api.leads[':id'].$get({ param })))
  return (
    <Shown of={lead}>
      {({ title, status }) => (
        <EditForm
          title={`${say(texts.change)}: ${title}`}
          fields={[
            {
              name: 'status',
              label: texts.status,
              kind: { options: names.map((name) => [name, say(statuses[name])] as const) },
            },
          ]}
          initial={{ status }}
          onClose={onClose}
          save={async (values) => {
            const answer = api.leads[':id'].$patch({ param, json: { status: values.status as Status } })
            const changed = await read(answer)
            const text = say(texts.wasChanged, { name: changed.title, status: say(statuses[changed.status]) })
            onDone({ text, traceId: traceIdOf(await answer) })
          }}
        />
      )}
    </Shown>
  )
}
