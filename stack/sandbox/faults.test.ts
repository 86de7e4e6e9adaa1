import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
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

  it('sends half of the answer, as 200, after the provider did what it was asked', async () => {
    await put('enrichment', { malformed: true, share: 0.5 })
    expect((await ask()).status).toBe(200)
    const response = await ask()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    await expect(response.json()).rejects.toThrow(SyntaxError)
    const missing = await sandbox.request('/enrichment/companies?domain=gmail.com')
    expect(missing.status).toBe(404)
    const alsoMissing = await sandbox.request('/enrichment/companies?domain=gmail.com')
    expect(alsoMissing.status).toBe(200)
  })

  it('cuts the connection, of that share of the requests', async () => {
    const server = serve({ fetch: sandbox.fetch, port: 0, hostname: '127.0.0.1' })
    try {
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const url = `http://127.0.0.1:${port}/enrichment/companies?domain=north-sea.example`
      await put('enrichment', { refuse: true, share: 0.5 })
      expect((await fetch(url)).status).toBe(200)
      await expect(fetch(url)).rejects.toMatchObject({
        cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) },
      })
      expect((await fetch(url)).status).toBe(200)
    } finally {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    }
  })

  it('ends everything at once', async () => {
    await put('enrichment', { status: 503 })
    await put('billy', { refuse: true })
    const cleared = await sandbox.request('/faults', { method: 'DELETE' })
    expect(Object.values((await cleared.json()) as object).every((fault) => fault === null)).toBe(true)
    expect(await statuses(1)).toEqual([200])
  })

  it('leaves requests alone when only webhooks are hit', async () => {
    await put('enrichment', { webhooks: { duplicateShare: 0.5, outOfOrder: true } })
    expect(await statuses(3)).toEqual([200, 200, 200])
  })

  it('gives mail no bodies and no Retry-After', async () => {
    const response = await put('smtp', { malformed: true })
    expect([response.status, await response.text()]).toEqual([422, expect.stringContaining('smtp has no malformed')])
    expect((await put('smtp', { status: 451 })).status).toBe(200)
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
    const { oauth, ...others } = (await response.json()) as Record<string, unknown>
    expect(oauth).toEqual({ delayMs: 5, share: 0.5 })
    expect(others).toMatchObject({ enrichment: null, gmail: null, smtp: null })
  })

  it.each([
    ['nothing', {}, /say what goes wrong/],
    ['a status that is no error', { status: 200 }, /status/],
    ['a share above one', { status: 500, share: 1.5 }, /share/],
    ['an unknown field', { status: 500, delay: 3 }, /delay/],
    ['a status and a rate limit', { status: 500, rateLimit: { retryAfterSeconds: 1 } }, /either/],
    ['two answers', { refuse: true, malformed: true }, /either/],
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
    const unknown = await put('nobody', { status: 500 })
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
