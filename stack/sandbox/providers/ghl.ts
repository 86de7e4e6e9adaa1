import { Hono } from 'hono'
import { z } from 'zod'
import { same, wantsBearer } from '../kit/credentials.ts'
import { pageAfter, readNumber } from '../kit/paging.ts'
import { modifiedIn2025, personOf } from '../kit/people.ts'
import { draw, newName } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import type { ProviderApp } from './provider.ts'

export interface GhlOptions {
  readonly key: string
  readonly now?: () => number
}

interface Contact extends Kept {
  readonly firstName: string | undefined
  readonly lastName: string | undefined
  readonly email: string | undefined
  readonly phone: string | undefined
  readonly companyName: string | undefined
  readonly number: number
  readonly revision: number
}

const size = 5_000
const version = '2021-07-28'

/** The id of a contact of the data set; webhooks tell of these. */
export const ghlContactId = (number: number): string => draw('ghl', number).name(20)

function madeContact(number: number): Contact {
  const { first, last, email, phone, company } = personOf(number)
  const id = ghlContactId(number)
  const modifiedAt = modifiedIn2025(number, size)
  return { id, firstName: first, lastName: last, email, phone, companyName: company, number, revision: 0, modifiedAt }
}

/** GoHighLevel, one location of 5,000 contacts. */
export function ghl({ key, now = Date.now }: GhlOptions): ProviderApp {
  const contacts = new Records<Contact>({ make: () => Array.from({ length: size }, (_, n) => madeContact(n)), now })
  let created = 0
  const find = (id: string): Contact => {
    const contact = contacts.get(id)
    if (contact) return contact
    throw new BadRequest('not_found', 'There is no contact of that id.', 404)
  }

  const app = new Hono()
  app.use(wantsBearer('ghl', (token) => same(token, key)))
  app.use((c, next) => {
    if (c.req.header('Version') === version) return next()
    throw new BadRequest('missing_version', `Send the header Version: ${version}.`)
  })
  const list = '/contacts'
  for (const path of [list, `${list}/`]) {
    app.get(path, (c) => {
      const limit = readNumber(c, 'limit', { fallback: 20, most: 100 })
      const { items, last } = pageAfter(contacts.list(), c.req.query('startAfterId'), limit)
      const location = c.req.query('locationId') ?? 'sandbox-location'
      return c.json({
        contacts: items.map((contact) => shown(contact, location)),
        meta: { total: contacts.size, ...(last && { startAfterId: last.id, startAfter: last.modifiedAt }) },
      })
    })
  }
  app.get(`${list}/:id`, (c) => c.json({ contact: shown(find(c.req.param('id'))) }))
  app.post(`${list}/upsert`, async (c) => {
    const { locationId, ...given } = await readJson(c, upserted)
    const email = given.email?.toLowerCase()
    const known = contacts
      .list()
      .find((one) => (email !== undefined ? one.email?.toLowerCase() === email : one.phone === given.phone))
    if (known) return c.json({ new: false, contact: shown(contacts.put({ ...known, ...given }), locationId) })
    created += 1
    const contact = contacts.put({ ...nobody, ...given, id: newName(20), number: size + created, revision: 0 })
    return c.json({ new: true, contact: shown(contact, locationId) }, 201)
  })
  app.put(`${list}/:id`, async (c) => {
    const contact = find(c.req.param('id'))
    const given = await readJson(c, changed)
    return c.json({ succeded: true, contact: shown(contacts.put({ ...contact, ...given })) })
  })

  return {
    name: 'ghl',
    path: '/ghl',
    sets: [contacts],
    app,
    touch: (count) =>
      contacts
        .touch(count, (contact) => {
          const revision = contact.revision + 1
          return { ...contact, revision, companyName: personOf(contact.number, revision).company }
        })
        .map(({ id }) => id),
  }
}

const nobody = {
  firstName: undefined,
  lastName: undefined,
  email: undefined,
  phone: undefined,
  companyName: undefined,
}

const text = z.string().max(300)
const changed = z.object({
  firstName: text.optional(),
  lastName: text.optional(),
  email: z.email().optional(),
  phone: text.optional(),
  companyName: text.optional(),
})
const upserted = changed
  .extend({ locationId: text })
  .refine(({ email, phone }) => email !== undefined || phone !== undefined, { error: 'give email or phone' })

const shown = (
  { id, firstName, lastName, email, phone, companyName, modifiedAt }: Contact,
  locationId = 'sandbox-location',
) => ({
  id,
  locationId,
  firstName: firstName ?? null,
  lastName: lastName ?? null,
  email: email ?? null,
  phone: phone ?? null,
  companyName: companyName ?? null,
  dateUpdated: new Date(modifiedAt).toISOString(),
})
