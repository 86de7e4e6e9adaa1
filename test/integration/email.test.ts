import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { sendEmail } from '../../app/modules/email/sending.ts'
import type { Line } from '../../app/realtime/hub.ts'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { publicUrl, type Service, startService } from './crm/service.ts'

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
  const { listener, url } = await service.serve()
  await sandbox('PUT', '/sandbox/webhooks/target', { url, publicUrl })
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

/** Google tells us, by its signed webhook, that the mailbox has changed. */
const push = () => sandbox('POST', '/sandbox/webhooks/send', { source: 'gmail' })

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
    // The sandbox tells us of it.
    await sandbox('POST', '/sandbox/gmail/messages', { count: 150 })
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
    const until = service.outside.state('gmail').rateLimitedUntil?.getTime() ?? 0
    // Whoever looks is told why, and until when.
    const secret = { headers: { authorization: `Bearer ${service.config.adminSecret}` } }
    const waits = await vi.waitFor(
      async () => {
        const { queues } = (await (await service.ask('GET /api/admin/queues', secret)).json()) as unknown as Queues
        const found = queues.find(({ queueName }) => queueName === 'email-sync')?.waits ?? []
        expect(found).toMatchObject([{ reason: 'rate_limit', provider: 'gmail', jobs: expect.any(Number) }])
        return found
      },
      { timeout: 3_000 },
    )
    expect(Math.abs(Date.parse(waits[0]?.nextAt ?? '') - until)).toBeLessThan(2_000)
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

interface Queues {
  readonly queues: readonly { readonly queueName: string; readonly waits: readonly { readonly nextAt: string }[] }[]
}

interface Outgoing {
  readonly id: string
  readonly status: string
  readonly attempts: number
}

const send = async (json: object): Promise<string> => {
  const answer = await service.ask('POST /api/emails', { cookie: anna, json: { text: 'Hello', ...json } })
  expect(answer.status).toBe(202)
  const { id } = (await answer.json()) as unknown as Outgoing
  expect(answer.headers.get('location')).toBe(`/api/emails/outbox/${id}`)
  return id
}

const outgoing = async (id: string): Promise<Outgoing> =>
  (await (await service.ask(`GET /api/emails/outbox/${id}`, { cookie: anna })).json()) as unknown as Outgoing

const becomes = (id: string, status: string, timeout = 10_000) =>
  vi.waitFor(async () => expect(await outgoing(id)).toMatchObject({ status }), { timeout, interval: 100 })

/** Who got mail, and how often. */
const receivedBy = async (address: string): Promise<unknown[]> =>
  (await sandbox('GET', `/mailbox.json?to=${encodeURIComponent(address)}`)) as unknown[]

describe('an e-mail', () => {
  it('waits while the mail server is away or asks to come back, and is sent then, once', async () => {
    // First of all: a connection that stands already is not refused.
    await sandbox('PUT', '/faults/smtp', { refuse: true })
    const away = await send({ to: 'away@north.example', subject: 'Away' })
    await becomes(away, 'deferred')
    await sandbox('PUT', '/faults/smtp', { status: 451 })
    const later = await send({ to: 'later-on@north.example', subject: 'Later' })
    await becomes(later, 'deferred')
    await sandbox('PUT', '/faults/smtp', { status: 550 })
    const refused = await send({ to: 'no@north.example', subject: 'No' })
    await becomes(refused, 'bounced')
    await sandbox('DELETE', '/faults/smtp')
    for (const [id, address] of [
      [away, 'away@north.example'],
      [later, 'later-on@north.example'],
    ] as const) {
      await becomes(id, 'delivered', 25_000)
      expect(await receivedBy(address)).toHaveLength(1)
    }
    const outcomes = Object.fromEntries(
      (await collect('email_deliveries_total')).map(({ attributes, value }) => [attributes.outcome, value]),
    )
    expect(outcomes).toMatchObject({ delivered: 2, bounced: 1 })
    expect(outcomes.deferred).toBeGreaterThanOrEqual(2)
  })

  it('goes to a contact or an address, once, and says what became of it', async () => {
    const contact = await (
      await service.ask('POST /api/contacts', { cookie: anna, json: { name: 'Bo', email: 'bo@north.example' } })
    ).json()
    const [first, second] = [
      await send({ contactId: contact.id, subject: 'One' }),
      await send({ to: 'bounce@north.example', subject: 'Two' }),
    ]
    await becomes(first, 'delivered')
    await becomes(second, 'bounced')
    // The same job again, as after a crash of the queue: what is concluded is not sent again.
    await sendEmail(service, { workspaceId, emailId: first })
    expect(await receivedBy('bo@north.example')).toHaveLength(1)
    expect(await outgoing(first)).toMatchObject({ attempts: 1, contactId: contact.id })
    const bounced = await (await service.ask('GET /api/emails/outbox?status=bounced&limit=1', { cookie: anna })).json()
    expect(bounced).toMatchObject({ emails: [{ id: second, status: 'bounced' }] })
    expect((await service.ask(`GET /api/emails/outbox/${first}`, { cookie: eve })).status).toBe(404)
  })

  it('fails after its last attempt, and is not tried any more', async () => {
    await sandbox('PUT', '/faults/smtp', { status: 451 })
    const { id } = await service.db
      .insertInto('outgoing_emails')
      .values({
        workspace_id: workspaceId,
        contact_id: null,
        to_address: 'x@y.example',
        subject: 's',
        text: 't',
        attempts: 11,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await sendEmail(service, { workspaceId, emailId: id })
    expect(await outgoing(id)).toMatchObject({ status: 'failed', attempts: 12 })
  })

  it.each([
    [{ subject: 'Hi' }, 'to'],
    [{ subject: 'Hi', to: 'a@b.example', contactId: '00000000-0000-4000-8000-000000000000' }, 'to'],
    [{ subject: 'Hi', contactId: '00000000-0000-4000-8000-000000000000' }, 'contactId'],
    [{ subject: 'Hi\r\nBcc: all@b.example', to: 'a@b.example' }, 'subject'],
  ])('is refused with %j', async (json, field) => {
    const answer = await service.ask('POST /api/emails', { cookie: anna, json: { text: 'Hello', ...json } })
    expect(answer.status).toBe(422)
    expect((await answer.json()).errors.map((error) => error.field)).toEqual([field])
  })
})
