import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { hc } from 'hono/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { trackEvent } from '../../app/events.ts'
import type { TrpcRouter } from '../../app/modules/crm-stats/trpc.ts'
import type { AppType } from '../../app/server.ts'
import { type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let url: string
let anna: string
let eve: string
let workspaceId: string
let operator: { authorization: string }

beforeAll(async () => {
  service = await startService()
  anna = await service.signIn('anna@crm.example')
  eve = await service.signIn('eve@other.example')
  operator = { authorization: `Bearer ${service.config.adminSecret}` }
  url = (await service.serve()).url
  const { id } = await service.db
    .selectFrom('workspaces')
    .select('id')
    .where('domain', '=', 'crm.example')
    .executeTakeFirstOrThrow()
  workspaceId = id
})
afterAll(() => service?.stop())

const client = (cookie = anna) => hc<AppType>(url, { headers: { cookie } })
const oldClient = (cookie = anna) =>
  createTRPCClient<TrpcRouter>({ links: [httpBatchLink({ url: `${url}/trpc`, headers: { cookie } })] })

const hanging = [
  'billy',
  'gmail',
  'google-token',
  'google-calendar',
  'ghl',
  'aloware',
  'verity',
  'salesforce',
  'hubspot',
]
const fault = async (provider: string, json: object | undefined) => {
  const response = await fetch(`${service.sandboxUrl}/faults/${provider}`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.ok).toBe(true)
}
afterEach(async () => {
  await Promise.all(hanging.map((provider) => fault(provider, undefined)))
})

const timed = async <T>(work: Promise<T>): Promise<{ answer: T; ms: number }> => {
  const startedAt = performance.now()
  const answer = await work
  return { answer, ms: performance.now() - startedAt }
}

describe('the status of the system', () => {
  const well = {
    db: { connected: true },
    billy: { configured: true, reachable: true },
    google: { configured: true, gmailReachable: true, calendarIdPresent: true },
  }

  test('is found by the typed client, and by the old name', async () => {
    const response = await client().api.crm.stats['system-status'].$get()
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(well)
    expect(await oldClient().crm.stats.getSystemStatus.query()).toEqual(well)
  })

  test('is for signed-in users', async () => {
    const response = await client('').api.crm.stats['system-status'].$get()
    expect(response.status).toBe(401)
    await expect(oldClient('').crm.stats.getSystemStatus.query()).rejects.toMatchObject({
      data: { code: 'UNAUTHORIZED', httpStatus: 401 },
    })
    for (const path of ['/api/status', '/api/crm/stats/event-metrics'])
      expect((await service.ask(`GET ${path}`)).status).toBe(401)
  })

  test('names each dependency for the badges, and until when Gmail asked to wait', async () => {
    await fault('gmail', { rateLimit: { retryAfterSeconds: 60 } })
    await expect(service.outside.gmail.profile()).rejects.toMatchObject({ reason: 'rate_limited' })
    const response = await client().api.status.$get()
    if (response.status !== 200) throw new Error(`answered ${response.status}`)
    const { database, dependencies } = await response.json()
    expect(database).toEqual({ connected: true })
    expect(dependencies.map(({ name }) => name)).toEqual([
      ...['gmail', 'google_calendar', 'billy', 'ghl', 'aloware', 'verity', 'salesforce', 'hubspot', 'smtp'],
    ])
    const gmail = dependencies.find(({ name }) => name === 'gmail')
    const seconds = (Date.parse(gmail?.rateLimitedUntil ?? '') - Date.now()) / 1_000
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
  })

  test('answers within 3 s with every provider hanging and the database frozen, to whoever was signed in', async () => {
    await Promise.all(hanging.map((provider) => fault(provider, { delayMs: 60_000 })))
    // Answers of probes are kept for 5 s; these are forgotten with the time.
    await until(async () => !(await service.outside.reachable('billy', 200)), 8_000)
    const unfreeze = await service.database.freeze()
    try {
      const { answer, ms } = await timed(client().api.crm.stats['system-status'].$get())
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        db: { connected: false },
        billy: { configured: true, reachable: false },
      })
      expect(ms).toBeLessThan(3_000)
      const badges = await timed(client().api.status.$get())
      expect(badges.answer.status).toBe(200)
      expect(badges.ms).toBeLessThan(3_000)
      const old = await timed(oldClient().crm.stats.getSystemStatus.query())
      expect(old.answer.db).toEqual({ connected: false })
      expect(old.ms).toBeLessThan(3_000)
      // Who was never seen is told that the database is away, soon.
      const stranger = await timed(client(`crm_session=${'x'.repeat(43)}`).api.crm.stats['system-status'].$get())
      expect(stranger.answer.status).toBe(503)
      expect(stranger.ms).toBeLessThan(3_000)
    } finally {
      unfreeze()
    }
  })
})

describe('events', () => {
  const metricsOf = async (cookie = anna) => {
    const response = await client(cookie).api.crm.stats['event-metrics'].$get()
    if (response.status !== 200) throw new Error(`answered ${response.status}`)
    return await response.json()
  }

  test('are counted by type in a workspace, ten types on top, with the rows of each table', async () => {
    await service.cache.delete(`event-metrics:${workspaceId}`)
    for (let n = 1; n <= 12; n += 1)
      for (let times = 0; times < n; times += 1) await trackEvent(service.db, { workspaceId, type: `custom_${n}` })
    const made = await client().api.crm.events.$post({ json: { type: 'quote_downloaded', metadata: { pages: 3 } } })
    expect(made.status).toBe(201)
    await client().api.contacts.$post({ json: { name: 'Somebody' } })
    const metrics = await metricsOf()
    expect(metrics.totalEvents).toBe(79)
    expect(metrics.eventsByType).toMatchObject({ custom_12: 12, custom_1: 1, quote_downloaded: 1 })
    expect(metrics.topEvents).toHaveLength(10)
    expect(metrics.topEvents.slice(0, 2)).toEqual([
      { type: 'custom_12', count: 12 },
      { type: 'custom_11', count: 11 },
    ])
    expect(metrics.database).toMatchObject({ contacts: 1, business_events: 79, deals: 0 })
    expect(Date.now() - Date.parse(metrics.lastUpdated)).toBeLessThan(30_000)
    expect(await oldClient().crm.stats.getEventMetrics.query()).toEqual(metrics)
    expect((await metricsOf(eve)).totalEvents).toBe(0)
  })

  test.each([
    ['of the workflow', { type: 'workflow_complete' }, ['type']],
    ['with a strange name', { type: 'Bad Name' }, ['type']],
    ['with structures', { type: 'x', metadata: { deep: { er: 1 } } }, ['metadata.deep']],
  ])('%s are refused', async (_what, json, fields) => {
    const response = await service.ask('POST /api/crm/events', { cookie: anna, json })
    expect(response.status).toBe(422)
    expect((await response.json()).errors.map(({ field }) => field)).toEqual(fields)
  })

  test('are reset by operators only', async () => {
    expect((await service.ask('POST /api/crm/events/reset', { cookie: anna })).status).toBe(403)
    expect((await service.ask('POST /api/crm/events/reset')).status).toBe(401)
    const response = await service.ask('POST /api/crm/events/reset', { headers: operator })
    expect(await response.json()).toEqual({ deleted: 79 })
  })

  test('are listed newest first, of a type, in pages, to those of the workspace', async () => {
    for (const n of [1, 2, 3]) await trackEvent(service.db, { workspaceId, type: 'listed', metadata: { n } })
    await trackEvent(service.db, { workspaceId, type: 'other' })
    const list = async (query: object, cookie = anna) => {
      const response = await client(cookie).api.crm.events.$get({ query })
      if (response.status !== 200) throw new Error(`answered ${response.status}`)
      return await response.json()
    }
    const first = await list({ type: 'listed', limit: '2' })
    expect(first.events).toMatchObject([{ type: 'listed', metadata: { n: 3 } }, { metadata: { n: 2 } }])
    const rest = await list({ type: 'listed', limit: '2', cursor: first.nextCursor ?? '' })
    expect(rest).toMatchObject({ events: [{ metadata: { n: 1 } }], nextCursor: null })
    expect((await list({ limit: '1' })).events).toMatchObject([{ type: 'other' }])
    expect((await list({}, eve)).events).toEqual([])
  })
})

describe('what users do', () => {
  test('is written beside their requests, and read by operators, page by page and in sum', async () => {
    await service.activities.flush()
    const signIns = service.db.selectFrom('user_activities').select('route').where('action', '=', 'auth.sign_in')
    expect(await signIns.execute()).toEqual([{ route: '/api/auth/callback' }, { route: '/api/auth/callback' }])
    await service.db.deleteFrom('user_activities').execute()
    const contact = await (await client().api.contacts.$post({ json: { name: 'Bo' } })).json()
    const id = 'id' in contact ? contact.id : ''
    await client().api.contacts[':id'].$delete({ param: { id } })
    await client().api.contacts[':id'].$delete({ param: { id } })
    await client(eve).api.deals.$get({ query: {} })
    await service.activities.flush()
    const ask = async (path: string) =>
      (await (await service.ask(`GET /api/admin/user-activity${path}`, { headers: operator })).json()) as unknown
    const first = (await ask('?limit=2')) as { activities: object[]; nextCursor: string }
    expect(first.activities).toMatchObject([
      { action: 'deal.listed', method: 'GET', route: '/api/deals' },
      { action: 'contact.deleted', method: 'DELETE', route: '/api/contacts/:id' },
    ])
    expect(await ask(`?limit=2&cursor=${first.nextCursor}`)).toMatchObject({
      activities: [{ action: 'contact.created' }],
      nextCursor: null,
    })
    expect(await ask('?q=CONTACT.del')).toMatchObject({ activities: [{ action: 'contact.deleted' }], nextCursor: null })
    expect(await ask('?q=%25')).toMatchObject({ activities: [] })
    expect(await ask('/summary')).toMatchObject({
      activeUsers: 2,
      totalActivities: 3,
      topUsers: [{ count: 2 }, { count: 1 }],
    })
    expect((await service.ask('GET /api/admin/user-activity', { cookie: anna })).status).toBe(403)
    expect((await service.ask('GET /api/admin/user-activity/summary')).status).toBe(401)
  })
})
