import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sources } from '../../stack/sandbox/webhooks/event.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
  const { url } = await service.serve()
  await sandbox('PUT /sandbox/webhooks/target', { url, publicUrl: service.config.publicUrl })
})
afterAll(() => service?.stop())
beforeEach(async () => {
  await sandbox('DELETE /faults')
  await sandbox('DELETE /sandbox/webhooks/log')
})

const sandbox = async <Body = unknown>(what: string, json?: object): Promise<Body> => {
  const [method = '', path = ''] = what.split(' ')
  const body = json && JSON.stringify(json)
  const response = await fetch(service.sandboxUrl + path, { method, ...(body !== undefined && { body }) })
  if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`)
  return (response.status === 204 ? undefined : await response.json()) as Body
}

interface Sent {
  readonly sent: readonly { readonly eventId: string; readonly status: number; readonly attempts: number }[]
}

/** Lets the sandbox send as the provider does, and waits until everything was accepted or given up. */
const send = async (order: object) => (await sandbox<Sent>('POST /sandbox/webhooks/send', order)).sent

const stored = (source: (typeof sources)[number]) =>
  service.db
    .selectFrom('stored_webhook_events')
    .select(['event_id', 'contact_key', 'sequence'])
    .where('source', '=', source)
    .execute()

/** Of each contact, the numbers of its events in the order in which they arrived. */
const arrivalsByContact = async (): Promise<number[][]> => {
  const rows = await service.db
    .selectFrom('webhook_events')
    .selectAll()
    .where('source', '=', 'ghl')
    .orderBy('arrival')
    .execute()
  const byContact = new Map<string, number[]>()
  for (const { contact_key: key, sequence } of rows)
    byContact.set(key, [...(byContact.get(key) ?? []), Number(sequence)])
  return [...byContact.values()]
}

describe.each(sources)('%s', (source) => {
  test('is known by its signature, and each of its events is stored once under its own id', async () => {
    const sent = await send({ source, count: 6, spread: 2 })
    expect(sent.map(({ status, attempts }) => [status, attempts])).toEqual(Array(6).fill([202, 1]))
    const ids = (await stored(source)).map(({ event_id: id }) => id)
    expect(ids.toSorted()).toEqual(sent.map(({ eventId }) => eventId).toSorted())
  })

  test('delivers twice on purpose, which changes nothing', async () => {
    const before = (await stored(source)).length
    await sandbox(`PUT /faults/${source}`, { webhooks: { duplicateShare: 1 } })
    await send({ source, count: 4, spread: 2 })
    expect(await sandbox('GET /sandbox/webhooks/log')).toMatchObject({ sent: 4, accepted: 4, duplicates: 4 })
    expect(await stored(source)).toHaveLength(before + 4)
  })
})

test('events about one contact arrive in the order in which they happened', async () => {
  await service.db.deleteFrom('webhook_events').execute()
  await sandbox('DELETE /sandbox/webhooks/log')
  await send({ source: 'ghl', count: 200, spread: 8 })
  const arrivals = await arrivalsByContact()
  expect(arrivals).toHaveLength(8)
  for (const one of arrivals) expect(one).toEqual(one.toSorted((a, b) => a - b))
})

test('those that overtake each other all arrive', async () => {
  await service.db.deleteFrom('webhook_events').execute()
  await sandbox('PUT /faults/ghl', { webhooks: { outOfOrder: true } })
  const sent = await send({ source: 'ghl', count: 60, contact: 'overtaken' })
  expect(await stored('ghl')).toHaveLength(60)
  const [arrived = []] = await arrivalsByContact()
  const inOrder = arrived.toSorted((a, b) => a - b)
  expect(arrived).not.toEqual(inOrder)
  expect(inOrder).toHaveLength(sent.length)
})
