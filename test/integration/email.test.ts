import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { requestEmailSync } from '../../app/modules/email/mailboxes.ts'
import type { Line } from '../../app/realtime/hub.ts'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
let anna: string
let eve: string
let workspaceId: string
const collect = startTestMetrics()
const told: { type: string; data: unknown }[] = []

beforeAll(async () => {
  service = await startService()
  anna = await service.signIn('anna@crm.example')
  eve = await service.signIn('eve@other.example')
  workspaceId = (await (await service.ask('GET /api/workspace', { cookie: anna })).json()).id
  const { listener } = await service.serve()
  await vi.waitFor(() => expect(listener.isListening()).toBe(true))
  const line: Line = {
    type: 'sse',
    send: (message) => told.push(JSON.parse(message)) > 0,
    keepAlive: () => true,
    close: () => {},
    drop: () => {},
  }
  service.realtime.follow({ id: 'test', role: 'member', workspaceId }, line)
  await service.runJobs()
})
afterAll(() => service?.stop())
afterEach(() => sandbox('DELETE', '/faults'))

const sandbox = async (method: string, path: string, json?: unknown): Promise<unknown> => {
  const response = await fetch(service.sandboxUrl + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true)
  return response.json()
}

const stored = async (): Promise<number> => {
  const { count } = await service.db
    .selectFrom('emails')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const mailbox = () => service.db.selectFrom('mailboxes').selectAll().executeTakeFirstOrThrow()

/** What the webhook of Gmail leads to. */
const push = () =>
  service.db
    .transaction()
    .execute((trx) =>
      requestEmailSync({ jobs: service.queue }, trx, workspaceId, { emailAddress: 'Office@crm.example' }),
    )

const askForSync = async () => {
  const { id } = await mailbox()
  const answer = await service.ask(`POST /api/mailboxes/${id}/sync`, { cookie: anna, json: {} })
  expect(answer.status).toBe(202)
}

interface Emails {
  readonly emails: { id: string; contactId: string | null; receivedAt: string; from: { address: string } }[]
  readonly nextCursor: string | null
}

const list = async (query: string, cookie = anna): Promise<Emails> => {
  const answer = await service.ask(`GET /api/emails?${query}`, { cookie })
  expect(answer.status).toBe(200)
  return (await answer.json()) as unknown as Emails
}

describe('a mailbox', () => {
  it('is made at the first push, and read from beginning to end: each message once', async () => {
    const { items } = await service.outside.gmail.listMessages({ limit: 5 })
    const messages = await Promise.all(items.map(({ id }) => service.outside.gmail.message(id)))
    const received = messages.find(({ labels }) => !labels.includes('SENT'))
    const email = /<(.*)>/.exec(received?.from ?? '')?.[1] ?? ''
    const contact = await (
      await service.ask('POST /api/contacts', { cookie: anna, json: { name: 'Sender', email: email.toUpperCase() } })
    ).json()

    await push()
    // Two at once are harmless.
    await push()
    await vi.waitFor(async () => expect((await mailbox()).last_synced_at).not.toBeNull(), {
      timeout: 25_000,
      interval: 200,
    })
    expect(await stored()).toBe(3_000)
    expect(await mailbox()).toMatchObject({
      status: 'active',
      error: null,
      page_cursor: null,
      reading_history_id: null,
    })

    const of = await list(`contactId=${contact.id}`)
    expect(of.emails.length).toBeGreaterThan(0)
    for (const { contactId, from } of of.emails)
      expect([contactId, from.address]).toEqual([contact.id, expect.stringMatching(/@/)])
    const [point] = await collect('emails_synced_total')
    expect(point?.value).toBe(3_000)
    await vi.waitFor(() => expect(told.map(({ type }) => type)).toContain('email.synced'))
  })

  it('is listed page by page, newest first, for its workspace only', async () => {
    const first = await list('limit=100')
    const second = await list(`limit=100&cursor=${first.nextCursor}`)
    const times = [...first.emails, ...second.emails].map(({ receivedAt }) => receivedAt)
    expect(times).toHaveLength(200)
    expect(times).toEqual(times.toSorted().reverse())
    expect(new Set([...first.emails, ...second.emails].map(({ id }) => id)).size).toBe(200)
    expect((await list('', eve)).emails).toEqual([])

    const { id } = await mailbox()
    const shown = await (await service.ask('GET /api/mailboxes', { cookie: anna })).json()
    expect(shown).toMatchObject({ mailboxes: [{ id, status: 'active', error: null }], nextCursor: null })
    const others = await (await service.ask('GET /api/mailboxes', { cookie: eve })).json()
    expect(others).toEqual({ mailboxes: [], nextCursor: null })
    expect((await service.ask(`POST /api/mailboxes/${id}/sync`, { cookie: eve, json: {} })).status).toBe(404)
    expect((await service.ask('GET /api/emails?limit=101', { cookie: anna })).status).toBe(422)
    expect((await service.ask('GET /api/emails')).status).toBe(401)
  })

  it('is read on from where it was', async () => {
    const before = (await mailbox()).history_id
    await sandbox('POST', '/sandbox/gmail/messages', { count: 150 })
    await askForSync()
    await vi.waitFor(async () => expect(await stored()).toBe(3_150), { timeout: 10_000 })
    expect(Number((await mailbox()).history_id)).toBeGreaterThan(Number(before))
  })

  it('whose cursor is too old is read anew, and nothing is stored twice', async () => {
    await service.db.updateTable('mailboxes').set({ history_id: '1', last_synced_at: null }).execute()
    await sandbox('POST', '/sandbox/gmail/messages', { count: 1 })
    await askForSync()
    await vi.waitFor(async () => expect((await mailbox()).last_synced_at).not.toBeNull(), {
      timeout: 20_000,
      interval: 200,
    })
    expect(await stored()).toBe(3_151)
  })
})

describe('when Gmail', () => {
  it('asks to wait, the sync is put off until then, and then drains by itself', async () => {
    const before = await stored()
    await sandbox('POST', '/sandbox/gmail/messages', { count: 3 })
    await sandbox('PUT', '/faults/gmail', { rateLimit: { retryAfterSeconds: 4 } })
    const began = Date.now()
    await askForSync()
    await vi.waitFor(() => expect(service.outside.state('gmail').rateLimitedUntil).toBeDefined(), { timeout: 5_000 })
    await sandbox('DELETE', '/faults/gmail')
    await vi.waitFor(async () => expect(await stored()).toBe(before + 3), { timeout: 15_000 })
    expect(Date.now() - began).toBeGreaterThanOrEqual(4_000)
    expect(await mailbox()).toMatchObject({ status: 'active', error: null })
  })

  it.each([
    ['fails', { status: 500 }, 'dependency_unavailable'],
    ['answers nonsense', { malformed: true }, 'invalid_data'],
  ])('%s, the mailbox says so, and it is read when that is over', async (_, fault, reason) => {
    const before = await stored()
    await sandbox('POST', '/sandbox/gmail/messages', { count: 2 })
    await sandbox('PUT', '/faults/gmail', fault)
    await askForSync()
    await vi.waitFor(async () => expect(await mailbox()).toMatchObject({ status: 'error', error: reason }), {
      timeout: 15_000,
    })
    expect(await stored()).toBe(before)
    await sandbox('DELETE', '/faults/gmail')
    await vi.waitFor(async () => expect(await stored()).toBe(before + 2), { timeout: 25_000 })
    expect(await mailbox()).toMatchObject({ status: 'active', error: null })
  })
})
