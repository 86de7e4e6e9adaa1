import { beforeEach, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

interface Invoice {
  readonly id: string
  readonly amount: number
  readonly invoiceNo: string
  readonly isPaid: boolean
}
interface Invoices {
  readonly invoices: readonly Invoice[]
  readonly meta: { readonly paging: { page: number; pageCount: number; pageSize: number; total: number } }
}

const auth = { 'X-Access-Token': 'sandbox-billy-token' }
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
beforeEach(async () => {
  sandbox = await sandboxForTest()
})
const ask = (method: string, path: string, body?: unknown) => sandbox.ask(method, `/billy/v2${path}`, body, auth)
const list = (pageSize = 1_000) =>
  walk(
    (page) => sandbox.json<Invoices>(ask('GET', `/invoices?pageSize=${pageSize}&page=${page ?? 1}`)),
    ({ invoices, meta: { paging } }) => ({
      items: invoices,
      next: paging.page < paging.pageCount ? String(paging.page + 1) : undefined,
    }),
  )

const invoice = {
  contactId: 'sandbox-contact-7',
  entryDate: '2026-01-20',
  currencyId: 'DKK',
  externalId: 'crm-1',
  lines: [
    { description: 'Consulting', quantity: 3, unitPrice: 100.5 },
    { description: 'Travel', quantity: 1, unitPrice: 50 },
  ],
}

it('has 2,000 invoices, each once, whatever the size of the pages', async () => {
  const seen = await list(700)
  expect(seen).toHaveLength(2_000)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(2_000)
  expect(await list()).toEqual(seen)
})

it('makes one invoice for one externalId', async () => {
  const first = await ask('POST', '/invoices', { invoice })
  const body = await sandbox.json<Invoices>(first)
  expect([first.status, body.invoices[0]]).toEqual([
    200,
    expect.objectContaining({ amount: 351.5, tax: 87.88, dueDate: '2026-02-03', externalId: 'crm-1', isPaid: false }),
  ])
  expect(await sandbox.json(ask('POST', '/invoices', { invoice }))).toEqual(body)
  const other = await sandbox.json<Invoices>(ask('POST', '/invoices', { invoice: { ...invoice, externalId: 'crm-2' } }))
  expect(other.invoices[0]?.invoiceNo).not.toBe(body.invoices[0]?.invoiceNo)
  expect(await list()).toHaveLength(2_002)
  expect(await sandbox.json(ask('GET', `/invoices/${body.invoices[0]?.id}`))).toMatchObject({
    invoice: { externalId: 'crm-1', lines: invoice.lines },
  })
})

it('makes one contact for one externalId, and invoices it', async () => {
  const contact = { name: 'Blue Harbour', externalId: 'contact-1', countryId: 'DK' }
  const made = await sandbox.json<{ contacts: [{ id: string }] }>(ask('POST', '/contacts', { contact }))
  expect(await sandbox.json(ask('POST', '/contacts', { contact }))).toEqual(made)
  const contactId = made.contacts[0].id
  expect((await ask('POST', '/invoices', { invoice: { ...invoice, contactId } })).status).toBe(200)
})

it.each([
  ['an unknown contact', { contactId: 'nobody' }, /contactId/],
  ['no lines', { lines: [] }, /at least one line/],
  ['a day that is none', { entryDate: '31.1.2026' }, /2026-01-31/],
  ['a currency that is none', { currencyId: 'kr' }, /DKK/],
])('refuses %s', async (_, wrong, message) => {
  const response = await ask('POST', '/invoices', { invoice: { ...invoice, ...wrong } })
  expect([response.status, await response.text()]).toEqual([422, expect.stringMatching(message)])
})

it('wants its token', async () => {
  expect((await ask('GET', '/organization')).status).toBe(200)
  expect((await sandbox.ask('GET', '/billy/v2/organization', undefined, { 'X-Access-Token': 'x' })).status).toBe(401)
  expect((await ask('GET', '/invoices?pageSize=1001')).status).toBe(400)
  expect((await ask('GET', '/invoices/nothing')).status).toBe(404)
})

it('pays what is touched, or takes it back', async () => {
  const before = await list()
  const { touched } = await sandbox.json<{ touched: string[] }>(
    sandbox.ask('POST', '/sandbox/billy/touch', { count: 3 }),
  )
  const after = await list()
  const changed = after.filter(({ isPaid }, index) => isPaid !== before[index]?.isPaid)
  expect(changed.map(({ id }) => id)).toEqual(touched)
})
