import { metrics as otel } from '@opentelemetry/api'
import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { validator } from 'hono/validator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HttpTelemetryVariables, httpTelemetry } from './http.ts'
import { type Point, startTestMetrics } from './test-metrics.ts'

let read: (name: string) => Promise<readonly Point[]>
let app: Hono<{ Variables: HttpTelemetryVariables }>

/** Every series of a metric as `method endpoint third = count`. */
const series = async (name: string): Promise<string[]> =>
  (await read(name)).map(({ attributes, value }) => {
    const count = typeof value === 'object' ? (value as { count: number }).count : value
    return `${Object.values(attributes).join(' ')} = ${count}`
  })

beforeEach(() => {
  read = startTestMetrics()
  app = new Hono<{ Variables: HttpTelemetryVariables }>()
  app.use(httpTelemetry())
  app.use('/api/*', async (_, next) => next())
  app.onError((_, c) => c.text('failed', 500))
})
afterEach(() => otel.disable())

describe('endpoint', () => {
  it('is the template, through sub-applications, validators and middleware that answers', async () => {
    const contacts = new Hono()
    contacts.get('/:id', (c) => c.text(c.req.param('id')))
    contacts.post(
      '/',
      validator('json', (_, c) => c.text('invalid', 422)),
      (c) => c.text('never'),
    )
    app.use('/api/secret/*', async (c) => c.text('no', 401))
    app.get('/api/secret/:name', (c) => c.text('never'))
    app.route('/api/contacts', contacts)
    app.get('/files/*', async (_, next) => next())
    await app.request('/files/style.css')
    await app.request('/api/contacts/7?page=2')
    await app.request('/api/contacts/8')
    await app.request('/api/contacts', { method: 'POST' })
    await app.request('/api/secret/x')
    expect(await series('http_requests_total')).toEqual([
      'GET /files/* 404 = 1',
      'GET /api/contacts/:id 200 = 2',
      'POST /api/contacts 422 = 1',
      'GET /api/secret/:name 401 = 1',
    ])
  })

  it('is one value for all paths without a route, however many there are', async () => {
    for (const path of ['/', '/wp-login.php', '/api/x/y/z', '/api/%F0', '/%']) await app.request(path)
    await app.request('/anything', { method: 'PUT' })
    expect(await series('http_requests_total')).toEqual(['GET unmatched 404 = 5', 'PUT unmatched 404 = 1'])
  })

  it('of a wrong method is the template that takes others', async () => {
    const known = new Hono()
    known.use(httpTelemetry(known), methodNotAllowed({ app: known }))
    known.get('/api/contacts/:id', (c) => c.text('found'))
    known.delete('/api/contacts/:id', (c) => c.text('gone'))
    expect((await known.request('/api/contacts/7', { method: 'PUT' })).status).toBe(405)
    expect((await known.request('/api/nothing', { method: 'PUT' })).status).toBe(404)
    expect(await series('http_errors_total')).toEqual([
      'PUT /api/contacts/:id method_not_allowed = 1',
      'PUT unmatched not_found = 1',
    ])
  })

  it('of a method nobody knows is measured as _OTHER', async () => {
    await app.request('/', { method: 'PROPFIND' })
    expect(await series('http_requests_total')).toEqual(['_OTHER unmatched 404 = 1'])
  })
})

describe('a stream of events', () => {
  it('is measured until its head, everything else until it has been sent', async () => {
    const env = { outgoing: { closed: false, once: () => {} } }
    app.get('/events', (c) => c.body('data: 1\n\n', 200, { 'content-type': 'text/event-stream' }))
    app.get('/page', (c) => c.text('page'))
    await app.request('/events', {}, env)
    await app.request('/page', {}, env)
    expect(await series('http_request_duration_seconds')).toEqual(['GET /events 200 = 1'])
  })
})

describe('errors', () => {
  it('are counted once, by what the handler said or what the status says', async () => {
    app.get('/said', (c) => {
      c.set('errorType', 'validation')
      return c.text('', 400)
    })
    app.get('/status/:code', (c) => c.text('', Number(c.req.param('code')) as 400))
    app.get('/throws', () => {
      throw new Error('broken')
    })
    await app.request('/said')
    await app.request('/throws')
    for (const code of [400, 401, 403, 404, 405, 409, 413, 418, 422, 429, 500, 502, 503, 504])
      await app.request(`/status/${code}`)
    await app.request('/status/200')
    expect(await series('http_errors_total')).toEqual([
      'GET /said validation = 1',
      'GET /throws internal = 1',
      // 400 and 418
      'GET /status/:code malformed_request = 2',
      'GET /status/:code unauthorized = 1',
      'GET /status/:code forbidden = 1',
      'GET /status/:code not_found = 1',
      'GET /status/:code method_not_allowed = 1',
      'GET /status/:code conflict = 1',
      'GET /status/:code payload_too_large = 1',
      'GET /status/:code validation = 1',
      'GET /status/:code rate_limited = 1',
      'GET /status/:code internal = 1',
      // 502 and 503
      'GET /status/:code dependency_unavailable = 2',
      'GET /status/:code timeout = 1',
    ])
    const durations = await series('http_request_duration_seconds')
    expect(durations).toContain('GET /throws 500 = 1')
    expect(durations).toContain('GET /status/:code 200 = 1')
  })
})
