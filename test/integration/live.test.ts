import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BadgeName, BadgeState, LiveMessage, LiveStatus } from '../../app/live/messages.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
let url: string
let anna: string
let admin: string

beforeAll(async () => {
  service = await startService()
  ;({ url } = await service.serve())
  anna = await service.signIn('anna@crm.example')
  admin = await service.signIn('admin@crm.example')
})
afterAll(() => service?.stop())

const fault = async (provider: string, json?: object): Promise<void> => {
  const response = await fetch(`${service.sandboxUrl}/faults/${provider}`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.ok).toBe(true)
}

const ends: (() => void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  await vi.waitFor(() => expect(service.realtime.counts().sse).toBe(0))
})

/** Follows the stream. @returns the messages that came so far, newest last */
const follow = async (cookie: string): Promise<LiveMessage[]> => {
  const stop = new AbortController()
  ends.push(() => stop.abort())
  const response = await fetch(`${url}/api/events`, { headers: { cookie }, signal: stop.signal })
  expect(response.status).toBe(200)
  const told: LiveMessage[] = []
  const read = async () => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data !== undefined) told.push(JSON.parse(data))
      }
    }
  }
  void read().catch(() => undefined)
  return told
}

type DataOf<T extends LiveMessage['type']> = Extract<LiveMessage, { type: T }>['data']

const lastOf = <T extends LiveMessage['type']>(told: readonly LiveMessage[], type: T): DataOf<T> | undefined =>
  told.findLast((one) => one.type === type)?.data as DataOf<T> | undefined

const badgeOf = (status: LiveStatus | undefined, name: BadgeName): BadgeState | undefined =>
  status?.badges.find((badge) => badge.name === name)

const shows = (told: readonly LiveMessage[], name: BadgeName, badge: Partial<BadgeState>, timeout = 10_000) =>
  vi.waitFor(() => expect(badgeOf(lastOf(told, 'status'), name)).toMatchObject(badge), { timeout, interval: 100 })

const poll = async (cookie: string): Promise<LiveMessage[]> => {
  const answer = await fetch(`${url}/api/live`, { headers: { cookie } })
  expect(answer.status).toBe(200)
  return (await answer.json()) as LiveMessage[]
}

const check = (name: string, cookie: string) => service.ask(`POST /api/status/${name}/check`, { cookie })

describe('open pages are told', () => {
  it('how every dependency is, at once and again every two seconds', async () => {
    const told = await follow(anna)
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(0), { timeout: 5_000 })
    const status = lastOf(told, 'status')
    expect(status?.badges.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...['database ok', 'job_queue ok', 'cache ok', 'search ok', 'gmail ok', 'google_calendar ok', 'billy ok'],
      ...['ghl ok', 'aloware ok', 'verity ok', 'salesforce ok', 'hubspot ok', 'smtp ok'],
    ])
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(2), { timeout: 6_000 })
    const second = await follow(anna)
    // Nobody waits for the next round.
    await vi.waitFor(() => expect(second.length).toBeGreaterThan(0), { timeout: 1_000 })
  })

  it('the figures of the operation only where they are admins', async () => {
    const [member, operator] = [await follow(anna), await follow(admin)]
    await vi.waitFor(() => expect(lastOf(operator, 'operations')).toBeDefined(), { timeout: 5_000 })
    const { snapshot, process, p95Ms, activeUsers, alerts } = lastOf(operator, 'operations') ?? {}
    expect(snapshot?.queues.map(({ queueName }) => queueName)).toContain('email-sync')
    expect(process?.rssBytes).toBeGreaterThan(10_000_000)
    expect(process?.eventLoopP99Ms).toBeGreaterThanOrEqual(0)
    expect(p95Ms).toBeGreaterThan(0)
    expect([activeUsers, alerts]).toEqual([expect.any(Number), expect.any(Array)])
    await vi.waitFor(() => expect(member.length).toBeGreaterThan(1), { timeout: 6_000 })
    expect(new Set(member.map(({ type }) => type))).toEqual(new Set(['status']))
    expect((await poll(anna)).map(({ type }) => type)).toEqual(['status'])
  })

  it('the same by asking as by the stream', async () => {
    const told = await follow(admin)
    await vi.waitFor(() => expect(lastOf(told, 'operations')).toBeDefined(), { timeout: 5_000 })
    await vi.waitFor(
      async () => {
        const polled = await poll(admin)
        expect(polled).toEqual([
          { type: 'status', data: lastOf(told, 'status') },
          { type: 'operations', data: lastOf(told, 'operations') },
        ])
      },
      { timeout: 5_000 },
    )
    expect((await fetch(`${url}/api/live`)).status).toBe(401)
  })

  it('from what is put into words once, however many they are', async () => {
    const followers = await Promise.all(Array.from({ length: 20 }, () => follow(anna)))
    await vi.waitFor(() => expect(followers.every((told) => told.length > 0)).toBe(true), { timeout: 5_000 })
    const stringify = vi.spyOn(JSON, 'stringify')
    try {
      const before = followers.map((told) => told.length)
      await vi.waitFor(
        () => expect(followers.every((told, index) => told.length >= (before[index] ?? 0) + 2)).toBe(true),
        { timeout: 8_000 },
      )
      const words = stringify.mock.calls.filter(([value]) => (value as Partial<LiveMessage>)?.type === 'status')
      // Two or three rounds, not forty messages.
      expect(words.length).toBeGreaterThanOrEqual(2)
      expect(words.length).toBeLessThanOrEqual(4)
    } finally {
      stringify.mockRestore()
    }
  })
})

describe('a badge', () => {
  it.each([
    ['that cuts connections', 'verity', { refuse: true }],
    ['that hangs', 'billy', { delayMs: 60_000 }],
  ] as const)('of a provider %s turns within 10 s, and turns back', async (_, provider, broken) => {
    const told = await follow(anna)
    await shows(told, provider, { state: 'ok', reason: 'ok' })
    await fault(provider, broken)
    await shows(told, provider, { state: 'error', reason: 'unreachable' })
    const failed = badgeOf(lastOf(told, 'status'), provider)
    expect(Date.now() - Date.parse(failed?.lastErrorAt ?? '')).toBeLessThan(10_000)
    await fault(provider)
    await shows(told, provider, { state: 'ok', reason: 'ok' })
  })

  it('names until when Gmail asks to wait, and how many syncs wait for it, also where another process was asked', async () => {
    const told = await follow(anna)
    await shows(told, 'gmail', { state: 'ok', rateLimitedUntil: null, waiting: 0 })
    const until = new Date(Date.now() + 6_000)
    await service.db
      .insertInto('provider_status')
      .values({ provider: 'gmail', breaker: 'closed', rate_limited_until: until, updated_at: new Date() })
      .onConflict((same) => same.column('provider').doUpdateSet({ rate_limited_until: until }))
      .execute()
    await service.db.transaction().execute((trx) => service.queue.enqueue(trx, 'email-sync', {}, { startAfter: until }))
    const badge = {
      state: 'degraded',
      reason: 'rate_limited',
      rateLimitedUntil: until.toISOString(),
      waiting: 1,
    } as const
    await shows(told, 'gmail', badge, 5_000)
    // The time is over: it is asked again, and the job that was put off is due.
    await shows(told, 'gmail', { state: 'ok', rateLimitedUntil: null, waiting: 1 }, 12_000)
  })

  it('is looked at anew when somebody asks for it, but not so often that it would hurt', async () => {
    await fault('hubspot', { refuse: true })
    await vi.waitFor(async () => expect((await check('hubspot', anna)).status).toBe(200))
    await vi.waitFor(
      async () => expect(await (await check('hubspot', anna)).json()).toMatchObject({ state: 'error' }),
      {
        timeout: 5_000,
      },
    )
    await fault('hubspot')
    const reachable = vi.spyOn(service.outside, 'reachable')
    const answers = await Promise.all(Array.from({ length: 40 }, () => check('hubspot', anna)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(10)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(reachable.mock.calls.length).toBeLessThanOrEqual(2)
    reachable.mockRestore()
    expect((await check('nonsense', admin)).status).toBe(422)
    expect((await service.ask('POST /api/status/hubspot/check')).status).toBe(401)
  })
})

describe('while the database is away', () => {
  it('the stream goes on, begins anew for who was known, and the badge is red within 10 s; then it turns back', async () => {
    const told = await follow(anna)
    await shows(told, 'database', { state: 'ok' })
    const unfreeze = await service.database.freeze()
    try {
      await shows(told, 'database', { state: 'error', reason: 'unreachable' })
      await shows(told, 'job_queue', { state: 'error', reason: 'unreachable' })
      const late = await follow(anna)
      await shows(late, 'database', { state: 'error' }, 6_000)
      expect(badgeOf(lastOf(await poll(admin), 'status'), 'database')).toMatchObject({
        state: 'error',
      })
      expect(await (await check('database', admin)).json()).toMatchObject({ state: 'error', reason: 'unreachable' })
    } finally {
      unfreeze()
    }
    await shows(told, 'database', { state: 'ok', reason: 'ok' }, 15_000)
  })
})
