import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { crmOperations, nameParts, numberField, present, textField } from './crm-fields.ts'
import { createHttp } from './http.ts'
import type { CrmSource, ExternalRecord, SyncEntity } from './outside.ts'

const contactSchema = z
  .object({
    id: z.string().min(1),
    updatedAt: z.coerce.date(),
    properties: z.object({
      firstname: textField,
      lastname: textField,
      email: textField,
      phone: textField,
      company: textField,
    }),
  })
  .transform(
    ({ id, updatedAt, properties: { firstname, lastname, email, phone, company } }): ExternalRecord => ({
      externalId: id,
      updatedAt,
      fields: { name: [firstname, lastname].filter(Boolean).join(' ') || null, email, phone, company },
    }),
  )
const dealSchema = z
  .object({
    id: z.string().min(1),
    updatedAt: z.coerce.date(),
    properties: z.object({ dealname: textField, amount: numberField, dealstage: textField }),
  })
  .transform(
    ({ id, updatedAt, properties: { dealname, amount, dealstage } }): ExternalRecord => ({
      externalId: id,
      updatedAt,
      fields: { title: dealname, amount, stage: dealstage },
    }),
  )
const pageOf = (record: z.ZodType<ExternalRecord>) =>
  z.object({
    results: z.array(record),
    paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional(),
  })

/** What each entity is called there. */
const objects = {
  contact: {
    path: '/crm/v3/objects/contacts',
    modified: 'lastmodifieddate',
    properties: ['firstname', 'lastname', 'email', 'phone', 'company'],
    page: pageOf(contactSchema),
    list: 'list_contacts',
    write: 'write_contact',
    body: ({ name, email, phone, company }: ExternalRecord['fields']) => {
      const { firstName, lastName } = nameParts(name)
      return present({ firstname: firstName, lastname: lastName, email, phone, company })
    },
  },
  deal: {
    path: '/crm/v3/objects/deals',
    modified: 'hs_lastmodifieddate',
    properties: ['dealname', 'amount', 'dealstage'],
    page: pageOf(dealSchema),
    list: 'list_deals',
    write: 'write_deal',
    body: ({ title, amount, stage }: ExternalRecord['fields']) =>
      present({
        dealname: title,
        amount: amount === null || amount === undefined ? amount : String(amount),
        dealstage: stage,
      }),
  },
} as const satisfies Record<SyncEntity, object>

/** The most that a search gives on a page. */
const longestPage = 100

const savedSchema = z.object({ id: z.string().min(1) })

/** HubSpot's API. Changes are found by search, which alone knows an order. */
export const createHubspot = (config: OutsideConfig['hubspot'], options: ClientOptions): Client<CrmSource> => {
  const adapter = createAdapter({ ...options, provider: 'hubspot', operations: crmOperations })
  const headers = { authorization: `Bearer ${config.accessToken ?? ''}` }
  const { request, once } = createHttp(adapter, { baseUrl: config.baseUrl, credentials: { headers: () => headers } })
  const ping = { path: '/account-info/v3/details', schema: z.unknown().transform(() => undefined) }

  const hubspot: CrmSource = {
    ping: (context) => request('ping', ping, context),
    changed: async (entity, { since, cursor, limit }, context) => {
      const { path, modified, properties, page: schema, list } = objects[entity]
      // The moment itself is asked for again: two records may bear the same.
      const filters = since ? [{ propertyName: modified, operator: 'GTE', value: String(since.getTime()) }] : []
      const json = {
        filterGroups: filters.length > 0 ? [{ filters }] : [],
        sorts: [{ propertyName: modified, direction: 'ASCENDING' }],
        limit: Math.min(limit, longestPage),
        properties: [...properties, modified],
        ...(cursor !== undefined && { after: cursor }),
      }
      const search = { method: 'POST', path: `${path}/search`, json, schema, isIdempotent: true } as const
      const read = await request(list, search, context)
      return { items: read.results, nextCursor: read.paging?.next?.after }
    },
    write: async (entity, { externalId, fields }, context) => {
      const { path, write, body } = objects[entity]
      const json = { properties: body(fields) }
      const target =
        externalId === undefined
          ? ({ method: 'POST', path } as const)
          : ({ method: 'PATCH', path: `${path}/${encodeURIComponent(externalId)}` } as const)
      const saved = await request(write, { ...target, json, schema: savedSchema }, context)
      return { externalId: saved.id }
    },
  }
  return { api: hubspot, adapter, probe: (limitMs) => once('ping', ping, limitMs) }
}
