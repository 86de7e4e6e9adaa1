import { beforeEach, describe, expect, it } from 'vitest'
import { createSandbox } from './sandbox.ts'

let sandbox: Awaited<ReturnType<typeof createSandbox>>
beforeEach(async () => {
  sandbox = await createSandbox({ clientId: 'crm', clientSecret: 's', redirectUris: [] })
})

const put = (provider: string, fault: unknown) =>
  sandbox.request(`/faults/${provider}`, { method: 'PUT', body: JSON.stringify(fault) })
const ask = () => sandbox.request('/enrichment/companies?domain=north-sea.example')
const statuses = async (times: number) => {
  const seen: number[] = []
  for (let i = 0; i < times; i += 1) seen.push((await ask()).status)
  return seen
}

describe('faults', () => {
  it('answers with the given status until it is taken back', async () => {
    expect((await put('enrichment', { status: 503 })).status).toBe(200)
    expect(await statuses(2)).toEqual([503, 503])
    await sandbox.request('/faults/enrichment', { method: 'DELETE' })
    expect(await statuses(2)).toEqual([200, 200])
  })

  it('hits the given share, evenly', async () => {
    await put('enrichment', { status: 500, share: 0.25 })
    expect(await statuses(8)).toEqual([200, 200, 200, 500, 200, 200, 200, 500])
    await put('enrichment', { status: 500, share: 0.1 })
    expect((await statuses(20)).filter((status) => status === 500)).toHaveLength(2)
    await put('enrichment', { status: 500, share: 0 })
    expect(await statuses(3)).toEqual([200, 200, 200])
  })

  it('delays the real answer', async () => {
    await put('enrichment', { delayMs: 60 })
    const started = performance.now()
    expect((await ask()).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(55)
  })

  it('limits the rate, and says when to come back', async () => {
    await put('enrichment', { rateLimit: { retryAfterSeconds: 30 } })
    const response = await ask()
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
    expect(await response.json()).toEqual({ error: 'rate_limited', message: 'Too many requests; come back in 30 s.' })
  })

  it('hits one provider only, and never the inbox', async () => {
    await put('oauth', { status: 502 })
    expect((await sandbox.request('/oauth/.well-known/openid-configuration')).status).toBe(502)
    expect(await statuses(1)).toEqual([200])
    expect((await sandbox.request('/inbox.json')).status).toBe(200)
  })

  it('lists what is broken now', async () => {
    await put('oauth', { delayMs: 5, share: 0.5 })
    const response = await sandbox.request('/faults')
    expect(await response.json()).toEqual({ oauth: { delayMs: 5, share: 0.5 }, enrichment: null })
  })

  it.each([
    ['nothing', {}, /say what goes wrong/],
    ['a status that is no error', { status: 200 }, /status/],
    ['a share above one', { status: 500, share: 1.5 }, /share/],
    ['an unknown field', { status: 500, delay: 3 }, /delay/],
    ['a status and a rate limit', { status: 500, rateLimit: { retryAfterSeconds: 1 } }, /either/],
    ['a text', 'broken', /object/],
  ])('refuses %s', async (_, fault, message) => {
    const response = await put('enrichment', fault)
    expect(response.status).toBe(422)
    expect(await response.json()).toEqual({ error: 'invalid_body', message: expect.stringMatching(message) })
    expect(await statuses(1)).toEqual([200])
  })

  it('refuses what is no JSON, and providers that it has not', async () => {
    const response = await sandbox.request('/faults/oauth', { method: 'PUT', body: '{"status":' })
    expect(await response.json()).toEqual({ error: 'invalid_json', message: 'The body must be JSON.' })
    const unknown = await put('billy', { status: 500 })
    expect([unknown.status, ((await unknown.json()) as { error: string }).error]).toEqual([404, 'unknown_provider'])
  })
})

describe('everything else', () => {
  it('has an index, a health check, and a clear 404', async () => {
    expect(await (await sandbox.request('/')).text()).toContain('Stands in for the outside world')
    expect(await (await sandbox.request('/health')).json()).toEqual({ status: 'ok' })
    const response = await sandbox.request('/nowhere', { method: 'POST' })
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: 'not_found', message: 'The sandbox has no POST /nowhere.' },
    ])
  })
})
