import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { crmOperations, nameParts, numberField, present, textField } from './crm-fields.ts'
import { createHttp } from './http.ts'
import type { CrmSource, ExternalRecord, SyncEntity } from './outside.ts'
import { createTokens, requestToken } from './tokens.ts'

const root = '/services/data/v62.0'

/** Salesforce says nothing of a token's life; sessions last two hours unless somebody has shortened them. */
const tokenLifetimeMs = 3_600_000

const base = { Id: z.string().min(1), LastModifiedDate: z.coerce.date() }
const contactSchema = z
  .object({ ...base, Name: textField, Email: textField, Phone: textField, AccountName: textField })
  .transform(
    ({ Id, LastModifiedDate, Name, Email, Phone, AccountName }): ExternalRecord => ({
      externalId: Id,
      updatedAt: LastModifiedDate,
      fields: { name: Name, email: Email, phone: Phone, company: AccountName },
    }),
  )
const opportunitySchema = z.object({ ...base, Name: textField, Amount: numberField, StageName: textField }).transform(
  ({ Id, LastModifiedDate, Name, Amount, StageName }): ExternalRecord => ({
    externalId: Id,
    updatedAt: LastModifiedDate,
    fields: { title: Name, amount: Amount, stage: StageName },
  }),
)
const pageOf = (record: z.ZodType<ExternalRecord>) =>
  z.object({ done: z.boolean(), nextRecordsUrl: z.string().optional(), records: z.array(record) })

/** What each entity is called there. */
const objects = {
  contact: {
    type: 'Contact',
    select: 'Id, Name, Email, Phone, AccountName, LastModifiedDate',
    page: pageOf(contactSchema),
    list: 'list_contacts',
    write: 'write_contact',
    body: ({ name, email, phone, company }: ExternalRecord['fields']) => {
      // A contact's Name is made from its parts, and cannot be written.
      const { firstName, lastName } = nameParts(name)
      return present({ FirstName: firstName, LastName: lastName, Email: email, Phone: phone, AccountName: company })
    },
  },
  deal: {
    type: 'Opportunity',
    select: 'Id, Name, Amount, StageName, CloseDate, LastModifiedDate',
    page: pageOf(opportunitySchema),
    list: 'list_deals',
    write: 'write_deal',
    body: ({ title, amount, stage }: ExternalRecord['fields']) =>
      present({ Name: title, Amount: amount, StageName: stage }),
  },
} as const satisfies Record<SyncEntity, object>

/** Oldest first. The moment itself is asked for again: two records may bear the same. */
const soql = (entity: SyncEntity, since: Date | undefined): string => {
  const { type, select } = objects[entity]
  const where = since ? ` WHERE LastModifiedDate > ${new Date(since.getTime() - 1).toISOString()}` : ''
  return `SELECT ${select} FROM ${type}${where} ORDER BY LastModifiedDate`
}

/** A cursor is the path of the next page; anything else must not be asked with our token. */
const cursorPattern = /^\/services\/data\/v\d+\.\d\/query\/[\w-]+$/

/** Salesforce's REST API. How long a page is, Salesforce decides: `limit` is only a hint. */
export const createSalesforce = (config: OutsideConfig['salesforce'], options: ClientOptions): Client<CrmSource> => {
  const adapter = createAdapter({
    ...options,
    provider: 'salesforce',
    operations: { ...crmOperations, token: 'other' },
  })
  const baseUrl = config.baseUrl ?? 'http://salesforce.invalid'
  const tokens = createTokens()

  const form = {
    grant_type: 'client_credentials',
    client_id: config.clientId ?? '',
    client_secret: config.clientSecret ?? '',
  }
  const fetchToken = () => requestToken(adapter, `${baseUrl}/services/oauth2/token`, form, tokenLifetimeMs)

  const { request, once } = createHttp(adapter, {
    baseUrl,
    credentials: {
      headers: async (signal) => {
        const timedOut = () => adapter.error('token', 'timeout', 'did not come in time')
        return { authorization: `Bearer ${await tokens.get(fetchToken, signal, timedOut)}` }
      },
      forget: tokens.forget,
    },
  })
  const ping = { path: `${root}/limits`, schema: z.unknown().transform(() => undefined) }

  const salesforce: CrmSource = {
    ping: (context) => request('ping', ping, context),
    changed: async (entity, { since, cursor, limit }, context) => {
      const { list, page: schema } = objects[entity]
      if (cursor !== undefined && !cursorPattern.test(cursor))
        throw adapter.error(list, 'invalid_data', 'the cursor is none of Salesforce’s')
      // The least and the most that Salesforce takes.
      const headers = { 'sforce-query-options': `batchSize=${Math.min(Math.max(limit, 200), 2_000)}` }
      const target =
        cursor === undefined ? { path: `${root}/query`, query: { q: soql(entity, since) } } : { path: cursor }
      const read = await request(list, { ...target, headers, schema }, context)
      return { items: read.records, nextCursor: read.done ? undefined : read.nextRecordsUrl }
    },
    write: async (entity, { externalId, fields }, context) => {
      const { type, write, body } = objects[entity]
      const path = `${root}/sobjects/${type}`
      if (externalId === undefined) {
        const schema = z.object({ id: z.string().min(1) })
        const { id } = await request(write, { method: 'POST', path, json: body(fields), schema }, context)
        return { externalId: id }
      }
      // Answered with 204.
      const schema = z.unknown().transform(() => ({ externalId }))
      const target = `${path}/${encodeURIComponent(externalId)}`
      return await request(write, { method: 'PATCH', path: target, json: body(fields), schema }, context)
    },
  }
  return { api: salesforce, adapter, probe: (limitMs) => once('ping', ping, limitMs) }
}
