import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metrics as otel } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { startTestMetrics } from '../telemetry/test-metrics.ts'
import { createAdapter } from './adapter.ts'
import { createHttp } from './http.ts'
import { AdapterError } from './outside.ts'
import type { Policy } from './policy.ts'

// Only what goes wrong is worth reading between test results.
process.env.LOG_LEVEL ??= 'error'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let close: () => void
let read: ReturnType<typeof startTestMetrics>
beforeEach(() => {
  read = startTestMetrics()
})
afterEach(() => {
  close()
  otel.disable()
})

/** What a provider answers, one after the other; the last one again and again. */
const provider = async (answers: readonly Handler[], policy: Partial<Policy> = {}, missing: string[] = []) => {
  const times: number[] = []
  const heads: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    times.push(Date.now())
    heads.push(request.headers)
    request.resume()
    answers[Math.min(times.length, answers.length) - 1]?.(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const onState = vi.fn()
  const adapter = createAdapter({
    provider: 'billy',
    operations: { invoice: 'invoice' },
    missing,
    policy: { limitMs: 2_000, firstDelayMs: 20, breakerFirstMs: 100, breakerLongestMs: 200, ...policy },
    onState,
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`
  const { request } = createHttp(adapter, { baseUrl, credentials: { headers: () => ({ 'x-access-token': 'x' }) } })
  close = () => {
    adapter.close()
    server.close()
    server.closeAllConnections()
  }
  const ask = (signal?: AbortSignal) =>
    request('invoice', { path: '/invoices/1', schema: z.object({ id: z.string() }) }, { ...(signal && { signal }) })
  const askFor = (tenantId: string) =>
    request('invoice', { path: '/invoices/1', schema: z.object({ id: z.string() }) }, { tenantId })
  const send = () => request('invoice', { method: 'POST', path: '/invoices', json: {}, schema: z.unknown() })
  return { adapter, ask, askFor, send, times, heads, onState }
}

const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
const ok = answer(200, { id: 'inv-1' })
const silent: Handler = () => {}
const cut: Handler = ({ socket }) => socket.destroy()

const failureOf = async (call: Promise<unknown>): Promise<AdapterError> => {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AdapterError)) throw new Error(`expected an AdapterError, not ${thrown}`)
  return thrown
}

/** What was counted in the series with these labels. */
const seen = async (name: string, labels: Record<string, string>): Promise<unknown> =>
  (await read(name)).find(({ attributes }) => Object.entries(labels).every(([label, v]) => attributes[label] === v))
    ?.value

test('an answer, its credentials and correlation id, and series that begin at 0', async () => {
  const { ask, adapter, heads } = await provider([ok])
  expect(await seen('billy_api_errors_total', { operation: 'invoice' })).toBe(0)
  expect(await ask()).toEqual({ id: 'inv-1' })
  expect(heads[0]).toMatchObject({ 'x-access-token': 'x', 'x-correlation-id': expect.stringMatching(/^[\w-]{36}$/) })
  expect(await seen('billy_api_calls_total', { operation: 'invoice' })).toBe(1)
  expect(await seen('adapter_requests_total', { status: 'success', tenant_id: 'none', entity: 'invoice' })).toBe(1)
  expect(await seen('adapter_requests_total', { status: 'error' })).toBe(0)
  expect(await seen('adapter_circuit_breaker_state', { adapter_type: 'billy' })).toBe(0)
  expect(adapter.state()).toMatchObject({ breaker: 'closed', lastErrorAt: undefined, lastSuccessAt: expect.any(Date) })
})

test('a tenant’s first failure is a rise: its series begin at 0 while the first call is under way', async () => {
  let fail = () => {}
  const held: Handler = (request, response) => {
    fail = () => answer(503)(request, response)
  }
  const { askFor, times } = await provider([held], { retries: 0 })
  const failed = failureOf(askFor('t1'))
  await vi.waitFor(() => expect(times).toHaveLength(1))
  expect(await seen('adapter_requests_total', { tenant_id: 't1', status: 'error' })).toBe(0)
  expect(await seen('adapter_requests_total', { tenant_id: 't1', status: 'success' })).toBe(0)
  expect(await seen('adapter_rate_limit_hits_total', { tenant_id: 't1' })).toBe(0)
  expect(await seen('adapter_connection_failures_total', { tenant_id: 't1' })).toBe(0)
  fail()
  await failed
  expect(await seen('adapter_requests_total', { tenant_id: 't1', status: 'error' })).toBe(1)
})

test('what is idempotent is tried again, later each time', async () => {
  const { ask, times } = await provider([answer(503), cut, ok], { firstDelayMs: 100 })
  expect(await ask()).toEqual({ id: 'inv-1' })
  const [first = 0, second = 0, third = 0] = times
  // Half of each delay is chance: 50 to 100 ms, then 100 to 200 ms.
  expect(second - first).toBeGreaterThanOrEqual(49)
  expect(third - second).toBeGreaterThanOrEqual(99)
  expect(await seen('billy_api_calls_total', { operation: 'invoice' })).toBe(3)
  expect(await seen('billy_api_errors_total', { operation: 'invoice' })).toBe(2)
  expect(await seen('external_api_errors_total', { service: 'billy', operation: 'invoice' })).toBe(2)
  expect(await seen('adapter_connection_failures_total', { adapter_type: 'billy' })).toBe(1)
})

test('what is not idempotent is tried once', async () => {
  const { send, times } = await provider([answer(503)])
  expect(await failureOf(send())).toMatchObject({ reason: 'dependency_unavailable', status: 503, retryable: true })
  expect(times).toHaveLength(1)
})

test.each([
  [400, 'invalid_data'],
  [401, 'unauthorized'],
  [404, 'not_found'],
  [302, 'invalid_data'],
] as const)('%d is final: %s', async (status, reason) => {
  const { ask, times } = await provider([answer(status, {}, { location: '/v2/elsewhere' })])
  expect(await failureOf(ask())).toMatchObject({ reason, status, retryable: false, provider: 'billy' })
  expect(times).toHaveLength(1)
})

test('a body that is not what was promised is final, and its content in no message', async () => {
  const { ask, times } = await provider([answer(200, { id: { secret: 'ole@crm.example' } })])
  const failure = await failureOf(ask())
  expect(failure).toMatchObject({ reason: 'invalid_data', status: 200 })
  expect(failure.message).toBe('billy.invoice: answered something else than promised at id')
  expect(times).toHaveLength(1)
})

test('silence ends at the limit, and is a connection failure', async () => {
  const { ask } = await provider([silent], { limitMs: 50, retries: 0 })
  expect(await failureOf(ask())).toMatchObject({ reason: 'timeout', retryable: true, status: undefined })
  expect(await seen('adapter_connection_failures_total', { adapter_type: 'billy' })).toBe(1)
})

test('a short Retry-After is waited for, to the second, by everybody', async () => {
  const { ask, times, adapter } = await provider([answer(429, {}, { 'retry-after': '1' }), ok])
  const first = ask()
  await vi.waitFor(() => expect(adapter.state().rateLimitedUntil).toBeDefined())
  await expect(Promise.all([first, ask()])).resolves.toEqual([{ id: 'inv-1' }, { id: 'inv-1' }])
  for (const later of times.slice(1)) expect(later - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_000)
  expect(await seen('adapter_rate_limit_hits_total', { adapter_type: 'billy' })).toBe(1)
})

test('a long Retry-After is told to the caller, and nothing is sent until then', async () => {
  const { ask, times, adapter, onState } = await provider([answer(429, {}, { 'retry-after': '60' }), ok])
  expect(await failureOf(ask())).toMatchObject({ reason: 'rate_limited', status: 429, retryAfterMs: 60_000 })
  const next = await failureOf(ask())
  expect(next).toMatchObject({ reason: 'rate_limited', status: undefined, retryable: true })
  expect(next.retryAfterMs).toBeGreaterThan(58_000)
  expect(next.retryAfterMs).toBeLessThanOrEqual(60_000)
  expect(times).toHaveLength(1)
  expect(adapter.state().rateLimitedUntil?.getTime()).toBeGreaterThan(Date.now() + 58_000)
  expect(onState.mock.calls).toEqual([[true]])
})

test('the breaker opens, lets one call through after a while, and closes when that succeeds', async () => {
  const fails = Array.from({ length: 3 }, () => answer(500))
  const { ask, times, adapter } = await provider([...fails, ok], { retries: 0, breakerFailures: 3 })
  for (let i = 0; i < 3; i++) expect((await failureOf(ask())).status).toBe(500)
  expect(adapter.state().breaker).toBe('open')
  expect(await seen('adapter_circuit_breaker_state', { adapter_type: 'billy' })).toBe(2)
  expect(await failureOf(ask())).toMatchObject({ reason: 'dependency_unavailable', status: undefined })
  expect(times).toHaveLength(3)
  await vi.waitFor(async () => expect(await ask()).toEqual({ id: 'inv-1' }), { interval: 20 })
  expect(adapter.state().breaker).toBe('closed')
  expect(await seen('adapter_circuit_breaker_state', { adapter_type: 'billy' })).toBe(0)
  expect(times).toHaveLength(4)
})

test('while one call tries a half-open breaker, others fail at once', async () => {
  const { ask, adapter } = await provider([answer(500), silent], { limitMs: 500, retries: 0, breakerFailures: 1 })
  await failureOf(ask())
  const calls: Promise<AdapterError>[] = []
  await vi.waitFor(() => {
    calls.push(failureOf(ask()))
    expect(adapter.state().breaker).toBe('half_open')
  })
  const startedAt = performance.now()
  expect((await failureOf(ask())).message).toBe('billy.invoice: the circuit breaker is open')
  expect(performance.now() - startedAt).toBeLessThan(400)
  expect((await Promise.all(calls)).filter(({ reason }) => reason === 'timeout')).toHaveLength(1)
})

test('a probe goes past an open breaker, and closes it once its time has come', async () => {
  const policy = { retries: 0, breakerFailures: 1, breakerFirstMs: 200 }
  const { ask, adapter } = await provider([answer(500)], policy)
  await failureOf(ask())
  const probe = () => adapter.attempt('invoice', 100, async () => 'well')
  expect(await probe()).toBe('well')
  expect(adapter.state().breaker).toBe('open')
  await vi.waitFor(async () => {
    await probe()
    expect(adapter.state().breaker).toBe('closed')
  })
})

test('a caller who goes away ends the call, and it is nobody’s failure', async () => {
  const { ask, times } = await provider([silent])
  const caller = new AbortController()
  const call = ask(caller.signal)
  await vi.waitFor(() => expect(times).toHaveLength(1))
  caller.abort(new Error('gone'))
  await expect(call).rejects.toThrow('gone')
  expect(await seen('billy_api_errors_total', { operation: 'invoice' })).toBe(0)
})

test('a caller’s time limit is a failure of the provider', async () => {
  const { ask } = await provider([silent])
  expect(await failureOf(ask(AbortSignal.timeout(30)))).toMatchObject({ reason: 'timeout' })
  await vi.waitFor(async () => expect(await seen('billy_api_errors_total', { operation: 'invoice' })).toBe(1))
})

test('stopping ends what is under way', async () => {
  const { ask, adapter, times } = await provider([silent], { limitMs: 60_000 })
  const call = failureOf(ask())
  await vi.waitFor(() => expect(times).toHaveLength(1))
  adapter.close()
  expect(await call).toMatchObject({ reason: 'dependency_unavailable', retryable: true })
})

test('without its settings nothing is sent, and the message says what to set', async () => {
  const { ask, times } = await provider([ok], {}, ['BILLY_ACCESS_TOKEN'])
  const failure = await failureOf(ask())
  expect(failure).toMatchObject({ reason: 'unauthorized', retryable: false })
  expect(failure.message).toBe('billy.invoice: is not configured; set BILLY_ACCESS_TOKEN and start again')
  expect(times).toHaveLength(0)
  expect(await seen('billy_api_calls_total', { operation: 'invoice' })).toBe(0)
})
