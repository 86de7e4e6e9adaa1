import { crmMix } from './mix-crm.ts'
import { emailMix } from './mix-email.ts'
import { integrationsMix } from './mix-integrations.ts'
import { mcpMix } from './mix-mcp.ts'
import { operationsMix } from './mix-operations.ts'
import { webhooksMix } from './mix-webhooks.ts'
import { madeUpContact, mark, words } from './people.ts'
import { pick, type Random } from './random.ts'
import type { Visitor } from './visitor.ts'

/** Something that a person does, in one request or a few. */
export interface Action {
  readonly name: string
  /** How often, beside the others' weights. */
  readonly weight: number
  readonly run: (visitor: Visitor) => Promise<unknown>
}

/** Rows that the traffic keeps in a workspace: enough for pages and searches, small on any disk. */
export const most = { contacts: 200, leads: 100 } as const

/** Taken out before it is used up, so that nobody else merges or deletes it meanwhile. */
const takeAny = <Item>(random: Random, items: Item[]): Item | undefined =>
  items.splice(Math.floor(random() * items.length), 1)[0]

const anyOf = <Item>(random: Random, items: readonly Item[]): Item | undefined =>
  items.length > 0 ? pick(random, items) : undefined

async function createContact({ client, holdings, random }: Visitor): Promise<void> {
  // With a full workspace somebody tidies up first.
  while (holdings.contacts.length >= most.contacts) {
    const id = holdings.contacts.shift()
    if (id) await client.api.contacts[':id'].$delete({ param: { id } })
  }
  const response = await client.api.contacts.$post({ json: madeUpContact(random) })
  if (response.status === 201) holdings.contacts.push((await response.json()).id)
}

async function deleteContact({ client, holdings, random }: Visitor): Promise<void> {
  const id = takeAny(random, holdings.contacts)
  if (id) await client.api.contacts[':id'].$delete({ param: { id } })
}

async function readContact({ client, holdings, random }: Visitor): Promise<void> {
  const id = anyOf(random, holdings.contacts)
  if (id) await (await client.api.contacts[':id'].$get({ param: { id } })).text()
}

async function updateContact({ client, holdings, random }: Visitor): Promise<void> {
  const id = anyOf(random, holdings.contacts)
  if (!id) return
  const { phone, company } = madeUpContact(random)
  await client.api.contacts[':id'].$patch({ param: { id }, json: random() < 0.5 ? { phone } : { company } })
}

async function mergeContacts({ client, holdings, random }: Visitor): Promise<void> {
  if (holdings.contacts.length < 2) return
  const sourceId = takeAny(random, holdings.contacts)
  const id = anyOf(random, holdings.contacts)
  if (id && sourceId) await client.api.contacts[':id'].merge.$post({ param: { id }, json: { sourceId } })
}

/** A page, and now and then the one after it. */
async function listContacts({ client, random }: Visitor): Promise<void> {
  const limit = pick(random, ['10', '25', '50'])
  const response = await client.api.contacts.$get({ query: { limit } })
  if (response.status !== 200) return
  const { nextCursor } = await response.json()
  if (nextCursor && random() < 0.3) await client.api.contacts.$get({ query: { limit, cursor: nextCursor } })
}

const searchContacts = ({ client, random }: Visitor): Promise<unknown> =>
  client.api.contacts.$get({ query: { q: pick(random, words), limit: '25' } })

async function createLead(visitor: Visitor): Promise<void> {
  const { client, holdings, random } = visitor
  // With a full workspace somebody tidies up first.
  while (holdings.leads.length >= most.leads) {
    const lead = holdings.leads.shift()
    if (lead) await client.api.leads[':id'].$delete({ param: { id: lead.id } })
  }
  const title = `${pick(random, ['Office cleaning', 'Window cleaning', 'Move-out cleaning'])}, ${20 + Math.floor(random() * 400)} m²`
  const contactId = takeAny(random, holdings.contacts) ?? null
  try {
    const response = await client.api.leads.$post({ json: { title, source: mark.leadSource, contactId } })
    if (response.status === 201) holdings.leads.push(await response.json())
  } finally {
    if (contactId) holdings.contacts.push(contactId)
  }
}

/** Round and round, so that there is always a step left to take. */
const nextStatus = { new: 'contacted', contacted: 'qualified', qualified: 'lost', lost: 'new', won: 'won' } as const

async function changeLead({ client, holdings, random }: Visitor): Promise<void> {
  const lead = takeAny(random, holdings.leads)
  if (!lead) return
  try {
    const status = nextStatus[lead.status]
    const response = await client.api.leads[':id'].$patch({ param: { id: lead.id }, json: { status } })
    if (response.status === 200) lead.status = status
  } finally {
    holdings.leads.push(lead)
  }
}

async function readLead({ client, holdings, random }: Visitor): Promise<void> {
  const lead = anyOf(random, holdings.leads)
  if (lead) await client.api.leads[':id'].$get({ param: { id: lead.id } })
}

/** Signs out and in again. */
async function signInAnew(visitor: Visitor): Promise<void> {
  await visitor.client.api.auth.logout.$post()
  visitor.forgetSession()
  await visitor.ensureSignedIn()
}

const nobody = '00000000-0000-4000-8000-000000000000'
const json = { 'content-type': 'application/json' }

/** What is wrong on purpose is a small share, of each kind that clients get wrong. */
export const mix: readonly Action[] = [
  { name: 'read a contact', weight: 30, run: readContact },
  { name: 'list contacts', weight: 20, run: listContacts },
  { name: 'search', weight: 18, run: searchContacts },
  { name: 'create a contact', weight: 14, run: createContact },
  { name: 'update a contact', weight: 8, run: updateContact },
  { name: 'delete a contact', weight: 7, run: deleteContact },
  { name: 'merge contacts', weight: 2, run: mergeContacts },
  { name: 'list leads', weight: 4, run: ({ client }) => client.api.leads.$get({ query: {} }) },
  { name: 'create a lead', weight: 2, run: createLead },
  { name: 'read a lead', weight: 2, run: readLead },
  { name: 'change a lead', weight: 2, run: changeLead },
  { name: 'who am I', weight: 2, run: ({ client }) => client.api.auth.me.$get() },
  { name: 'the workspace', weight: 1, run: ({ client }) => client.api.workspace.$get() },
  { name: 'sign in anew', weight: 1, run: signInAnew },
  {
    name: 'a contact that never was',
    weight: 1,
    run: ({ client }) => client.api.contacts[':id'].$get({ param: { id: nobody } }),
  },
  { name: 'an unknown address', weight: 0.5, run: ({ ask, apiUrl }) => ask(`${apiUrl}/api/kontakte`, {}, [404]) },
  { name: 'without a session', weight: 1, run: ({ ask, apiUrl }) => ask(`${apiUrl}/api/contacts`, {}, [401]) },
  {
    name: 'a field that is not valid',
    weight: 1,
    run: ({ askAsUser, apiUrl }) =>
      askAsUser(`${apiUrl}/api/contacts`, { method: 'POST', headers: json, body: '{"name":""}' }, [422]),
  },
  {
    name: 'no JSON',
    weight: 0.5,
    run: ({ askAsUser, apiUrl }) =>
      askAsUser(`${apiUrl}/api/contacts`, { method: 'POST', headers: json, body: '{"name":' }, [400]),
  },
  ...crmMix,
  ...mcpMix,
  ...emailMix,
  ...integrationsMix,
  ...webhooksMix,
  ...operationsMix,
]
