import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { createHttp } from './http.ts'
import type { Billy, BillyInvoice } from './outside.ts'

const operations = {
  ping: 'other',
  create_contact: 'contact',
  create_invoice: 'invoice',
  invoice: 'invoice',
  list_invoices: 'invoice',
} as const

const invoiceSchema = z
  .object({
    id: z.string().min(1),
    invoiceNo: z.coerce.string(),
    state: z.string(),
    amount: z.number(),
    currencyId: z.string(),
    externalId: z.string().nullish(),
  })
  .transform(
    ({ currencyId, externalId, ...invoice }): BillyInvoice => ({
      ...invoice,
      currency: currencyId,
      externalId: externalId ?? undefined,
    }),
  )
/** Billy answers to a new record with a list of one. */
const createdInvoice = z.object({ invoices: z.tuple([invoiceSchema], z.unknown()) })
const createdContact = z.object({ contacts: z.tuple([z.object({ id: z.string().min(1) })], z.unknown()) })
const listSchema = z.object({
  invoices: z.array(invoiceSchema),
  meta: z.object({ paging: z.object({ page: z.int(), pageCount: z.int() }) }),
})

/** The most that Billy gives on a page. */
const longestPage = 1_000

/** Billy's API (accounting). The access token belongs to one organization. */
export const createBilly = (config: OutsideConfig['billy'], options: ClientOptions): Client<Billy> => {
  const adapter = createAdapter({ ...options, provider: 'billy', operations })
  const headers = { 'x-access-token': config.accessToken ?? '' }
  const { request, once } = createHttp(adapter, { baseUrl: config.baseUrl, credentials: { headers: () => headers } })
  const ping = { path: '/organization', schema: z.looseObject({}).transform(() => undefined) }

  const billy: Billy = {
    ping: (context) => request('ping', ping, context),
    createInvoice: async ({ externalId, customer, currency, entryDate, lines }, context) => {
      const contact = { name: customer.name, externalId: customer.externalId, countryId: 'DK' }
      const { contacts } = await request(
        'create_contact',
        { method: 'POST', path: '/contacts', json: { contact }, schema: createdContact, isIdempotent: true },
        context,
      )
      const invoice = {
        contactId: contacts[0].id,
        entryDate: entryDate.toISOString().slice(0, 10),
        currencyId: currency,
        externalId,
        lines,
      }
      const { invoices } = await request(
        'create_invoice',
        { method: 'POST', path: '/invoices', json: { invoice }, schema: createdInvoice, isIdempotent: true },
        context,
      )
      return invoices[0]
    },
    invoice: async (id, context) => {
      const schema = z.object({ invoice: invoiceSchema })
      return (await request('invoice', { path: `/invoices/${encodeURIComponent(id)}`, schema }, context)).invoice
    },
    listInvoices: async ({ cursor, limit }, context) => {
      const query = { page: cursor ?? 1, pageSize: Math.min(limit, longestPage) }
      const read = await request('list_invoices', { path: '/invoices', query, schema: listSchema }, context)
      const { page, pageCount } = read.meta.paging
      return { items: read.invoices, nextCursor: page < pageCount ? String(page + 1) : undefined }
    },
  }
  return { api: billy, adapter, probe: (limitMs) => once('ping', ping, limitMs) }
}
