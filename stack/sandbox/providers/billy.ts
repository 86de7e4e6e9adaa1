import { Hono } from 'hono'
import { z } from 'zod'
import { same, wants } from '../kit/credentials.ts'
import { numberedPage, readNumber } from '../kit/paging.ts'
import { dataEnd, modifiedIn2025, personOf } from '../kit/people.ts'
import { draw, newName } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import type { ProviderApp } from './provider.ts'

export interface BillyOptions {
  readonly token: string
  readonly now?: () => number
}

interface Line {
  readonly description: string
  readonly quantity: number
  readonly unitPrice: number
}

interface Invoice extends Kept {
  readonly invoiceNo: string
  readonly contactId: string
  readonly state: 'draft' | 'approved' | 'voided'
  readonly isPaid: boolean
  readonly amount: number
  readonly tax: number
  readonly currencyId: string
  /** `2026-01-31`. */
  readonly entryDate: string
  readonly dueDate: string
  readonly externalId: string | undefined
  readonly lines: readonly Line[]
}

interface Contact extends Kept {
  readonly name: string
  readonly externalId: string | undefined
  readonly countryId: string
}

const size = 2_000
const day = 86_400_000
const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
const total = (lines: readonly Line[]): number =>
  Math.round(lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0) * 100) / 100
/** Danish VAT. */
const taxOf = (amount: number): number => Math.round(amount * 25) / 100

function madeInvoice(number: number): Invoice {
  const random = draw('billy', number)
  const modifiedAt = modifiedIn2025(number, size)
  const lines = Array.from({ length: random.int(1, 4) }, () => ({
    description: random.pick(['Consulting', 'Licence', 'Support', 'Workshop', 'Travel']),
    quantity: random.int(1, 20),
    unitPrice: random.int(5, 150) * 10,
  }))
  return {
    id: random.name(22),
    invoiceNo: String(1_001 + number),
    contactId: `sandbox-contact-${random.int(0, 399)}`,
    state: random.pick(['approved', 'approved', 'approved', 'draft', 'voided']),
    isPaid: random.int(0, 2) > 0,
    amount: total(lines),
    tax: taxOf(total(lines)),
    currencyId: random.pick(['DKK', 'DKK', 'EUR']),
    entryDate: dateOf(modifiedAt),
    dueDate: dateOf(modifiedAt + 14 * day),
    externalId: undefined,
    lines,
    modifiedAt,
  }
}

const madeContact = (number: number): Contact => ({
  id: `sandbox-contact-${number}`,
  name: personOf(number).company,
  externalId: undefined,
  countryId: 'DK',
  modifiedAt: dataEnd - 1_000 + number,
})

export function billy({ token, now = Date.now }: BillyOptions): ProviderApp {
  const invoices = new Records<Invoice>({ make: () => Array.from({ length: size }, (_, n) => madeInvoice(n)), now })
  const contacts = new Records<Contact>({ make: () => Array.from({ length: 400 }, (_, n) => madeContact(n)), now })
  let lastNo = 1_000 + size

  const app = new Hono()
  app.use(wants('billy', 'X-Access-Token', (c) => same(c.req.header('X-Access-Token') ?? '', token)))
  app.get('/organization', (c) =>
    c.json({ organization: { id: 'sandbox-organization', name: 'CRM ApS', countryId: 'DK', baseCurrencyId: 'DKK' } }),
  )

  app.get('/invoices', (c) => {
    const page = readNumber(c, 'page', { fallback: 1, most: 100_000 })
    const pageSize = readNumber(c, 'pageSize', { fallback: 100, most: 1_000 })
    const { items, pageCount } = numberedPage(invoices.list(), page, pageSize)
    const paging = { page, pageCount, pageSize, total: invoices.size }
    return c.json({ meta: { statusCode: 200, success: true, paging }, invoices: items.map(shown) })
  })
  app.get('/invoices/:id', (c) => {
    const invoice = invoices.get(c.req.param('id'))
    if (!invoice) throw new BadRequest('not_found', 'There is no invoice of that id.', 404)
    return c.json({ invoice: { ...shown(invoice), lines: invoice.lines } })
  })
  app.post('/invoices', async (c) => {
    const { invoice: given } = await readJson(c, writtenInvoice)
    const known = byExternalId(invoices, given.externalId)
    if (known) return c.json({ invoices: [shown(known)] })
    if (!contacts.get(given.contactId)) {
      throw new BadRequest('invalid_body', 'contactId: there is no such contact; make one with POST /contacts.', 422)
    }
    lastNo += 1
    const { entryDate, ...rest } = given
    const invoice = invoices.put({
      ...rest,
      id: newName(22),
      invoiceNo: String(lastNo),
      state: 'approved',
      isPaid: false,
      amount: total(given.lines),
      tax: taxOf(total(given.lines)),
      entryDate,
      dueDate: given.dueDate ?? dateOf(Date.parse(entryDate) + 14 * day),
      externalId: given.externalId,
    })
    return c.json({ invoices: [shown(invoice)] })
  })

  app.post('/contacts', async (c) => {
    const { contact: given } = await readJson(c, writtenContact)
    const known = byExternalId(contacts, given.externalId)
    const contact = known ?? contacts.put({ id: newName(22), ...given, externalId: given.externalId })
    return c.json({ contacts: [shownContact(contact)] })
  })
  app.get('/contacts/:id', (c) => {
    const contact = contacts.get(c.req.param('id'))
    if (!contact) throw new BadRequest('not_found', 'There is no contact of that id.', 404)
    return c.json({ contact: shownContact(contact) })
  })

  return {
    name: 'billy',
    path: '/billy/v2',
    sets: [invoices, contacts],
    app,
    // What was not paid is paid, and the other way round.
    touch: (count) => invoices.touch(count, (one) => ({ ...one, isPaid: !one.isPaid })).map(({ id }) => id),
  }
}

const date = z.iso.date({ error: 'write a day such as 2026-01-31' })
const externalId = z.string().min(1).max(200).optional()
const writtenInvoice = z.object({
  invoice: z.object({
    contactId: z.string().min(1),
    entryDate: date,
    dueDate: date.optional(),
    currencyId: z.string().regex(/^[A-Z]{3}$/, { error: 'a currency has three capital letters: DKK' }),
    externalId,
    lines: z
      .array(
        z.object({
          description: z.string().max(1_000).default(''),
          quantity: z.number().positive(),
          unitPrice: z.number(),
        }),
      )
      .min(1, { error: 'an invoice has at least one line' })
      .max(200),
  }),
})
const writtenContact = z.object({
  contact: z.object({ name: z.string().min(1).max(300), externalId, countryId: z.string().length(2).default('DK') }),
})

const byExternalId = <Item extends Kept & { readonly externalId: string | undefined }>(
  records: Records<Item>,
  wanted: string | undefined,
): Item | undefined => (wanted === undefined ? undefined : records.list().find((one) => one.externalId === wanted))

const shown = ({ lines, modifiedAt, externalId: known, ...invoice }: Invoice) => ({
  ...invoice,
  ...(known !== undefined && { externalId: known }),
  updatedTime: new Date(modifiedAt).toISOString(),
})

const shownContact = ({ modifiedAt, externalId: known, ...contact }: Contact) => ({
  ...contact,
  ...(known !== undefined && { externalId: known }),
  updatedTime: new Date(modifiedAt).toISOString(),
})
