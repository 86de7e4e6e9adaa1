import { Hono } from 'hono'
import { z } from 'zod'
import { same, wantsBearer } from '../kit/credentials.ts'
import { pageAfter, readNumber } from '../kit/paging.ts'
import { modifiedIn2025, personOf } from '../kit/people.ts'
import { draw } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import { searched, searchSchema } from './hubspot-search.ts'
import type { ProviderApp } from './provider.ts'

export interface HubspotOptions {
  readonly token: string
  readonly now?: () => number
}

/** Every property is a text, as HubSpot answers them. */
type Properties = Readonly<Record<string, string | null>>

export interface HubspotObject extends Kept {
  readonly properties: Properties
  readonly createdAt: number
  readonly number: number
  readonly revision: number
}

const stages = [
  'appointmentscheduled',
  'qualifiedtobuy',
  'presentationscheduled',
  'contractsent',
  'closedwon',
  'closedlost',
]

/** How many there are, their first id, and which property says when they were changed. */
const types = {
  contacts: { size: 2_500, firstId: 10_001, modified: 'lastmodifieddate' },
  deals: { size: 1_200, firstId: 50_001, modified: 'hs_lastmodifieddate' },
} as const
type Type = keyof typeof types

/** The id of an object of the data set; webhooks tell of these. */
export const hubspotId = (type: Type, number: number): string => String(types[type].firstId + number)

/** The first 500 of them are customers of Salesforce's, too. */
const personNumber = (number: number): number => 6_000 + number

function propertiesOf(type: Type, number: number, revision: number): Record<string, string> {
  const { first, last, email, phone, company } = personOf(personNumber(number), revision)
  if (type === 'contacts') return { firstname: first, lastname: last, email, phone, company }
  const random = draw('hubspot-deal', number)
  return {
    dealname: `${company} – ${random.pick(['Start', 'Renewal', 'Extension', 'Workshop'])}`,
    amount: String(random.int(5, 900) * 100 + revision * 100),
    dealstage: stages[(random.int(0, 5) + revision) % stages.length] as string,
    closedate: new Date(Date.UTC(2026, random.int(0, 11), random.int(1, 28))).toISOString(),
  }
}

const made = (type: Type) => (): readonly HubspotObject[] => {
  const { size } = types[type]
  return Array.from({ length: size }, (_, number) => ({
    id: hubspotId(type, number),
    modifiedAt: modifiedIn2025(number, size),
    createdAt: modifiedIn2025(number, size) - 86_400_000,
    properties: propertiesOf(type, number, 0),
    number,
    revision: 0,
  }))
}

export function hubspot({ token, now = Date.now }: HubspotOptions): ProviderApp {
  const sets: Record<Type, Records<HubspotObject>> = {
    contacts: new Records({ make: made('contacts'), now }),
    deals: new Records({ make: made('deals'), now }),
  }
  let lastId = now()

  const app = new Hono()
  app.use(wantsBearer('hubspot', (shown) => same(shown, token)))
  app.get('/account-info/v3/details', (c) =>
    c.json({ portalId: 1_234_567, accountType: 'STANDARD', timeZone: 'Europe/Copenhagen', companyCurrency: 'EUR' }),
  )
  app.post('/crm/v3/objects/:type/search', async (c) => {
    const type = typed(c.req.param('type'))
    const search = await readJson(c, searchSchema)
    const everything = sets[type].byModified().map((object) => ({ object, properties: allOf(type, object) }))
    const { total, found, after } = searched(everything, search)
    return c.json({
      total,
      results: found.map(({ object }) => shown(type, object, search.properties)),
      ...(after !== undefined && { paging: { next: { after } } }),
    })
  })
  app.get('/crm/v3/objects/:type', (c) => {
    const type = typed(c.req.param('type'))
    const size = readNumber(c, 'limit', { fallback: 10, most: 100 })
    const { items, last } = pageAfter(sets[type].list(), c.req.query('after'), size)
    const wanted = c.req.query('properties')?.split(',')
    return c.json({
      results: items.map((object) => shown(type, object, wanted)),
      ...(last && { paging: { next: { after: last.id } } }),
    })
  })
  app.post('/crm/v3/objects/:type', async (c) => {
    const type = typed(c.req.param('type'))
    const { properties } = await readJson(c, written)
    const email = properties.email?.toLowerCase()
    const known = email && sets[type].list().find((one) => one.properties.email?.toLowerCase() === email)
    if (known) throw new BadRequest('conflict', `Contact already exists. Existing ID: ${known.id}`, 409)
    lastId += 1
    const created = { id: String(lastId), createdAt: now(), properties, number: lastId, revision: 0 }
    return c.json(shown(type, sets[type].put(created)), 201)
  })
  app.get('/crm/v3/objects/:type/:id', (c) => {
    const type = typed(c.req.param('type'))
    return c.json(shown(type, find(sets[type], type, c.req.param('id')), c.req.query('properties')?.split(',')))
  })
  app.patch('/crm/v3/objects/:type/:id', async (c) => {
    const type = typed(c.req.param('type'))
    const object = find(sets[type], type, c.req.param('id'))
    const { properties } = await readJson(c, written)
    return c.json(shown(type, sets[type].put({ ...object, properties: { ...object.properties, ...properties } })))
  })

  return {
    name: 'hubspot',
    path: '/hubspot',
    sets: Object.values(sets),
    app,
    touch: (count, type = 'contacts') => {
      const known = typed(type)
      const change = (object: HubspotObject) => {
        const revision = object.revision + 1
        const properties = { ...object.properties, ...propertiesOf(known, object.number, revision) }
        return { ...object, revision, properties }
      }
      return sets[known].touch(count, change).map(({ id }) => id)
    },
  }
}

const written = z.object({ properties: z.record(z.string().max(100), z.string().max(10_000).nullable()) })

function typed(name: string): Type {
  if (Object.hasOwn(types, name)) return name as Type
  throw new BadRequest('unknown_type', `There is no type "${name}". There are: ${Object.keys(types).join(', ')}.`, 404)
}

function find(set: Records<HubspotObject>, type: Type, id: string): HubspotObject {
  const object = set.get(id)
  if (object) return object
  throw new BadRequest('not_found', `There is none of the ${type} with that id.`, 404)
}

const iso = (time: number): string => new Date(time).toISOString()

/** Everything that is known of an object, by the names by which it can be searched. */
function allOf(type: Type, object: HubspotObject): Properties {
  const { id, properties, createdAt, modifiedAt } = object
  const all = searchable.get(object) ?? {
    ...properties,
    hs_object_id: id,
    createdate: iso(createdAt),
    [types[type].modified]: iso(modifiedAt),
  }
  searchable.set(object, all)
  return all
}

/** A search looks at every object; what it looks at is made once for each, since a change makes another object. */
const searchable = new WeakMap<HubspotObject, Properties>()

/** As HubSpot answers an object, with the properties that were asked for. */
function shown(type: Type, object: HubspotObject, wanted?: readonly string[]) {
  const all = allOf(type, object)
  const names = wanted?.length ? [...wanted, 'hs_object_id', 'createdate', types[type].modified] : Object.keys(all)
  return {
    id: object.id,
    properties: Object.fromEntries(names.map((name) => [name, all[name] ?? null])),
    createdAt: iso(object.createdAt),
    updatedAt: iso(object.modifiedAt),
    archived: false,
  }
}
