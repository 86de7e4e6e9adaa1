import { useState } from 'preact/hooks'
import '../style/lists.css'
import { api, read, traceIdOf } from '../client.ts'
import { dateTime, money, say, type Text } from '../language.ts'
import { Card, Pill, Shown, type Tone } from '../ui/card.tsx'
import { EditForm, type Field } from '../ui/edit-form.tsx'
import { type Done, DoneNote, Pages, Search, Title } from '../ui/listing.tsx'
import { Table } from '../ui/table.tsx'
import { useHappened, useList } from '../use-list.ts'
import { useRead } from '../use-read.ts'
import { amountOf } from './amount.ts'
import { Choice } from './choice.tsx'
import { useContactOptions } from './contact-options.ts'

const texts = {
  title: { en: 'Deals', da: 'Handler' },
  create: { en: 'New deal', da: 'Ny handel' },
  change: { en: 'Deal', da: 'Handel' },
  list: { en: 'Newest first', da: 'Nyeste først' },
  name: { en: 'Title', da: 'Titel' },
  stage: { en: 'Stage', da: 'Fase' },
  amount: { en: 'Amount', da: 'Beløb' },
  currency: { en: 'Currency', da: 'Valuta' },
  contact: { en: 'Contact', da: 'Kontakt' },
  created: { en: 'Created', da: 'Oprettet' },
  all: { en: 'All', da: 'Alle' },
  none: {
    en: 'No deals here. Create one with “New deal”, or choose another stage.',
    da: 'Ingen handler her. Opret en med »Ny handel«, eller vælg en anden fase.',
  },
  wasCreated: { en: '“{name}” was created.', da: '»{name}« er oprettet.' },
  wasChanged: { en: '“{name}” was saved.', da: '»{name}« er gemt.' },
  titleRule: { en: 'A title, of 200 characters at most.', da: 'En titel på højst 200 tegn.' },
  amountRule: {
    en: 'An amount such as 12500 or 99.95, two decimals at most.',
    da: 'Et beløb som 12500 eller 99,95, højst to decimaler.',
  },
  currencyRule: { en: 'Three capital letters, such as DKK.', da: 'Tre store bogstaver, fx DKK.' },
} as const

const stages = {
  new: { en: 'new', da: 'ny' },
  qualified: { en: 'qualified', da: 'kvalificeret' },
  proposal: { en: 'proposal', da: 'tilbud' },
  won: { en: 'won', da: 'vundet' },
  lost: { en: 'lost', da: 'tabt' },
} as const satisfies Record<string, Text>
type Stage = keyof typeof stages
const names = Object.keys(stages) as Stage[]
const tones: Readonly<Record<Stage, Tone>> = {
  new: 'off',
  qualified: 'warn',
  proposal: 'warn',
  won: 'good',
  lost: 'bad',
}

export const Deals = () => {
  const list = useList()
  const [done, setDone] = useState<Done>()
  const { q, cursor, edited } = list
  const stage = names.find((name) => name === list.filter('stage'))
  const deals = useRead(`deals ${q} ${stage} ${cursor}`, () =>
    read(
      api.deals.$get({
        query: { limit: '25', ...(q && { q }), ...(stage && { stage }), ...(cursor && { cursor }) },
      }),
    ),
  )
  useHappened(/^deal\./, deals.reload)
  const finish = (outcome: Done): void => {
    setDone(outcome)
    list.edit(undefined)
    deals.reload()
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
        <Choice
          label={say(texts.stage)}
          value={stage ?? ''}
          options={[['', say(texts.all)], ...names.map((name) => [name, say(stages[name])] as const)]}
          onChoose={(value) => list.setFilter('stage', value)}
        />
      </search>
      <Card title={say(texts.list)} wide>
        <Shown of={deals}>
          {({ deals: rows, nextCursor }) => (
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
                  { title: say(texts.stage), cell: ({ stage: is }) => <Pill tone={tones[is]}>{say(stages[is])}</Pill> },
                  { title: say(texts.amount), cell: ({ amount, currency }) => money(amount, currency), isNumber: true },
                  { title: say(texts.created), cell: ({ createdAt }) => dateTime(createdAt) },
                ]}
              />
              <Pages cursor={cursor} nextCursor={nextCursor} onPage={list.page} />
            </>
          )}
        </Shown>
      </Card>
      {edited && <DealForm key={edited} id={edited} onDone={finish} onClose={() => list.edit(undefined)} />}
    </main>
  )
}

interface Ends {
  readonly onDone: (done: Done) => void
  readonly onClose: () => void
}

const DealForm = ({ id, ...ends }: { id: string } & Ends) => {
  const contacts = useContactOptions()
  const fields: readonly Field[] = [
    { name: 'title', label: texts.name, isRequired: true, rule: texts.titleRule },
    { name: 'amount', label: texts.amount, kind: 'number', rule: texts.amountRule },
    { name: 'currency', label: texts.currency, isRequired: true, rule: texts.currencyRule },
    { name: 'contactId', label: texts.contact, kind: { options: contacts } },
  ]
  return id === 'new' ? <NewDeal fields={fields} {...ends} /> : <KnownDeal id={id} fields={fields} {...ends} />
}

const bodyOf = ({ title = '', amount = '', currency = '', contactId }: Readonly<Record<string, string>>) => ({
  title,
  amount: amountOf(amount),
  currency: currency.trim(),
  contactId: contactId || null,
})

const NewDeal = ({ fields, onDone, onClose }: { fields: readonly Field[] } & Ends) => (
  <EditForm
    title={say(texts.create)}
    fields={fields}
    initial={{ currency: 'DKK' }}
    onClose={onClose}
    save={async (values) => {
      const answer = api.deals.$post({ json: bodyOf(values) })
      const { title } = await read(answer)
      onDone({ text: say(texts.wasCreated, { name: title }), traceId: traceIdOf(await answer) })
    }}
  />
)

const KnownDeal = ({ id, fields, onDone, onClose }: { id: string; fields: readonly Field[] } & Ends) => {
  const param = { id }
  const deal = useRead(`deal ${id}`, () => read(api.deals[':id'].$get({ param })))
  const stageField: Field = {
    name: 'stage',
    label: texts.stage,
    kind: { options: names.map((name) => [name, say(stages[name])] as const) },
  }
  return (
    <Shown of={deal}>
      {({ title, amount, currency, contactId, stage }) => (
        <EditForm
          title={say(texts.change)}
          fields={[...fields, stageField]}
          initial={{ title, amount: String(amount), currency, contactId: contactId ?? '', stage }}
          onClose={onClose}
          save={async (values) => {
            const json = { ...bodyOf(values), stage: values.stage as Stage }
            const answer = api.deals[':id'].$patch({ param, json })
            const changed = await read(answer)
            onDone({ text: say(texts.wasChanged, { name: changed.title }), traceId: traceIdOf(await answer) })
          }}
        />
      )}
    </Shown>
  )
}
