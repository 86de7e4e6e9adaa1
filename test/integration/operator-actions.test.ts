/** What operators do from a browser: each action is meant, and is written down. */
import { randomUUID } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAudited } from '../../app/audit/actions.ts'
import { openDeps } from '../../app/open-deps.ts'
import { createServer } from '../../app/server.ts'
import { type AskOptions, publicUrl, type Service, startService } from './crm/service.ts'
import { signedWebhook } from './crm/webhooks.ts'

let service: Service
let ask: Service['ask']
let admin: string
let member: string

beforeAll(async () => {
  service = await startService()
  ask = service.ask
  ;[admin, member] = [await service.signIn('admin@crm.example'), await service.signIn('anna@crm.example')]
})
afterAll(() => service?.stop())

interface Me {
  readonly csrfToken: string
  readonly links?: { dashboards: string; runbooks: string; traces: string }
}
const meOf = async (cookie: string) => (await (await ask('GET /api/auth/me', { cookie })).json()) as unknown as Me

interface Entry {
  readonly id: string
  readonly actor: string
  readonly userName: string | null
  readonly action: string
  readonly targetType: string | null
  readonly targetId: string | null
  readonly outcome: string
  readonly status: number
  readonly reason: string | null
  readonly details: Record<string, unknown>
  readonly correlationId: string
}
const auditOf = async (query = '') => {
  const answer = await ask(`GET /api/admin/audit?${query}`, { cookie: admin })
  return (await answer.json()) as unknown as { entries: Entry[]; nextCursor: string | null }
}

describe('actions from a browser', () => {
  const browser = { origin: publicUrl, 'sec-fetch-site': 'same-origin' }
  const create = (options: AskOptions) => ask('POST /api/contacts', { json: { name: 'Anna' }, ...options })

  test('carry a token that only pages of ours can read', async () => {
    const { csrfToken } = await meOf(member)
    expect(csrfToken).toMatch(/^[\w-]{43}$/)
    const without = await create({ cookie: member, headers: browser })
    expect(without.status).toBe(403)
    expect((await without.json()).detail).toContain('X-CSRF-Token')
    expect((await create({ cookie: member, headers: { ...browser, 'x-csrf-token': 'x' } })).status).toBe(403)
    expect((await create({ cookie: member, headers: { ...browser, 'x-csrf-token': csrfToken } })).status).toBe(201)
    // Somebody else's is none.
    expect((await create({ cookie: admin, headers: { ...browser, 'x-csrf-token': csrfToken } })).status).toBe(403)
  })

  test.each([
    ['a form of another site', { origin: 'https://evil.example' }],
    ['a script of another site', { 'sec-fetch-site': 'cross-site' }],
    ['what names no origin', { origin: 'null' }],
  ])('%s has none', async (_, headers: Record<string, string>) => {
    expect((await create({ cookie: member, headers })).status).toBe(403)
  })

  test('programs, bearer tokens, what only reads and what signs nobody in are not asked', async () => {
    expect((await create({ cookie: member })).status).toBe(201)
    expect((await ask('GET /api/contacts', { cookie: member, headers: browser })).status).toBe(200)
    const authorization = `Bearer ${service.config.adminSecret}`
    const bySecret = { cookie: member, headers: { ...browser, authorization } }
    expect((await ask('POST /api/jobs/process-pending', bySecret)).status).toBe(200)
    // A session that is over is none to protect: signing in again is the remedy.
    expect((await create({ cookie: `crm_session=${'x'.repeat(43)}`, headers: browser })).status).toBe(401)
    const report = { page: '/', vitals: [] }
    const beacon = await ask('POST /api/web-vitals', { cookie: member, headers: browser, json: report })
    expect([204, 422]).toContain(beacon.status)
  })

  test('the page of the API sends it by itself', async () => {
    type Intercept = (request: { method: string; url: string; headers: Record<string, string> }) => Promise<unknown>
    let intercept: Intercept = () => Promise.reject(new Error('nothing was started'))
    runInNewContext(await (await ask('GET /docs/start.js')).text(), {
      SwaggerUIBundle: ({ requestInterceptor }: { requestInterceptor: Intercept }) => {
        intercept = requestInterceptor
      },
      URL,
      location: new URL(`${publicUrl}/docs`),
      fetch: (path: string) => ask(`GET ${path}`, { cookie: member }),
    })
    const { csrfToken } = await meOf(member)
    const url = `${publicUrl}/api/contacts`
    expect(await intercept({ method: 'POST', url, headers: {} })).toMatchObject({
      headers: { 'X-CSRF-Token': csrfToken },
    })
    expect(await intercept({ method: 'GET', url, headers: {} })).toMatchObject({ headers: {} })
    const elsewhere = { method: 'POST', url: 'https://elsewhere.example/', headers: {} }
    expect(await intercept(elsewhere)).toEqual(elsewhere)
  })

  test('admins are told where more is found, others are not', async () => {
    const { links } = await meOf(admin)
    expect(links).toMatchObject({ dashboards: 'http://127.0.0.1:3001', runbooks: 'http://127.0.0.1:3001/runbooks' })
    const traces = new URL((links?.traces ?? '').replace('{traceId}', 'a'.repeat(32)))
    expect(JSON.parse(traces.searchParams.get('left') ?? '')).toMatchObject({
      datasource: 'tempo',
      queries: [{ queryType: 'traceql', query: 'a'.repeat(32) }],
    })
    expect(await meOf(member)).not.toHaveProperty('links')
  })
})

describe('the audit log', () => {
  test('says who did what to what, why, and what came of it', async () => {
    const eventId = randomUUID()
    const content = { webhookId: eventId, type: 'ContactUpdate', data: { contactId: 'audited', sequence: 1 } }
    const { path: webhooks, body, headers } = signedWebhook('ghl', content)
    expect((await ask(`POST ${webhooks}`, { body, headers })).status).toBe(202)
    const event = await service.db
      .selectFrom('stored_webhook_events')
      .select('id')
      .where('event_id', '=', eventId)
      .executeTakeFirstOrThrow()
    const correlated = { 'x-correlation-id': 'audited-action' }
    const json = { reason: 'A contact that is gone' }
    const path = `/api/admin/events/${event.id}`
    expect((await ask(`POST ${path}/quarantine`, { cookie: admin, json, headers: correlated })).status).toBe(200)
    const authorization = `Bearer ${service.config.adminSecret}`
    expect((await ask(`POST ${path}/replay`, { headers: { authorization } })).status).toBe(202)
    expect((await ask(`POST ${path}/replay`, { cookie: member })).status).toBe(403)
    // Nobody in particular: that is a security event.
    expect((await ask(`POST ${path}/replay`)).status).toBe(401)
    expect(
      (await ask(`POST ${path}/replay`, { headers: { authorization: 'Bearer wrong' }, cookie: admin })).status,
    ).toBe(401)

    const { entries } = await auditOf(`targetId=${event.id}`)
    expect(entries).toMatchObject([
      // Whoever was signed in as somebody is known, whatever else was sent.
      { action: 'event.replay', actor: 'user', outcome: 'refused', status: 401 },
      { action: 'event.replay', actor: 'user', outcome: 'refused', status: 403 },
      { action: 'event.replay', actor: 'admin_secret', userName: null, outcome: 'succeeded', status: 202 },
      {
        action: 'event.quarantine',
        actor: 'user',
        targetType: 'webhook_event',
        targetId: event.id,
        outcome: 'succeeded',
        reason: 'A contact that is gone',
      },
    ])
    expect(entries.at(-1)?.correlationId).toBe('audited-action')
    expect(entries.at(-1)?.userName).not.toBeNull()
  })

  test('is filtered and paged, and read by operators only', async () => {
    for (let times = 0; times < 3; times++) await ask('POST /api/jobs/process-pending', { cookie: admin })
    const first = await auditOf('action=events.process_pending&outcome=succeeded&limit=2')
    expect(first.entries.map(({ details }) => details)).toEqual([
      { enqueued: expect.any(Number) },
      { enqueued: expect.any(Number) },
    ])
    const next = await auditOf(`action=events.process_pending&limit=2&cursor=${first.nextCursor}`)
    expect(next.entries.map(({ id }) => id)).not.toContain(first.entries[0]?.id)
    expect((await auditOf('action=events.process_pending&outcome=failed')).entries).toEqual([])
    expect((await ask('GET /api/admin/audit?action=nothing', { cookie: admin })).status).toBe(422)
    expect((await ask('GET /api/admin/audit', { cookie: member })).status).toBe(403)
    expect((await ask('GET /api/admin/audit')).status).toBe(401)
  })

  test('no action of operators goes without', () => {
    const { config, db, queue } = service
    const deps = openDeps({ config, db, jobs: queue, isPrepared: () => true })
    const unsafe = createServer(deps)
      .routes.filter(
        ({ method, path }) =>
          !['GET', 'ALL'].includes(method) && /^\/api\/(admin|jobs|monitoring|operations)\//.test(path),
      )
      .map(({ method, path }) => `${method} ${path}`)
    expect(unsafe.length).toBeGreaterThan(5)
    expect([...new Set(unsafe)].filter((route) => !isAudited(route))).toEqual([])
  })

  test('an entry that cannot be written waits until it can', async () => {
    const correlationId = 'waits-for-the-database'
    await service.db.schema.alterTable('audit_log').renameTo('audit_log_away').execute()
    try {
      const headers = { 'x-correlation-id': correlationId }
      expect((await ask('POST /api/jobs/process-pending', { cookie: admin, headers })).status).toBe(200)
    } finally {
      await service.db.schema.alterTable('audit_log_away').renameTo('audit_log').execute()
    }
    const newest = async () => (await auditOf('limit=1')).entries.map((entry) => entry.correlationId)
    await expect.poll(newest, { timeout: 15_000, interval: 500 }).toEqual([correlationId])
  })
})
