import { api, read, traceIdOf } from '../client.ts'
import { say } from '../language.ts'
import { Action } from '../ui/action.tsx'
import { Shown } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EditForm, type Field } from '../ui/edit-form.tsx'
import type { Done } from '../ui/listing.tsx'
import { useRead } from '../use-read.ts'

const texts = {
  create: { en: 'New contact', da: 'Ny kontakt' },
  change: { en: 'Contact', da: 'Kontakt' },
  created: {
    en: '{name} was created. The company’s industry is looked up, and the contact can be searched for in a moment.',
    da: '{name} er oprettet. Firmaets branche slås op, og kontakten kan findes ved søgning om et øjeblik.',
  },
  duplicate: {
    en: 'Another contact has the same e-mail address.',
    da: 'En anden kontakt har samme e-mailadresse.',
  },
  changed: { en: '{name} was saved.', da: '{name} er gemt.' },
  remove: { en: 'Delete', da: 'Slet' },
  removeQuestion: { en: 'Delete this contact?', da: 'Slet denne kontakt?' },
  removeExplain: {
    en: 'Its leads and deals stay, without a contact. This cannot be undone.',
    da: 'Dens emner og handler bliver, uden kontakt. Det kan ikke fortrydes.',
  },
  removed: { en: 'The contact was deleted.', da: 'Kontakten er slettet.' },
} as const

const fields: readonly Field[] = [
  {
    name: 'name',
    label: { en: 'Name', da: 'Navn' },
    isRequired: true,
    rule: { en: 'A name, of 200 characters at most.', da: 'Et navn på højst 200 tegn.' },
  },
  {
    name: 'email',
    label: { en: 'E-mail', da: 'E-mail' },
    kind: 'email',
    rule: { en: 'An address such as anna@holm.example.', da: 'En adresse som anna@holm.example.' },
  },
  {
    name: 'phone',
    label: { en: 'Phone', da: 'Telefon' },
    kind: 'tel',
    rule: { en: 'A number such as +45 12 34 56 78.', da: 'Et nummer som +45 12 34 56 78.' },
  },
  {
    name: 'company',
    label: { en: 'Company', da: 'Firma' },
    rule: { en: '200 characters at most.', da: 'Højst 200 tegn.' },
  },
  {
    name: 'notes',
    label: { en: 'Notes', da: 'Noter' },
    kind: 'long',
    rule: { en: '10,000 characters at most.', da: 'Højst 10.000 tegn.' },
  },
]

/** Empty fields are null. */
const bodyOf = ({ name = '', email, phone, company, notes }: Readonly<Record<string, string>>) => ({
  name,
  email: email?.trim() || null,
  phone: phone?.trim() || null,
  company: company?.trim() || null,
  notes: notes?.trim() || null,
})

interface Ends {
  readonly onDone: (done: Done) => void
  readonly onClose: () => void
}

/** @param id of a contact, or `new` */
export const ContactForm = ({ id, ...ends }: { id: string } & Ends) =>
  id === 'new' ? <NewContact {...ends} /> : <KnownContact id={id} {...ends} />

const NewContact = ({ onDone, onClose }: Ends) => (
  <EditForm
    title={say(texts.create)}
    fields={fields}
    initial={{}}
    onClose={onClose}
    save={async (values) => {
      const answer = api.contacts.$post({ json: bodyOf(values) })
      const { name, duplicateOf } = await read(answer)
      const created = say(texts.created, { name })
      onDone({
        text: duplicateOf === null ? created : `${created} ${say(texts.duplicate)}`,
        traceId: traceIdOf(await answer),
      })
    }}
  />
)

const KnownContact = ({ id, onDone, onClose }: { id: string } & Ends) => {
  const param = { id }
  const contact = useRead(`contact ${id}`, () => read(api.contacts[':id'].$get({ param })))
  if (!contact.data)
    return (
      <Dialog title={say(texts.change)} onClose={onClose}>
        <Shown of={contact}>{() => null}</Shown>
      </Dialog>
    )
  const { name, email, phone, company, notes } = contact.data
  return (
    <EditForm
      title={say(texts.change)}
      fields={fields}
      initial={{ name, email: email ?? '', phone: phone ?? '', company: company ?? '', notes: notes ?? '' }}
      onClose={onClose}
      save={async (values) => {
        const answer = api.contacts[':id'].$patch({ param, json: bodyOf(values) })
        const changed = await read(answer)
        onDone({ text: say(texts.changed, { name: changed.name }), traceId: traceIdOf(await answer) })
      }}
      aside={
        <Action
          label={say(texts.remove)}
          question={say(texts.removeQuestion)}
          explain={say(texts.removeExplain)}
          isDangerous
          act={async () => {
            await read(api.contacts[':id'].$delete({ param }))
            return say(texts.removed)
          }}
          onDone={() => onDone({ text: say(texts.removed) })}
        />
      }
    />
  )
}
