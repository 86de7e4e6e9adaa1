import { beforeEach, describe, expect, test, vi } from 'vitest'
import { cases } from './adapters/cases.ts'
import { failureOf, startClients, useSandbox } from './adapters/outside.ts'

const given = useSandbox(200)

describe.each(cases)('$provider', ({ provider, family, fault, operation, call }) => {
  /** The token and whatever else is needed once is there before the fault begins. */
  beforeEach(async () => {
    await call(given.clients.outside)
  })
  const calls = () => given.clients.counted(`${family}_api_calls_total`, { operation })
  const errors = () => given.clients.counted(`${family}_api_errors_total`, { operation })
  const requests = (status: string) =>
    given.clients.counted('adapter_requests_total', { adapter_type: provider, status })

  test('a share of errors: the caller sees none, each is counted', async () => {
    const before = await calls()
    await given.faults.set(fault, { status: 503, share: 0.5 })
    for (let i = 0; i < 3; i++) await call(given.clients.outside)
    // Each second request is hit: of three calls, two need another try.
    expect(await calls()).toBe(before + 5)
    expect(await errors()).toBe(2)
    expect(await given.clients.counted('external_api_errors_total', { service: provider, operation })).toBe(2)
    expect(await requests('error')).toBe(2)
    expect(await given.clients.counted('adapter_connection_failures_total', { adapter_type: provider })).toBe(0)
    expect(given.clients.outside.state(provider).breaker).toBe('closed')
  })

  test('nothing but errors: the breaker opens, spares the provider, and closes when it is back', async () => {
    await given.faults.set(fault, { status: 500 })
    expect(await failureOf(call(given.clients.outside))).toMatchObject({
      provider,
      reason: 'dependency_unavailable',
      status: 500,
      retryable: true,
    })
    expect(await errors()).toBe(3)
    expect((await failureOf(call(given.clients.outside))).status).toBe(500)
    // Five in a row; the sixth attempt is not made.
    expect(await errors()).toBe(5)
    expect(given.clients.outside.state(provider)).toMatchObject({ breaker: 'open', lastErrorAt: expect.any(Date) })
    expect(await given.clients.counted('adapter_circuit_breaker_state', { adapter_type: provider })).toBe(2)
    expect((await failureOf(call(given.clients.outside))).status).toBeUndefined()
    expect(await errors()).toBe(5)

    await given.faults.clear()
    await vi.waitFor(() => call(given.clients.outside))
    expect(given.clients.outside.state(provider).breaker).toBe('closed')
    expect(await given.clients.counted('adapter_circuit_breaker_state', { adapter_type: provider })).toBe(0)
  })

  test('silence: the call ends at its limit, and counts as a connection failure', async () => {
    await given.hurry()
    await call(given.clients.outside)
    const before = await errors()
    await given.faults.set(fault, { delayMs: 120_000 })
    const startedAt = performance.now()
    expect(await failureOf(call(given.clients.outside))).toMatchObject({ reason: 'timeout', retryable: true })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(await errors()).toBe(before + 3)
    expect(await given.clients.counted('adapter_connection_failures_total', { adapter_type: provider })).toBe(
      before + 3,
    )
    await given.faults.clear()
    await call(given.clients.outside)
  })

  test('a rate limit: the caller is told when to come back, and until then nothing is sent', async () => {
    await given.faults.set(fault, { rateLimit: { retryAfterSeconds: 30 } })
    expect(await failureOf(call(given.clients.outside))).toMatchObject({
      reason: 'rate_limited',
      status: 429,
      retryAfterMs: 30_000,
      retryable: true,
    })
    await given.faults.clear()
    const told = await failureOf(call(given.clients.outside))
    expect(told.reason).toBe('rate_limited')
    expect(told.retryAfterMs).toBeGreaterThan(28_000)
    expect(told.retryAfterMs).toBeLessThanOrEqual(30_000)
    expect(await errors()).toBe(1)
    expect(await given.clients.counted('adapter_rate_limit_hits_total', { adapter_type: provider })).toBe(1)
    expect(given.clients.outside.state(provider)).toMatchObject({
      breaker: 'closed',
      rateLimitedUntil: expect.any(Date),
    })
  })

  test('a connection that is cut: tried again, and counted as such', async () => {
    await given.faults.set(fault, { refuse: true })
    expect(await failureOf(call(given.clients.outside))).toMatchObject({
      reason: 'dependency_unavailable',
      retryable: true,
    })
    expect(await errors()).toBe(3)
    expect(await given.clients.counted('adapter_connection_failures_total', { adapter_type: provider })).toBe(3)
    await given.faults.clear()
    await call(given.clients.outside)
  })

  test('a broken body: final, since asking again would bring it again', async () => {
    await given.faults.set(fault, { malformed: true })
    expect(await failureOf(call(given.clients.outside))).toMatchObject({ reason: 'invalid_data', retryable: false })
    expect(await errors()).toBe(1)
    expect(await given.clients.counted('adapter_connection_failures_total', { adapter_type: provider })).toBe(0)
    await given.faults.clear()
    await call(given.clients.outside)
  })

  test('a probe is told the truth in time: while it hangs, and again when it is back', async () => {
    await given.faults.set(fault, { delayMs: 120_000 })
    const startedAt = performance.now()
    expect(await given.clients.outside.reachable(provider, 100)).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    await given.faults.clear()
    const others = startClients(given.sandbox)
    expect(await others.outside.reachable(provider, 2_000)).toBe(true)
    await others.end()
  })
})

test('a short rate limit is waited for, and the call succeeds', async () => {
  const { gmail } = given.clients.outside
  await given.faults.set('gmail', { rateLimit: { retryAfterSeconds: 1 } })
  const startedAt = performance.now()
  const waiting = gmail.profile()
  await vi.waitFor(async () =>
    expect(await given.clients.counted('adapter_rate_limit_hits_total', { adapter_type: 'gmail' })).toBe(1),
  )
  await given.faults.clear()
  expect((await waiting).messagesTotal).toBeGreaterThan(0)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  expect(given.clients.outside.state('gmail').rateLimitedUntil).toBeUndefined()
})

describe('Google’s tokens', () => {
  test('one serves Gmail and Calendar, however many ask for it at once', async () => {
    const { gmail, calendar } = given.clients.outside
    await Promise.all([gmail.profile(), calendar.calendarExists(), gmail.profile(), calendar.calendarExists()])
    await gmail.profile()
    expect(await given.clients.counted('google_api_calls_total', { operation: 'token' })).toBe(1)
  })

  test('one that is refused is renewed, once', async () => {
    const { gmail } = given.clients.outside
    await gmail.profile()
    await given.faults.set('gmail', { status: 401, share: 0.5 })
    await gmail.profile()
    expect((await gmail.profile()).messagesTotal).toBeGreaterThan(0)
    expect(await given.clients.counted('google_api_calls_total', { operation: 'token' })).toBe(2)
    await given.faults.set('gmail', { status: 401 })
    expect(await failureOf(gmail.profile())).toMatchObject({ reason: 'unauthorized', status: 401, retryable: false })
    expect(await given.clients.counted('google_api_calls_total', { operation: 'token' })).toBe(3)
  })

  test('without them nothing is asked; the failures are the token service’s, and the call’s own', async () => {
    await given.faults.set('google-token', { status: 503 })
    expect(await failureOf(given.clients.outside.gmail.profile())).toMatchObject({
      provider: 'gmail',
      reason: 'dependency_unavailable',
    })
    expect(
      await given.clients.counted('external_api_errors_total', { service: 'google_token', operation: 'token' }),
    ).toBe(3)
    expect(await given.clients.counted('google_api_calls_total', { operation: 'profile' })).toBe(0)
    await given.faults.clear()
    expect((await given.clients.outside.gmail.profile()).messagesTotal).toBeGreaterThan(0)
  })
})

test('what is not idempotent is sent once, whatever comes of it', async () => {
  await given.faults.set('hubspot', { status: 503 })
  const { hubspot } = given.clients.outside
  expect(await failureOf(hubspot.write('deal', { fields: { title: 'Spring' } }))).toMatchObject({ status: 503 })
  expect(await given.clients.counted('hubspot_api_calls_total', { operation: 'write_deal' })).toBe(1)
})

describe('the way through to Verity', () => {
  const get = (path: string) => given.clients.outside.verity.forward({ method: 'GET', path, query: 'limit=2' })

  test('any answer is passed on; only what Verity did wrong is counted', async () => {
    const page = await get('/contacts')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await page.json()).toMatchObject({ limit: 2, total: 1_000 })
    expect((await get('/nothing')).status).toBe(404)
    expect(await given.clients.counted('verity_api_errors_total', { operation: 'forward' })).toBe(0)
    await given.faults.set('verity', { status: 500 })
    expect((await get('/contacts')).status).toBe(500)
    expect(await given.clients.counted('verity_api_calls_total', { operation: 'forward' })).toBe(3)
    expect(await given.clients.counted('verity_api_errors_total', { operation: 'forward' })).toBe(1)
  })

  test('a rate limit is passed on, and kept', async () => {
    await given.faults.set('verity', { rateLimit: { retryAfterSeconds: 30 } })
    const told = await get('/contacts')
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '30'])
    expect((await failureOf(get('/contacts'))).reason).toBe('rate_limited')
  })

  test('no answer is a failure', async () => {
    await given.faults.set('verity', { refuse: true })
    expect((await failureOf(get('/contacts'))).reason).toBe('dependency_unavailable')
    await given.hurry()
    await given.faults.set('verity', { delayMs: 120_000 })
    expect((await failureOf(get('/contacts'))).reason).toBe('timeout')
  })

  test.each(['/../../hubspot/account-info/v3/details', '/%2e%2e/%2e%2e/faults'])(
    'a path that leads elsewhere gets no credentials: %s',
    async (path) => {
      expect((await failureOf(get(path))).reason).toBe('not_found')
    },
  )
})

test('a probe goes past a breaker that is open', async () => {
  await given.faults.set('hubspot', { status: 500 })
  await failureOf(given.clients.outside.hubspot.ping())
  await failureOf(given.clients.outside.hubspot.ping())
  expect(given.clients.outside.state('hubspot').breaker).toBe('open')
  await given.faults.clear()
  expect(await given.clients.outside.reachable('hubspot', 1_000)).toBe(true)
})
