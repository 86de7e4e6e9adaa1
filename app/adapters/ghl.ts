import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { crmOperations, nameParts, stated, textField } from './crm-fields.ts'
import { createHttp } from './http.ts'
import type { CrmSource, ExternalRecord } from './outside.ts'

const contactSchema = z
  .object({
    id: z.string().min(1),
    firstName: textField,
    lastName: textField,
    email: textField,
    phone: textField,
    companyName: textField,
    dateUpdated: z.coerce.date(),
  })
  .transform(
    ({ id, firstName, lastName, email, phone, companyName, dateUpdated }): ExternalRecord => ({
      externalId: id,
      updatedAt: dateUpdated,
      fields: {
        name: [firstName, lastName].filter(Boolean).join(' ') || null,
        email,
        phone,
        company: companyName,
      },
    }),
  )
const listSchema = z.object({
  contacts: z.array(contactSchema),
  meta: z.object({ startAfterId: z.string().nullish() }),
})
const savedSchema = z.object({ contact: z.object({ id: z.string().min(1) }) })

/** The most that GHL gives on a page. */
const longestPage = 100

/**
 * GHL's API (GoHighLevel), for one location. It has contacts and no deals. It knows neither order nor time in its lists: all
 * contacts are read, and those that did not change are left out here; the oldest change comes first within a page.
 */
export const createGhl = (config: OutsideConfig['ghl'], options: ClientOptions): Client<CrmSource> => {
  const adapter = createAdapter({ ...options, provider: 'ghl', operations: crmOperations })
  const headers = { authorization: `Bearer ${config.apiKey ?? ''}`, version: '2021-07-28' }
  const { request, once } = createHttp(adapter, { baseUrl: config.baseUrl, credentials: { headers: () => headers } })
  const { locationId } = config
  const ping = {
    path: '/contacts/',
    query: { locationId, limit: 1 },
    schema: z.object({ contacts: z.array(z.unknown()) }).transform(() => undefined),
  }

  const ghl: CrmSource = {
    ping: (context) => request('ping', ping, context),
    changed: async (entity, { since, cursor, limit }, context) => {
      if (entity === 'deal') return { items: [], nextCursor: undefined }
      const query = { locationId, limit: Math.min(limit, longestPage), startAfterId: cursor }
      const read = await request('list_contacts', { path: '/contacts/', query, schema: listSchema }, context)
      const items = read.contacts
        .filter(({ updatedAt }) => since === undefined || updatedAt >= since)
        .toSorted((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime())
      return { items, nextCursor: read.contacts.length > 0 ? (read.meta.startAfterId ?? undefined) : undefined }
    },
    write: async (entity, { externalId, fields }, context) => {
      if (entity === 'deal') throw adapter.error('write_deal', 'invalid_data', 'is not offered: GHL has contacts only')
      // It takes no nulls: a field that is empty here stays as it is there.
      const json = stated({
        ...nameParts(fields.name),
        email: fields.email,
        phone: fields.phone,
        companyName: fields.company,
      })
      const target =
        externalId === undefined
          ? // It finds the contact by e-mail address or phone number: a second try makes no second one.
            { method: 'POST', path: '/contacts/upsert', json: { locationId, ...json } }
          : { method: 'PUT', path: `/contacts/${encodeURIComponent(externalId)}`, json }
      const isIdempotent = externalId !== undefined || Boolean(fields.email) || Boolean(fields.phone)
      const saved = await request(
        'write_contact',
        { ...(target as typeof target & { method: 'POST' | 'PUT' }), schema: savedSchema, isIdempotent },
        context,
      )
      return { externalId: saved.contact.id }
    },
  }
  return { api: ghl, adapter, probe: (limitMs) => once('ping', ping, limitMs) }
}
