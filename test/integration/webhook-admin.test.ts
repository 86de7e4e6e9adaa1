import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processWebhooks, type WebhookHandler } from '../../app/modules/webhooks/process.ts'
import { type Service, startService } from './crm/service.ts'
import { signedWebhook } from './crm/webhooks.ts'

let service: Service
let member: string
let admin: string

beforeAll(async () => {
  service = await startService()
  member = await service.signIn('anna@crm.example')
  admin = await service.signIn('admin@crm.example')
})
afterAll(() => service?.stop())

let broken = false
const handler: WebhookHandler = {
  apply: async () => {
    if (broken) throw new TypeError('cannot read')
    return undefined
  },
}
const handlers = {
  ghl: handler,
  aloware: handler,
  verity: handler,
  gmail: handler,
  salesforce: handler,
  hubspot: handler,
}

const work = (contactKey: string, number = 1) =>
  processWebhooks(
    { config: service.config, db: service.db, jobs: service.queue },
    handlers,
    { source: 'ghl', contactKey, eventId: '' },
    { number, isLast: false },
  )

const secret = () => ({ authorization: `Bearer ${service.config.adminSecret}` })

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
const asOperator = async (what: string, json?: unknown): Promise<{ status: number; body: any }> => {
  const response = await service.ask(what, { headers: secret(), ...(json !== undefined && { json }) })
  return { status: response.status, body: await response.json() }
}

const send = async (source: 'ghl' | 'aloware', contactId: string, sequence: number): Promise<string> => {
  const eventId = randomUUID()
  const content =
    source === 'ghl'
      ? { webhookId: eventId, type: 'ContactUpdate', data: { contactId, sequence } }
      : { id: eventId, event: 'sms-received', contact: { id: contactId }, sequence }
  const { path, body, headers } = signedWebhook(source, content)
  expect((await service.ask(`POST ${path}`, { body, headers })).status).toBe(202)
  const row = await service.db
    .selectFrom('stored_webhook_events')
    .select('id')
    .where('event_id', '=', eventId)
    .executeTakeFirstOrThrow()
  return row.id
}

const eventOf = async (id: string) =>
  await service.db.selectFrom('stored_webhook_events').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test.each([
  'GET /api/admin/events',
  'GET /api/admin/events/counts',
  'GET /api/admin/queues',
  'GET /api/admin/jobs',
  'GET /api/admin/sync-log',
  'POST /api/jobs/process-pending',
  `POST /api/admin/events/${randomUUID()}/replay`,
  `POST /api/admin/events/${randomUUID()}/quarantine`,
])('%s is for operators', async (what) => {
  const status = async (options: object) => (await service.ask(what, { json: undefined, ...options })).status
  expect(await status({})).toBe(401)
  expect(await status({ headers: { authorization: 'Bearer wrong' } })).toBe(401)
  expect(await status({ cookie: member })).toBe(403)
  const json = what.endsWith('quarantine') ? { json: { reason: 'x' } } : {}
  const allowed = what.startsWith('POST /api/admin/events/') ? 404 : 200
  expect(await status({ cookie: admin, ...json })).toBe(allowed)
  expect(await status({ headers: secret(), ...json })).toBe(allowed)
})

describe('the list of events', () => {
  test('is newest first, over all sources, in pages, by source and by status, and shows no payload', async () => {
    const ids = [await send('ghl', 'list', 1), await send('aloware', 'list', 2), await send('ghl', 'list', 3)]
    const first = (await asOperator('GET /api/admin/events?limit=2')).body
    expect(first.events.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]])
    const second = (await asOperator(`GET /api/admin/events?limit=2&cursor=${first.nextCursor}`)).body
    expect(second.events[0].id).toBe(ids[0])
    expect(second.nextCursor).toBeNull()
    expect((await asOperator('GET /api/admin/events?source=aloware')).body.events).toMatchObject([{ id: ids[1] }])
    expect((await asOperator('GET /api/admin/events?status=processed')).body.events).toEqual([])
    expect(Object.keys(first.events[0])).not.toContain('payload')
    expect((await asOperator('GET /api/admin/events?limit=101')).status).toBe(422)
    expect((await asOperator('GET /api/admin/events?status=lost')).status).toBe(422)
  })

  test('is searched by the numbers of an event, by what it is about, and by the beginning of its type', async () => {
    const [id, other] = [await send('ghl', 'searched', 1), await send('aloware', 'searched%', 2)]
    const { event_id } = await eventOf(id)
    const found = async (q: string) =>
      (await asOperator(`GET /api/admin/events?${new URLSearchParams({ q })}`)).body.events.map(
        (event: { id: string }) => event.id,
      )
    expect(await found(id)).toEqual([id])
    expect(await found(event_id)).toEqual([id])
    expect(await found('searched%')).toEqual([other])
    expect(await found('contactup')).toContain(id)
    expect(await found('contactup')).not.toContain(other)
    expect(await found('%')).toEqual([])
    expect((await asOperator(`GET /api/admin/events/${id}`)).body).toMatchObject({ id, contactKey: 'searched' })
    expect((await asOperator(`GET /api/admin/events/${randomUUID()}`)).status).toBe(404)
  })

  test('has counts by source and status', async () => {
    const countOf = async (source: string): Promise<number> => {
      const { counts } = (await asOperator('GET /api/admin/events/counts')).body
      const found = counts.find(
        (count: { source: string; status: string }) => count.source === source && count.status === 'pending',
      )
      return found?.count ?? 0
    }
    const [ghl, aloware] = [await countOf('ghl'), await countOf('aloware')]
    await send('aloware', 'counted', 1)
    expect([await countOf('ghl'), await countOf('aloware')]).toEqual([ghl, aloware + 1])
  })
})

describe('an event', () => {
  test('that failed is worked off after a replay, when its cause is gone', async () => {
    const id = await send('ghl', 'replayed', 1)
    broken = true
    for (const number of [2, 3, 4, 5]) await expect(work('replayed', number)).rejects.toThrow('cannot read')
    await work('replayed', 6)
    broken = false
    expect(await eventOf(id)).toMatchObject({ status: 'error', error_message: 'internal', attempts: 5 })
    const { events } = (await asOperator('GET /api/admin/events?status=error')).body
    expect(events).toMatchObject([{ id, errorMessage: 'internal' }])
    const replay = await asOperator(`POST /api/admin/events/${id}/replay`)
    expect(replay).toMatchObject({ status: 202, body: { id, status: 'pending', attempts: 0, errorMessage: null } })
    expect(await liveJobs('ghl:replayed')).toBeGreaterThan(0)
    await work('replayed')
    expect(await eventOf(id)).toMatchObject({ status: 'processed', error_message: null })
  })

  test('that is put aside is left alone, its successors go on, and a replay brings it back', async () => {
    const id = await send('ghl', 'aside', 1)
    await send('ghl', 'aside', 2)
    const aside = await asOperator(`POST /api/admin/events/${id}/quarantine`, { reason: 'looks wrong' })
    expect(aside).toMatchObject({ status: 200, body: { status: 'quarantined', quarantineReason: 'looks wrong' } })
    await work('aside')
    expect(await eventOf(id)).toMatchObject({ status: 'quarantined' })
    const [successor] = (await asOperator('GET /api/admin/events?status=processed&limit=1')).body.events
    expect(successor).toMatchObject({ contactKey: 'aside', sequence: 2 })
    expect((await asOperator(`POST /api/admin/events/${successor.id}/quarantine`, { reason: 'late' })).status).toBe(409)
    expect((await asOperator(`POST /api/admin/events/${id}/quarantine`, {})).status).toBe(422)
    await asOperator(`POST /api/admin/events/${id}/replay`)
    await work('aside')
    expect(await eventOf(id)).toMatchObject({ status: 'processed', quarantine_reason: null })
  })
})

const liveJobs = async (key: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pgboss.job where singleton_key = ${key} and state < 'completed'`.execute(
    service.db,
  )
  return rows[0]?.count ?? -1
}

test('process-pending enqueues what has no job, and frees a contact whose job failed for good', async () => {
  await send('ghl', 'lost', 1)
  await send('ghl', 'lost', 2)
  await send('ghl', 'stuck', 1)
  expect((await asOperator('POST /api/jobs/process-pending')).body).toEqual({ enqueued: 0 })
  await sql`delete from pgboss.job where singleton_key = 'ghl:lost'`.execute(service.db)
  await sql`update pgboss.job set state = 'failed' where singleton_key = 'ghl:stuck'`.execute(service.db)
  expect((await asOperator('POST /api/jobs/process-pending')).body).toEqual({ enqueued: 2 })
  expect([await liveJobs('ghl:lost'), await liveJobs('ghl:stuck')]).toEqual([1, 1])
  const { rows } = await sql`select from pgboss.job where singleton_key = 'ghl:stuck' and state = 'failed'`.execute(
    service.db,
  )
  expect(rows).toEqual([])
  expect((await asOperator('POST /api/jobs/process-pending')).body).toEqual({ enqueued: 0 })
})

describe('the list of jobs', () => {
  test('says what each is about, where it stands and why, newest first, in pages', async () => {
    const id = await send('ghl', 'job-list', 1)
    const list = async (query = '') => (await asOperator(`GET /api/admin/jobs?queue=webhook-processing${query}`)).body
    const [newest] = (await list('&limit=1')).jobs
    expect(newest).toMatchObject({
      queueName: 'webhook-processing',
      state: 'waiting',
      delayReason: null,
      attempt: 1,
      mostAttempts: 11,
      about: { source: 'ghl', contactKey: 'job-list', eventId: id },
    })
    expect(Object.keys(newest.about)).not.toContain('trace')
    const more = await list('&limit=1&state=waiting')
    expect((await list(`&limit=1&state=waiting&cursor=${more.nextCursor}`)).jobs[0].id).not.toBe(newest.id)
    expect((await asOperator('GET /api/admin/jobs?queue=nobody')).status).toBe(422)

    const output = JSON.stringify({ error: 'AdapterError', reason: 'timeout', provider: 'ghl' })
    await sql`
      update pgboss.job set state = 'retry', retry_count = 2, output = ${output}::jsonb,
        start_after = now() + interval '1 minute'
      where name = 'webhook-processing' and id = ${newest.id}`.execute(service.db)
    expect((await list('&state=delayed')).jobs).toMatchObject([
      { id: newest.id, delayReason: 'retry', provider: 'ghl', attempt: 3, errorReason: 'timeout' },
    ])
    const { queues } = (await asOperator('GET /api/admin/queues')).body
    expect(queues.find(({ queueName }: { queueName: string }) => queueName === 'webhook-processing')).toMatchObject({
      delayed: 1,
      waits: [{ reason: 'retry', provider: 'ghl', jobs: 1, nextAt: expect.any(String), lastAt: expect.any(String) }],
    })
  })
})
