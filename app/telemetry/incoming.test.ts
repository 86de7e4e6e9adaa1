import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { connect } from 'node:net'
import { upgradeWebSocket } from '@hono/node-server'
import { type Context, context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Listening, listen } from '../http/listen.ts'
import { type HttpTelemetryVariables, httpTelemetry } from './http.ts'
import { observeIncoming } from './incoming.ts'
import { measuredRequests } from './measured.ts'
import { TraceparentPropagator } from './propagator.ts'
import { requestContext, setRequestContext, withRequestContext } from './request-context.ts'
import { ServerSpan } from './server-span.ts'
import { takingOurs } from './span-queue.ts'

const storage = new AsyncLocalStorage<Context>()
/** As the SDK's own, as far as these tests go. */
const manager: Parameters<typeof context.setGlobalContextManager>[0] = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, work, thisArg, ...args) => storage.run(active, () => work.call(thisArg as never, ...args)),
  bind: (_, target) => target,
  enable: () => manager,
  disable: () => manager,
}

const exporter = new InMemorySpanExporter()
let server: Listening
let begun: () => void

beforeAll(async () => {
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [takingOurs(new SimpleSpanProcessor({ exporter }))] }),
  )
  // From here on the queue is known.
  trace.getTracer('test').startSpan('first').end()
  exporter.reset()
  context.setGlobalContextManager(manager)
  propagation.setGlobalPropagator(new TraceparentPropagator())
  observeIncoming({})
  const app = new Hono<{ Variables: HttpTelemetryVariables }>()
  app.use(httpTelemetry(app), methodNotAllowed({ app }))
  app.use((_, next) => withRequestContext({ correlationId: 'c-1' }, next))
  app.onError((_, c) => c.text('failed', 500))
  app.get('/api/contacts/:id', (c) => c.text(trace.getActiveSpan()?.spanContext().traceState?.serialize() ?? 'none'))
  app.get('/api/throws', () => {
    throw Object.assign(new Error('write to anna@example.com'), { type: 'out_of_luck' })
  })
  app.get('/api/status/:code', (c) => c.text('', Number(c.req.param('code')) as 200))
  app.get('/api/whoami', async (c) => {
    setRequestContext({ userId: 'user-1', workspaceId: 'workspace-1' })
    await trace.getTracer('test').startActiveSpan('step', async (step) => {
      setRequestContext({ workspaceId: 'workspace-2' })
      step.end()
    })
    return c.text(requestContext()?.workspaceId ?? '')
  })
  app.get('/api/slow', async (c) => {
    begun()
    await once(c.req.raw.signal, 'abort')
    return c.text('late')
  })
  app.get('/api/events', (c) =>
    c.body(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('data: 1\n\n')) }), 200, {
      'content-type': 'text/event-stream',
    }),
  )
  app.get('/api/socket', (c) => c.text('', 426))
  app.get(
    '/api/live',
    upgradeWebSocket(() => ({})),
  )
  server = await listen(app, { host: '127.0.0.1', port: 0 })
})
afterEach(() => exporter.reset())
afterAll(async () => {
  await server.close()
  trace.disable()
  context.disable()
  propagation.disable()
})

/** The server span of what was just asked, once it has ended. */
const serverSpan = () =>
  vi.waitFor(() => {
    const found = exporter.getFinishedSpans().find(({ name }) => name !== 'step')
    if (!found) throw new Error('no span yet')
    return found
  })

const ask = async (path: string, init?: RequestInit): Promise<{ text: string; span: ReadableSpan }> => {
  const response = await fetch(server.url + path, init)
  return { text: await response.text(), span: await serverSpan() }
}

/** Sends bytes as they are, and hangs up when told to. */
const send = async (text: string) => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'

describe.each([
  { made: 'by us', env: { OTEL_TRACES_SAMPLER: 'always_on' }, isOurs: true },
  {
    made: 'by the SDK, where not every request is sampled',
    env: { OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
    isOurs: false,
  },
  {
    made: 'by the SDK, where spans have other limits',
    env: { OTEL_TRACES_SAMPLER: 'always_on', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '30' },
    isOurs: false,
  },
])('a server span that is made $made', ({ env, isOurs }) => {
  beforeAll(() => observeIncoming(env))

  it('has name, kind and attributes of the semantic conventions, without an address of the client', async () => {
    const { span } = await ask('/api/contacts/7?q=anna@example.com', {
      headers: { 'user-agent': 'curl/8.1 anna@example.com' },
    })
    expect(span instanceof ServerSpan).toBe(isOurs)
    expect(span).toMatchObject({ name: 'GET /api/contacts/:id', kind: 1, status: { code: SpanStatusCode.UNSET } })
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/api/contacts/:id',
      'url.path': '/api/contacts/7',
      'url.query': 'q=[redacted]',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(server.url).port),
      'network.protocol.version': '1.1',
      'user_agent.original': 'curl/8.1',
      'http.response.status_code': 200,
    })
  })

  it('goes on with the trace that the caller sent, without its state, which may hold anything', async () => {
    const headers = { traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'vendor=1' }
    const { text, span } = await ask('/api/contacts/7', { headers })
    expect(span.spanContext().traceId).toBe(traceId)
    expect(span.parentSpanContext).toMatchObject({ spanId: parentId, isRemote: true })
    expect(text).toBe('none')
  })

  it.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${parentId}`,
    `ff-${traceId}-${parentId}-01`,
  ])('begins a trace of its own where the caller sent "%s"', async (traceparent) => {
    const { span } = await ask('/api/contacts/7', { headers: { traceparent } })
    expect(span.parentSpanContext).toBeUndefined()
    expect(span.spanContext().traceId).not.toBe(traceId)
  })

  it('knows the route of a wrong method, and that others have none', async () => {
    const { span } = await ask('/api/contacts/7', { method: 'PUT' })
    expect(span.name).toBe('PUT /api/contacts/:id')
    expect(span.attributes['http.response.status_code']).toBe(405)
    exporter.reset()
    const unknown = await ask('/nowhere/anna@example.com', { method: 'PROPFIND' })
    expect(unknown.span.name).toBe('PROPFIND unmatched')
    expect(unknown.span.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
      'url.path': '/nowhere/[email]',
      'http.response.status_code': 404,
    })
    expect(unknown.span.status.code).toBe(SpanStatusCode.UNSET)
  })

  it('has failed where 500 or more was answered, with what was thrown', async () => {
    const thrown = await ask('/api/throws')
    expect(thrown.span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'write to [email]' })
    expect(thrown.span.attributes['error.type']).toBe('out_of_luck')
    expect(thrown.span.events.map(({ name }) => name)).toEqual(['exception'])
    exporter.reset()
    const answered = await ask('/api/status/503')
    expect(answered.span.status.code).toBe(SpanStatusCode.ERROR)
    expect(answered.span.attributes['error.type']).toBe('503')
    exporter.reset()
    expect((await ask('/api/status/404')).span.status.code).toBe(SpanStatusCode.UNSET)
  })

  it('is marked with user and workspace, also by a step inside of it', async () => {
    const { span, text } = await ask('/api/whoami')
    expect(text).toBe('workspace-2')
    expect(span.attributes['user.id']).toMatch(/^[0-9a-f]{16}$/)
    expect(span.attributes['crm.workspace.id']).toBe('workspace-2')
    const step = exporter.getFinishedSpans().find(({ name }) => name === 'step')
    expect(step?.parentSpanContext?.spanId).toBe(span.spanContext().spanId)
  })

  it('of a client that went away waits for the work to end', async () => {
    const working = new Promise<void>((resolve) => {
      begun = resolve
    })
    const socket = await send('GET /api/slow HTTP/1.1\r\nhost: crm.example\r\n\r\n')
    await working
    socket.destroy()
    const span = await serverSpan()
    expect(span.name).toBe('GET /api/slow')
    expect(span.attributes).toMatchObject({
      'error.type': 'aborted',
      'server.address': 'crm.example',
      'server.port': 80,
    })
    expect(span.attributes).not.toHaveProperty('http.response.status_code')
  })

  it('of a stream ends with the stream', async () => {
    const leaving = new AbortController()
    const response = await fetch(`${server.url}/api/events`, { signal: leaving.signal })
    await response.body?.getReader().read()
    expect(exporter.getFinishedSpans()).toEqual([])
    leaving.abort()
    const span = await serverSpan()
    expect(span.name).toBe('GET /api/events')
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 200 })
    expect(span.attributes).not.toHaveProperty('error.type')
  })

  it.each([
    ['/api/socket', 426],
    ['/api/live', 101],
  ])('of a request to become a WebSocket at %s ends with the answer, which is %i everywhere', async (path, status) => {
    const measured: number[] = []
    const stop = measuredRequests.listen((request) => void measured.push(request.status))
    const upgrade = 'host: crm.example\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n'
    const socket = await send(`GET ${path} HTTP/1.1\r\n${upgrade}sec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toContain(`HTTP/1.1 ${status} `)
    const span = await serverSpan()
    expect(span.name).toBe(`GET ${path}`)
    expect(span.attributes['http.response.status_code']).toBe(status)
    await vi.waitFor(() => expect(measured).toEqual([status]))
    stop()
    socket.destroy()
  })

  it('is there for a request that never reaches the application', async () => {
    const socket = await send('GET / HTTP/1.1\r\nhost: not a host\r\n\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 400 /)
    socket.destroy()
    const span = await serverSpan()
    expect(span.name).toBe('GET')
    expect(span.attributes['http.response.status_code']).toBe(400)
  })
})

it('a tracer that fails costs the span, not the answer', async () => {
  const failing = {
    getTracer: () => ({
      startSpan: () => {
        throw new Error('no more spans')
      },
    }),
  }
  const getTracer = vi.spyOn(trace, 'getTracer').mockReturnValue(failing.getTracer() as never)
  const other = await listen({ fetch: () => new Response('answered') }, { host: '127.0.0.1', port: 0 })
  getTracer.mockRestore()
  expect(await (await fetch(other.url)).text()).toBe('answered')
  await other.close()
})
