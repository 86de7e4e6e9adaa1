import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AskOptions, type Service, startService } from './crm/service.ts'
import { signedWebhook } from './crm/webhooks.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let cookie: string
let other: string

beforeAll(async () => {
  service = await startService()
  cookie = await service.signIn('anna@crm.example')
  other = await service.signIn('eve@other.example')
  await service.runJobs()
})
afterAll(() => service?.stop())

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
const asked = async (what: string, options: AskOptions = {}): Promise<{ status: number; body: any }> => {
  const response = await service.ask(what, { cookie, ...options })
  return { status: response.status, body: await response.json() }
}

const asOperator = (what: string, json?: unknown) =>
  asked(what, {
    cookie: '',
    headers: { authorization: `Bearer ${service.config.adminSecret}` },
    ...(json !== undefined && { json }),
  })

const contact = async (phone: string | null, name = 'Somebody'): Promise<string> =>
  (await asked('POST /api/contacts', { json: { name, phone } })).body.id

/** @returns the provider's id of the event */
const webhook = async (source: 'ghl' | 'aloware' | 'verity', content: object): Promise<string> => {
  const eventId = randomUUID()
  const named = { webhookId: eventId, id: eventId, eventId, ...content }
  const { path, body, headers } = signedWebhook(source, named)
  expect((await service.ask(`POST ${path}`, { body, headers })).status).toBe(202)
  return eventId
}

const processed = (eventId: string) =>
  until(async () => {
    const row = await service.db
      .selectFrom('stored_webhook_events')
      .select(['status'])
      .where('event_id', '=', eventId)
      .executeTakeFirst()
    return row?.status === 'processed'
  })

const fault = (provider: string, json?: object) =>
  fetch(`${service.sandboxUrl}/faults/${provider}`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })

describe('a text message', () => {
  test('is given to Aloware, and is delivered when Aloware says so; its outcome is final', async () => {
    const contactId = await contact('+45 12 34 56 78')
    const { status, body } = await asked('POST /api/texts', { json: { contactId, message: 'We come at 10.' } })
    expect(status).toBe(202)
    expect(body).toMatchObject({ contactId, direction: 'outbound', status: 'queued', message: 'We come at 10.' })
    await until(async () => {
      const row = await service.db.selectFrom('text_messages').selectAll().where('id', '=', body.id).executeTakeFirst()
      return row?.provider_id !== null
    })
    const about = (event: string, sequence: number) => ({
      event,
      contact: { id: body.id },
      body: { external_id: body.id },
      sequence,
    })
    await processed(await webhook('aloware', about('sms-delivered', 1)))
    expect((await asked(`GET /api/texts/${body.id}`)).body.status).toBe('delivered')
    await processed(await webhook('aloware', about('sms-failed', 2)))
    expect((await asked(`GET /api/texts/${body.id}`)).body.status).toBe('delivered')
  })

  test('that arrives is stored once, with the contact who has its number', async () => {
    const contactId = await contact('+45 87 65 43 21')
    const content = {
      event: 'sms-received',
      contact: { id: '7' },
      body: { from: '+4587654321', message: 'Thank you!' },
    }
    const eventId = await webhook('aloware', content)
    await processed(eventId)
    const list = async () => (await asked(`GET /api/texts?contactId=${contactId}`)).body.texts
    expect(await list()).toMatchObject([{ direction: 'inbound', status: 'received', message: 'Thank you!' }])
    const { id } = (await asOperator('GET /api/admin/events?source=aloware&limit=1')).body.events[0]
    expect((await asOperator(`POST /api/admin/events/${id}/replay`)).status).toBe(202)
    await processed(eventId)
    expect(await list()).toHaveLength(1)
  })

  test('has failed when Aloware refuses it for good', async () => {
    const contactId = await contact('+45 22 22 22 22')
    await fault('aloware', { status: 400 })
    const { id } = (await asked('POST /api/texts', { json: { contactId, message: 'x' } })).body
    await until(async () => (await asked(`GET /api/texts/${id}`)).body.status === 'failed')
    await fault('aloware')
  })

  test('needs a contact of the workspace with a phone number, and is nobody else’s', async () => {
    const contactId = await contact(null)
    const without = await asked('POST /api/texts', { json: { contactId, message: 'x' } })
    expect(without).toMatchObject({ status: 422, body: { errors: [{ field: 'contactId' }] } })
    const unknown = await asked('POST /api/texts', { json: { contactId: randomUUID(), message: 'x' } })
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ field: 'contactId' }] } })
    const withPhone = await contact('+45 33 33 33 33')
    const { id } = (await asked('POST /api/texts', { json: { contactId: withPhone, message: 'x' } })).body
    expect((await asked(`GET /api/texts/${id}`, { cookie: other })).status).toBe(404)
    expect((await asked('GET /api/texts', { cookie: other })).body.texts).toEqual([])
  })

  test('is listed newest first, in pages', async () => {
    const first = (await asked('GET /api/texts?limit=2')).body
    expect(first.texts).toHaveLength(2)
    const second = (await asked(`GET /api/texts?limit=2&cursor=${first.nextCursor}`)).body
    const times = [...first.texts, ...second.texts].map(({ createdAt }: { createdAt: string }) => createdAt)
    expect(times).toEqual(times.toSorted().toReversed())
    expect((await asked('GET /api/texts?limit=101')).status).toBe(422)
  })
})

test('a broadcast goes to each number once, and counts what became of it', async () => {
  const contactIds = [await contact('+45 40 00 00 01'), await contact('+45 40 00 00 02'), await contact(null)]
  const created = await asked('POST /api/broadcasts', {
    json: { name: 'Offer', message: 'Ten percent off.', contactIds: [...contactIds, contactIds[0]] },
  })
  expect(created.status).toBe(202)
  expect(created.body).toMatchObject({ status: 'queued', recipients: { total: 2, pending: 2 } })
  const { id } = created.body
  const providerId = await until(async () => {
    const row = await service.db
      .selectFrom('broadcasts')
      .select('provider_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return row.provider_id ?? undefined
  })
  const tell = (type: string, recipientId: string, sequence: number) =>
    webhook('verity', { type: `broadcast.${type}`, broadcastId: providerId, recipientId, sequence })
  await tell('sent', '+4540000001', 1)
  await tell('delivered', '+4540000001', 2)
  await processed(await tell('failed', '+4540000002', 1))
  await processed(await tell('sent', '+4540000001', 3))
  const read = await asked(`GET /api/broadcasts/${id}`)
  expect(read.body).toMatchObject({
    status: 'sent',
    recipients: { total: 2, pending: 0, sent: 0, delivered: 1, failed: 1 },
  })
  expect((await asked('GET /api/broadcasts')).body.broadcasts).toMatchObject([{ id }])
  expect((await asked(`GET /api/broadcasts/${id}`, { cookie: other })).status).toBe(404)
  const nobody = { name: 'x', message: 'x', contactIds: [contactIds[2]] }
  expect((await asked('POST /api/broadcasts', { json: nobody })).status).toBe(422)
})

describe('a contact of GHL', () => {
  const told = (contactId: string, at: string, fields: object, sequence = 1) =>
    webhook('ghl', { type: 'ContactUpdate', timestamp: at, data: { contactId, sequence, ...fields } })
  const linked = (externalId: string) =>
    service.db
      .selectFrom('contact_links')
      .innerJoin('contacts', 'contacts.id', 'contact_links.contact_id')
      .select(['contacts.id', 'name', 'phone', 'email'])
      .where('external_id', '=', externalId)
      .execute()

  test('is made here, changes here, and an older change that comes late changes nothing', async () => {
    await processed(await told('g1', '2026-11-21T10:00:00Z', { firstName: 'Gro', lastName: 'Dahl', phone: '+45 1' }))
    expect(await linked('g1')).toMatchObject([{ name: 'Gro Dahl', phone: '+45 1' }])
    await processed(await told('g1', '2026-11-21T10:02:00Z', { phone: '+45 3' }, 3))
    await processed(await told('g1', '2026-11-21T10:01:00Z', { phone: '+45 2' }, 2))
    expect(await linked('g1')).toMatchObject([{ name: 'Gro Dahl', phone: '+45 3' }])
  })

  test('is one of ours when the address is the same; its line stands in the sync log', async () => {
    const { id } = (await asked('POST /api/contacts', { json: { name: 'Known', email: 'known@ghl.example' } })).body
    await processed(await told('g2', '2026-11-21T10:00:00Z', { email: 'Known@ghl.example', companyName: 'Known A/S' }))
    expect(await linked('g2')).toMatchObject([{ id, name: 'Known' }])
    const { entries } = (await asOperator('GET /api/admin/sync-log?direction=inbound&limit=1')).body
    expect(entries).toMatchObject([
      { provider: 'ghl', direction: 'inbound', entityType: 'contact', entityId: id, status: 'completed' },
    ])
  })

  test('is written there on request; a failure is a line as well', async () => {
    const { id } = (await asked('POST /api/contacts', { json: { name: 'Out Bound', email: 'out@bound.example' } })).body
    await fault('ghl', { status: 400 })
    expect((await asked(`POST /api/contacts/${id}/export`)).status).toBe(202)
    const entries = (status: string) =>
      until(async () => {
        const { body } = await asOperator(`GET /api/admin/sync-log?direction=outbound&status=${status}`)
        return body.entries.length > 0 && body.entries
      })
    expect((await entries('error'))[0]).toMatchObject({ entityId: id, status: 'error', errorMessage: 'invalid_data' })
    await fault('ghl')
    expect((await asked(`POST /api/contacts/${id}/export`)).status).toBe(202)
    expect((await entries('completed'))[0]).toMatchObject({ entityId: id, provider: 'ghl' })
    expect((await asked(`POST /api/contacts/${randomUUID()}/export`)).status).toBe(404)
  })
})
