import { Hono } from 'hono'
import { z } from 'zod'
import { isClient, SignedTokens, wantsBearer } from '../kit/credentials.ts'
import { modifiedIn2025, personOf } from '../kit/people.ts'
import { draw, newName } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import type { ProviderApp } from './provider.ts'
import { nextLocator, type Query, readLocator, readQuery } from './salesforce-query.ts'

export interface SalesforceOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly now?: () => number
}

type Value = string | number | null
/** `revision` counts changes by `touch`. */
interface Sobject extends Kept {
  readonly fields: Readonly<Record<string, Value>>
  readonly number: number
  readonly revision: number
}

const pageSize = 200
const data = '/services/data/v62.0'
const stages = [
  'Prospecting',
  'Qualification',
  'Proposal/Price Quote',
  'Negotiation/Review',
  'Closed Won',
  'Closed Lost',
]

/** What each type has besides Id and LastModifiedDate, and how many there are of it. */
const types = {
  Contact: { size: 2_500, prefix: '003', fields: ['Name', 'FirstName', 'LastName', 'Email', 'Phone', 'AccountName'] },
  Opportunity: { size: 1_200, prefix: '006', fields: ['Name', 'Amount', 'StageName', 'CloseDate'] },
} as const
type Type = keyof typeof types

/** 18 characters, as Salesforce's; the same for the same number. */
export const salesforceId = (type: Type, number: number): string =>
  types[type].prefix + draw(`salesforce-${type}`, number).name(15)

/** The first of them are customers of GHL's, too: 1,000 people. */
const personNumber = (number: number): number => 4_000 + number

function fieldsOf(type: Type, number: number, revision: number): Record<string, Value> {
  const { first, last, email, phone, company } = personOf(personNumber(number), revision)
  if (type === 'Contact') {
    return {
      Name: `${first} ${last}`,
      FirstName: first,
      LastName: last,
      Email: email,
      Phone: phone,
      AccountName: company,
    }
  }
  const random = draw('salesforce-deal', number)
  return {
    Name: `${company} – ${random.pick(['Pilot', 'Renewal', 'Expansion', 'New business'])}`,
    Amount: random.int(10, 2_000) * 100 + revision * 100,
    StageName: stages[(random.int(0, 5) + revision) % stages.length] as string,
    CloseDate: `2026-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
  }
}

const made = (type: Type) => (): readonly Sobject[] => {
  const { size } = types[type]
  return Array.from({ length: size }, (_, number) => ({
    id: salesforceId(type, number),
    modifiedAt: modifiedIn2025(number, size),
    fields: fieldsOf(type, number, 0),
    number,
    revision: 0,
  }))
}

export function salesforce({ clientId, clientSecret, now = Date.now }: SalesforceOptions): ProviderApp {
  const tokens = new SignedTokens('00D', clientSecret, { now })
  const sets: Record<Type, Records<Sobject>> = {
    Contact: new Records({ make: made('Contact'), now }),
    Opportunity: new Records({ make: made('Opportunity'), now }),
  }
  let created = 0

  const app = new Hono()
  app.post('/services/oauth2/token', async (c) => {
    c.header('Cache-Control', 'no-store')
    const form = new URLSearchParams(await c.req.text())
    if (!isClient(form, clientId, clientSecret)) {
      return c.json({ error: 'invalid_client', error_description: 'Unknown client or wrong secret.' }, 401)
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return c.json(
        { error: 'unsupported_grant_type', error_description: 'grant_type must be client_credentials.' },
        400,
      )
    }
    const instance_url = new URL(c.req.url).origin + c.req.path.replace('/services/oauth2/token', '')
    return c.json({ access_token: tokens.issue(), instance_url, token_type: 'Bearer' })
  })
  app.use(wantsBearer('salesforce', (token) => tokens.isValid(token)))

  /** One page of a query; goes on behind the last record of the page before, wherever records moved meanwhile. */
  const page = (query: Query<Type>, after: number, totalSize: number) => {
    const rest = sets[query.type].byModified().filter(({ modifiedAt }) => modifiedAt > after)
    const left = rest.slice(0, query.left)
    const shown = left.slice(0, pageSize)
    const last = left.length > pageSize ? shown.at(-1) : undefined
    return {
      totalSize,
      done: last === undefined,
      ...(last && {
        nextRecordsUrl: `${data}/query/${nextLocator(query, last.modifiedAt, query.left - pageSize, totalSize)}`,
      }),
      records: shown.map((record) => ({
        attributes: { type: query.type, url: `${data}/sobjects/${query.type}/${record.id}` },
        ...Object.fromEntries(query.fields.map((field) => [field, fieldOf(record, field)])),
      })),
    }
  }

  app.get(`${data}/query`, (c) => {
    const query = readQuery(c.req.query('q') ?? '', typed, (type) => types[type as Type].fields)
    const all = sets[query.type as Type].byModified().filter(({ modifiedAt }) => modifiedAt > query.after)
    return c.json(page(query, query.after, Math.min(all.length, query.left)))
  })
  app.get(`${data}/query/:locator`, (c) => {
    const { query, after, totalSize } = readLocator(c.req.param('locator'), typed)
    return c.json(page(query, after, totalSize))
  })
  app.get(`${data}/limits`, (c) => c.json({ DailyApiRequests: { Max: 100_000, Remaining: 99_000 } }))

  app.post(`${data}/sobjects/:type`, async (c) => {
    const type = typed(c.req.param('type'))
    const given = checkFields(type, await readJson(c, written))
    created += 1
    const number = types[type].size + created
    const id = types[type].prefix + newName(15)
    sets[type].put({ id, number, revision: 0, fields: named({ ...given }) })
    return c.json({ id, success: true, errors: [] }, 201)
  })
  app.get(`${data}/sobjects/:type/:id`, (c) => {
    const type = typed(c.req.param('type'))
    const record = find(sets[type], type, c.req.param('id'))
    const shown = ['Id', ...types[type].fields, 'LastModifiedDate'].map((field) => [field, fieldOf(record, field)])
    return c.json({ attributes: { type }, ...Object.fromEntries(shown) })
  })
  app.patch(`${data}/sobjects/:type/:id`, async (c) => {
    const type = typed(c.req.param('type'))
    const record = find(sets[type], type, c.req.param('id'))
    const given = checkFields(type, await readJson(c, written))
    sets[type].put({ ...record, fields: named({ ...record.fields, ...given }) })
    return c.body(null, 204)
  })

  return {
    name: 'salesforce',
    path: '/salesforce',
    sets: Object.values(sets),
    app,
    touch: (count, type = 'Contact') => {
      const known = typed(type)
      const change = (record: Sobject) => {
        const revision = record.revision + 1
        return { ...record, revision, fields: { ...record.fields, ...fieldsOf(known, record.number, revision) } }
      }
      return sets[known].touch(count, change).map(({ id }) => id)
    },
  }
}

const written = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

const isType = (name: string): name is Type => Object.hasOwn(types, name)

function typed(name: string): Type {
  if (isType(name)) return name
  throw new BadRequest('unknown_type', `There is no type "${name}". There are: ${Object.keys(types).join(', ')}.`, 404)
}

function checkFields(type: Type, given: Record<string, Value>): Record<string, Value> {
  const known: readonly string[] = types[type].fields
  const unknown = Object.keys(given).find((field) => !known.includes(field))
  if (unknown === undefined) return given
  throw new BadRequest('invalid_field', `${type} has no field "${unknown}" to write. It has: ${known.join(', ')}.`)
}

/** A person's Name is made from its parts, where those are known. */
const named = (fields: Record<string, Value>): Record<string, Value> =>
  fields.LastName ? { ...fields, Name: [fields.FirstName, fields.LastName].filter(Boolean).join(' ') } : fields

function find(set: Records<Sobject>, type: Type, id: string): Sobject {
  const record = set.get(id)
  if (record) return record
  throw new BadRequest('not_found', `There is no ${type} of that Id.`, 404)
}

function fieldOf(record: Sobject, field: string): Value {
  if (field === 'Id') return record.id
  if (field === 'LastModifiedDate') return new Date(record.modifiedAt).toISOString()
  return record.fields[field] ?? null
}
