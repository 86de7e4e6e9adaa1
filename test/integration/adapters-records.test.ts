import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createOutside } from '../../app/adapters/create.ts'
import type { CrmSource, ExternalRecord, Page, SyncEntity } from '../../app/adapters/outside.ts'
import { readConfig } from '../../app/config.ts'
import { type Clients, failureOf, startClients } from './adapters/outside.ts'
import { startSandbox } from './crm/processes.ts'

let sandbox: Awaited<ReturnType<typeof startSandbox>>
let clients: Clients
beforeAll(async () => {
  sandbox = await startSandbox()
  clients = startClients(sandbox, { policy: {} })
})
afterAll(async () => {
  await clients.end()
  await sandbox.stop()
})

/** Every item, page by page. */
const all = async <Item>(next: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await next(cursor)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return items
}

/** Changes some records, as people at the provider would. @returns their ids */
const touch = async (provider: string, count: number): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${sandbox.url}/sandbox/${provider}/touch`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ count }),
  })
  expect(answer.status).toBeLessThan(300)
}

describe('Gmail', () => {
  test('all messages are found page by page, each once', async () => {
    const { gmail } = clients.outside
    const { messagesTotal } = await gmail.profile()
    expect(messagesTotal).toBeGreaterThanOrEqual(3_000)
    const ids = (await all((cursor) => gmail.listMessages({ cursor, limit: 500 }))).map(({ id }) => id)
    expect(new Set(ids).size).toBe(messagesTotal)
    expect(ids).toHaveLength(messagesTotal)
  })

  test('a message is read with its headers', async () => {
    const { gmail } = clients.outside
    const [first] = (await gmail.listMessages({ limit: 1 })).items
    const message = await gmail.message(first?.id ?? '')
    expect(message).toMatchObject({ ...first, from: expect.stringContaining('@'), to: expect.stringContaining('@') })
    expect(message.subject).not.toBe('')
    expect(message.receivedAt.getTime()).toBeGreaterThan(Date.parse('2020-01-01'))
    expect(await failureOf(gmail.message('none'))).toMatchObject({ reason: 'not_found', status: 404 })
  })

  test('history tells what is new since the cursor; one that is too old is not found', async () => {
    const { gmail } = clients.outside
    const { historyId } = await gmail.profile()
    await touch('gmail', 3)
    const since = await gmail.history(historyId)
    expect(since.added).toHaveLength(3)
    expect(since.historyId).not.toBe(historyId)
    expect((await gmail.history(since.historyId)).added).toEqual([])
    expect(await failureOf(gmail.history('1'))).toMatchObject({ reason: 'not_found', retryable: false })
  })
})

describe('Google Calendar', () => {
  const event = {
    id: 'v1s1t0001',
    summary: 'Visit',
    startsAt: new Date('2027-01-04T09:00:00.000Z'),
    endsAt: new Date('2027-01-04T10:00:00.000Z'),
  }

  test('an event is created once, however often, and is gone after the first deletion', async () => {
    const { calendar } = clients.outside
    expect(await calendar.calendarExists()).toBe(true)
    expect(await calendar.createEvent(event)).toMatchObject({ id: event.id })
    expect(await calendar.createEvent(event)).toMatchObject({ id: event.id })
    const day = { from: new Date('2027-01-04T00:00:00Z'), to: new Date('2027-01-05T00:00:00Z') }
    const found = () => all((cursor) => calendar.listEvents({ ...day, cursor, limit: 2 }))
    expect((await found()).filter(({ id }) => id === event.id)).toEqual([event])
    await calendar.deleteEvent(event.id)
    await calendar.deleteEvent(event.id)
    expect((await found()).filter(({ id }) => id === event.id)).toEqual([])
  })
})

const sources: readonly { name: 'salesforce' | 'hubspot'; contacts: number; deals: number }[] = [
  { name: 'salesforce', contacts: 2_500, deals: 1_200 },
  { name: 'hubspot', contacts: 2_500, deals: 1_200 },
]

describe.each(sources)('$name', ({ name, contacts, deals }) => {
  const changed = (source: CrmSource, entity: SyncEntity, since?: Date): Promise<ExternalRecord[]> =>
    all((cursor) => source.changed(entity, { since, cursor, limit: 200 }))
  const newest = (records: readonly ExternalRecord[]): Date =>
    new Date(Math.max(...records.map(({ updatedAt }) => updatedAt.getTime())))

  test('all records are found, oldest change first, each once', async () => {
    const source = clients.outside[name]
    for (const [entity, expected] of [['contact', contacts] as const, ['deal', deals] as const]) {
      const records = await changed(source, entity)
      expect(new Set(records.map(({ externalId }) => externalId)).size).toBe(expected)
      expect(records).toHaveLength(expected)
      const times = records.map(({ updatedAt }) => updatedAt.getTime())
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
  })

  test('only what changed is read, from the moment itself on', async () => {
    const source = clients.outside[name]
    const since = newest(await changed(source, 'contact'))
    await touch(name, 4)
    const records = [
      ...(await changed(source, 'contact', new Date(since.getTime() + 1))),
      ...(await changed(source, 'deal', new Date(since.getTime() + 1))),
    ]
    expect(records).toHaveLength(4)
    expect((await changed(source, 'contact', since)).length).toBeGreaterThan(0)
  })

  test('what is written is read again', async () => {
    const source = clients.outside[name]
    const since = new Date(Date.now() - 1_000)
    const fields = { name: 'Ida Holm', email: 'ida@holm.example', phone: '+4512345678', company: 'Holm' }
    const { externalId } = await source.write('contact', { fields })
    await source.write('contact', { externalId, fields: { company: 'Holm & Søn' } })
    const records = await changed(source, 'contact', since)
    const written = records.filter((record) => record.externalId === externalId)
    expect(written.map((record) => record.fields)).toEqual([{ ...fields, company: 'Holm & Søn' }])

    const deal = { title: 'Windows', amount: 1_200, stage: 'proposal' }
    const made = await source.write('deal', { fields: deal })
    const found = await changed(source, 'deal', since)
    expect(found.filter((record) => record.externalId === made.externalId).map((record) => record.fields)).toEqual([
      deal,
    ])
  })
})

describe('GHL', () => {
  const changed = (since?: Date) =>
    all((cursor) => clients.outside.ghl.changed('contact', { since, cursor, limit: 100 }))

  test('all contacts are found page by page; there are no deals', async () => {
    const ids = (await changed()).map(({ externalId }) => externalId)
    expect(new Set(ids).size).toBe(5_000)
    expect(ids).toHaveLength(5_000)
    expect(await clients.outside.ghl.changed('deal', { limit: 10 })).toEqual({ items: [], nextCursor: undefined })
    expect(await failureOf(clients.outside.ghl.write('deal', { fields: {} }))).toMatchObject({ reason: 'invalid_data' })
  })

  test('a contact is written once, however often, and read again as what changed', async () => {
    const { ghl } = clients.outside
    const since = new Date(Date.now() - 1_000)
    const fields = { name: 'Ida Holm', email: 'ida@holm.example', phone: null, company: 'Holm' }
    const { externalId } = await ghl.write('contact', { fields })
    expect(await ghl.write('contact', { fields })).toEqual({ externalId })
    await ghl.write('contact', { externalId, fields: { company: 'Holm & Søn' } })
    const written = await changed(since)
    expect(written).toMatchObject([{ externalId, fields: { ...fields, company: 'Holm & Søn' } }])
  })
})

describe('Billy', () => {
  const invoice = {
    externalId: 'deal-1',
    customer: { externalId: 'contact-1', name: 'Holm ApS' },
    currency: 'DKK',
    entryDate: new Date('2026-11-21T10:00:00Z'),
    lines: [
      { description: 'Windows', quantity: 3, unitPrice: 100 },
      { description: 'Doors', quantity: 1, unitPrice: 50.5 },
    ],
  }

  test('an invoice is made once, however often', async () => {
    const { billy } = clients.outside
    const made = await billy.createInvoice(invoice)
    expect(made).toMatchObject({ amount: 350.5, currency: 'DKK', externalId: 'deal-1' })
    expect(await billy.createInvoice(invoice)).toEqual(made)
    expect(await billy.invoice(made.id)).toEqual(made)
    expect(await failureOf(billy.invoice('none'))).toMatchObject({ reason: 'not_found' })
  })

  test('all invoices are found page by page', async () => {
    const found = await all((cursor) => clients.outside.billy.listInvoices({ cursor, limit: 700 }))
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
    expect(found.length).toBeGreaterThanOrEqual(2_000)
  })
})

test('a text message is sent once, however often', async () => {
  const { aloware } = clients.outside
  await aloware.ping()
  const text = { externalId: 'text-1', to: '+4512345678', message: 'On my way.' }
  const sent = await aloware.sendText(text)
  expect(sent.status).toBe('queued')
  expect(await aloware.sendText(text)).toEqual(sent)
  expect(await failureOf(aloware.sendText({ ...text, to: 'nobody' }))).toMatchObject({ reason: 'invalid_data' })
})

test('a broadcast is made once, however often, and asked for', async () => {
  const { verity } = clients.outside
  await verity.ping()
  const broadcast = { externalId: 'broadcast-1', name: 'Offer', message: 'Hello', recipients: ['1', '2', '30000'] }
  const { id } = await verity.createBroadcast(broadcast)
  expect((await verity.createBroadcast(broadcast)).id).toBe(id)
  await vi.waitFor(async () => expect(await verity.broadcast(id)).toEqual({ id, status: 'sent', sent: 2, failed: 1 }), {
    timeout: 3_000,
  })
})

test('what is not configured says so, and is not reachable', async () => {
  const config = readConfig({ APP_ENV: 'test' })
  const outside = createOutside({ ...config.outside, verity: { ...config.outside.verity, apiKey: undefined } })
  expect([outside.isConfigured('verity'), outside.isConfigured('billy')]).toEqual([false, true])
  expect(await outside.reachable('verity', 1_000)).toBe(false)
  const failure = await failureOf(outside.verity.ping())
  expect(failure.message).toBe('verity.ping: is not configured; set VERITY_API_KEY and start again')
  expect(failure).toMatchObject({ reason: 'unauthorized', retryable: false })
})
