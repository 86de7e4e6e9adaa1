import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metrics as otel } from '@opentelemetry/api'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createOutside } from '../../app/adapters/create.ts'
import type { Outside } from '../../app/adapters/outside.ts'
import { createRoutes } from '../../app/http/openapi.ts'
import { answerError } from '../../app/http/problem.ts'
import { gatewayRoutes } from '../../app/modules/gateway/routes.ts'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { type Service, startService } from './crm/service.ts'
import { freePort } from './telemetry/harness.ts'

let service: Service
let ask: Service['ask']
let read: ReturnType<typeof startTestMetrics>
const opened: Outside[] = []

beforeAll(async () => {
  read = startTestMetrics()
  service = await startService()
  ask = service.ask
})
afterEach(async () => {
  await fetch(`${service.sandboxUrl}/faults/verity`, { method: 'DELETE' })
  for (const outside of opened.splice(0)) await outside.close()
})
afterAll(async () => {
  await service?.stop()
  otel.disable()
})

const key = { 'x-api-key': 'development-gateway-key' }

const breakVerity = async (fault: object): Promise<void> => {
  const response = await fetch(`${service.sandboxUrl}/faults/verity`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  expect(response.status).toBeLessThan(300)
}

/** How often requests went through with this result so far. */
const passed = async (status: string): Promise<number> => {
  const point = (await read('gateway_requests_total')).find(({ attributes }) => attributes.status === status)
  return (point?.value as number | undefined) ?? 0
}

/** A gateway of its own, whose circuit breaker no other test has opened. */
const gatewayTo = (verity: { baseUrl: string | undefined; apiKey?: string }, limitMs = 5_000) => {
  const outside = createOutside(
    { ...service.config.outside, verity: { apiKey: 'upstream-key', webhookSecret: undefined, ...verity } },
    { policy: { limitMs } },
  )
  opened.push(outside)
  const app = createRoutes()
  app.onError(answerError())
  app.route('/', gatewayRoutes({ config: service.config, outside }))
  return (path: string, init: RequestInit = {}) =>
    app.request(`http://127.0.0.1${path}`, { ...init, headers: { ...key, ...(init.headers as object) } })
}
const sandboxGateway = (limitMs?: number) =>
  gatewayTo({ baseUrl: `${service.sandboxUrl}/verity/api`, apiKey: 'sandbox-verity-key' }, limitMs)

describe('through the gateway', () => {
  test('a caller with our key reaches Verity, which sees its own credentials', async () => {
    const before = await passed('success')
    const response = await ask('GET /api/verity/contacts?page=2&limit=3', { headers: key })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ page: 2, limit: 3, total: 1_000 })
    const bearer = await ask('GET /api/verity/health', { headers: { authorization: `Bearer ${key['x-api-key']}` } })
    expect(await bearer.json()).toEqual({ status: 'ok' })
    expect(await passed('success')).toBe(before + 2)
    const [duration] = await read('gateway_request_duration_seconds')
    expect(duration?.attributes).toEqual({ status: 'success' })
  })

  test('a broadcast is created with its body, and what Verity refuses is passed back as it is', async () => {
    const created = await ask('POST /api/verity/broadcasts', {
      headers: key,
      json: { name: 'Spring', message: 'Hello', recipients: ['vc_1'], externalId: 'gateway-1' },
    })
    expect(created.status).toBe(202)
    const { id } = await created.json()
    expect((await ask(`GET /api/verity/broadcasts/${id}`, { headers: key })).status).toBe(200)
    const before = await passed('success')
    expect((await ask('POST /api/verity/broadcasts', { headers: key, json: { name: '' } })).status).toBe(422)
    expect((await ask('GET /api/verity/nothing', { headers: key })).status).toBe(404)
    expect(await passed('success')).toBe(before + 2)
  })

  test('the route’s template is the label of every path', async () => {
    await ask('GET /api/verity/contacts/vc_7', { headers: key })
    const endpoints = (await read('http_requests_total')).map(({ attributes }) => attributes.endpoint)
    expect(endpoints).toContain('/api/verity/*')
    expect(endpoints.filter((endpoint) => String(endpoint).includes('vc_7'))).toEqual([])
  })
})

describe('the door', () => {
  test('is closed without the key, or with another; each is a security event', async () => {
    const count = async () =>
      (await read('security_events_total')).find(({ attributes }) => attributes.type === 'unauthorized')?.value ?? 0
    const [events, through] = [await count(), (await passed('success')) + (await passed('error'))]
    const bad: Record<string, string>[] = [{}, { 'x-api-key': 'guess' }, { authorization: 'Bearer guess' }]
    for (const headers of bad) {
      const response = await ask('GET /api/verity/contacts', { headers })
      expect(response.status).toBe(401)
      expect((await response.json()).detail).toContain('DF_MIDDLEWARE_API_KEY')
    }
    expect(await count()).toBe(Number(events) + 3)
    expect((await passed('success')) + (await passed('error'))).toBe(through)
  })

  test('takes no body above the limit, and no other method', async () => {
    const large = await ask('POST /api/verity/broadcasts', {
      headers: { ...key, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'x'.repeat(70_000) }),
    })
    expect(large.status).toBe(413)
    expect((await ask('OPTIONS /api/verity/contacts', { headers: key })).status).toBe(405)
  })
})

describe('what is passed on', () => {
  let verity: Server
  let seen: { request: IncomingMessage; body: string } | undefined
  let url: string
  beforeAll(async () => {
    verity = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        seen = { request, body: Buffer.concat(chunks).toString() }
        response.setHeader('content-type', 'text/csv')
        response.setHeader('etag', '"7"')
        response.setHeader('set-cookie', 'verity_session=1')
        response.setHeader('www-authenticate', 'Basic realm="verity"')
        response.setHeader('x-powered-by', 'Verity')
        response.statusCode = 207
        response.end('id\n1\n')
      })
    }).listen(0, '127.0.0.1')
    await once(verity, 'listening')
    url = `http://127.0.0.1:${(verity.address() as AddressInfo).port}/v1`
  })
  afterAll(() => {
    verity.closeAllConnections()
    verity.close()
  })

  test('is method, path, query and body of any type, and no header of the connection or of credentials', async () => {
    const gateway = gatewayTo({ baseUrl: url })
    const response = await gateway('/api/verity/contacts/import?mode=full&tag=a%20b', {
      method: 'PUT',
      headers: {
        'content-type': 'text/csv',
        authorization: 'Bearer mine',
        cookie: 'crm_session=secret',
        'proxy-authorization': 'Basic eA==',
        te: 'trailers',
        'x-forwarded-for': '10.0.0.1',
      },
      body: 'name\nAnna\n',
    })
    expect(seen?.request.method).toBe('PUT')
    expect(seen?.request.url).toBe('/v1/contacts/import?mode=full&tag=a%20b')
    expect(seen?.body).toBe('name\nAnna\n')
    expect(seen?.request.headers).toMatchObject({ authorization: 'Bearer upstream-key', 'content-type': 'text/csv' })
    for (const name of ['cookie', 'x-api-key', 'proxy-authorization', 'te', 'x-forwarded-for'])
      expect(seen?.request.headers[name], name).toBeUndefined()

    expect(response.status).toBe(207)
    expect(await response.text()).toBe('id\n1\n')
    expect(response.headers.get('etag')).toBe('"7"')
    for (const name of ['set-cookie', 'www-authenticate', 'x-powered-by'])
      expect(response.headers.get(name), name).toBeNull()
  })

  test('stays below the API’s address, however the path is written', async () => {
    const gateway = gatewayTo({ baseUrl: url })
    for (const path of ['//elsewhere.example/x', '/..%2f..%2fadmin', '/@elsewhere.example', '/a/%2e%2e/b']) {
      await gateway(`/api/verity${path}`)
      expect(seen?.request.url?.startsWith('/v1/'), path).toBe(true)
    }
    seen = undefined
    await gateway('/api/verity/%2e%2e/%2e%2e/admin')
    expect(seen).toBeUndefined()
  })
})

describe('when Verity is in trouble', () => {
  test('its own errors are passed back and counted', async () => {
    await breakVerity({ status: 502 })
    const before = await passed('error')
    const response = await sandboxGateway()('/api/verity/contacts')
    expect(response.status).toBe(502)
    expect(await passed('error')).toBe(before + 1)
  })

  test('cut connections are a 503 that says where to look', async () => {
    await breakVerity({ refuse: true })
    const before = await passed('error')
    const response = await sandboxGateway()('/api/verity/contacts')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toMatchObject({
      type: 'urn:crm:problem:dependency_unavailable',
      detail: 'Verity (VERITY_BASE_URL) does not answer at the moment. Please try again.',
    })
    expect(await passed('error')).toBe(before + 1)
  })

  test('nobody listening at VERITY_BASE_URL is the same', async () => {
    const response = await gatewayTo({ baseUrl: `http://127.0.0.1:${await freePort()}` })('/api/verity/contacts')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('VERITY_BASE_URL') })
  })

  test('an answer that does not come in time is a 504', async () => {
    await breakVerity({ delayMs: 5_000 })
    const startedAt = performance.now()
    const response = await sandboxGateway(300)('/api/verity/contacts')
    expect(response.status).toBe(504)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(await response.json()).toMatchObject({
      type: 'urn:crm:problem:timeout',
      detail: 'Verity (VERITY_BASE_URL) took too long to answer. Please try again.',
    })
  })

  test('its rate limit reaches the caller to the second, and Verity is left alone until then', async () => {
    await breakVerity({ rateLimit: { retryAfterSeconds: 30 } })
    const gateway = sandboxGateway()
    const limited = await gateway('/api/verity/contacts')
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '30'])
    await fetch(`${service.sandboxUrl}/faults/verity`, { method: 'DELETE' })
    const again = await gateway('/api/verity/contacts')
    expect(again.status).toBe(429)
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThanOrEqual(29)
    expect(await again.json()).toMatchObject({ type: 'urn:crm:problem:rate_limited' })
  })

  test('half an answer is not passed off as a whole one', async () => {
    await breakVerity({ malformed: true })
    const response = await sandboxGateway()('/api/verity/contacts')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('VERITY_BASE_URL') })
  })

  test('credentials that Verity refuses are our mistake, not the caller’s', async () => {
    const gateway = gatewayTo({ baseUrl: `${service.sandboxUrl}/verity/api`, apiKey: 'outdated' })
    const response = await gateway('/api/verity/contacts')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('VERITY_API_KEY') })
  })

  test('no address at all is a 503 that names what to set', async () => {
    const before = await passed('error')
    const response = await gatewayTo({ baseUrl: undefined })('/api/verity/contacts')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('Set VERITY_BASE_URL') })
    expect(await passed('error')).toBe(before + 1)
  })
})
