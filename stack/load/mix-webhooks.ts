import type { Action } from './mix.ts'
import { madeUpContact } from './people.ts'
import { pick } from './random.ts'
import type { Visitor } from './visitor.ts'

const json = { 'content-type': 'application/json' }

/** Some contacts of the workspace. Another visitor may delete one meanwhile, or it has no phone number: 422. */
const someContacts = ({ holdings, random }: Visitor, most: number): string[] => {
  const start = Math.floor(random() * holdings.contacts.length)
  return holdings.contacts.slice(start, start + 1 + Math.floor(random() * most))
}

const post = ({ askAsUser, apiUrl }: Visitor, path: string, body: object, expected: readonly number[]) =>
  askAsUser(`${apiUrl}${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) }, expected)

async function sendText(visitor: Visitor): Promise<void> {
  const [contactId] = someContacts(visitor, 1)
  if (contactId) await post(visitor, '/api/texts', { contactId, message: 'We come on Thursday at ten.' }, [202, 422])
}

async function sendBroadcast(visitor: Visitor): Promise<void> {
  const contactIds = someContacts(visitor, 10)
  const broadcast = { name: 'Spring offer', message: 'Ten percent off window cleaning.', contactIds }
  if (contactIds.length > 0) await post(visitor, '/api/broadcasts', broadcast, [202, 422])
}

async function exportContact(visitor: Visitor): Promise<void> {
  const [id] = someContacts(visitor, 1)
  if (id) await visitor.client.api.contacts[':id'].export.$post({ param: { id } })
}

/** How often something happens at which provider, beside the other actions. */
const sources = { ghl: 0.6, aloware: 0.4, verity: 0.4, gmail: 0.2, salesforce: 0.2, hubspot: 0.2 } as const

/** What happens at a provider, of which it tells by webhook: the sandbox signs and sends it. */
async function happenAt(source: keyof typeof sources, { ask, random }: Visitor): Promise<void> {
  const sandbox = process.env.SANDBOX_URL || `http://127.0.0.1:${4000 + Number(process.env.STACK_PORT_OFFSET || 0)}`
  const { name = '', phone, company } = madeUpContact(random)
  const [firstName, ...rest] = name.split(' ')
  const order = {
    source,
    count: 1 + Math.floor(random() * 3),
    spread: 50,
    wait: false,
    ...(source === 'ghl' && { data: { firstName, lastName: rest.join(' '), phone, companyName: company } }),
  }
  const body = JSON.stringify(order)
  await ask(`${sandbox}/sandbox/webhooks/send`, { method: 'POST', headers: json, body }, [202, 429])
}

const lists = ['events?limit=50', 'events?status=error', 'sync-log?limit=50', 'sync-log?status=error'] as const

/** An operator looks what came in, and what was brought into step. */
const look = ({ ask, apiUrl, random }: Visitor): Promise<Response> => {
  const authorization = `Bearer ${process.env.DF_ADMIN_SECRET || 'development-admin-secret'}`
  return ask(`${apiUrl}/api/admin/${pick(random, lists)}`, { headers: { authorization } }, [200])
}

/** Texting, broadcasts, and what other systems tell by webhook. */
export const webhooksMix: readonly Action[] = [
  ...Object.entries(sources).map(([source, weight]) => ({
    name: `happen at ${source}`,
    weight,
    run: (visitor: Visitor) => happenAt(source as keyof typeof sources, visitor),
  })),
  { name: 'send a text', weight: 0.5, run: sendText },
  { name: 'list texts', weight: 0.5, run: ({ client }) => client.api.texts.$get({ query: {} }) },
  { name: 'send a broadcast', weight: 0.2, run: sendBroadcast },
  { name: 'list broadcasts', weight: 0.3, run: ({ client }) => client.api.broadcasts.$get({ query: {} }) },
  { name: 'export a contact', weight: 0.3, run: exportContact },
  { name: 'look at the webhooks', weight: 0.3, run: look },
]
