import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CrmSource, ExternalRecord, Page, SyncEntity } from '../../app/adapters/outside.ts'
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
