import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Running, start, startDatabase, type TestDatabase } from './crm/processes.ts'
import { seed } from './mcp/rows.ts'
import { freePort, until } from './telemetry/harness.ts'
import { Receiver } from './telemetry/receiver.ts'

const secret = 'a-secret-of-the-operators'
const preload = ['--import', './app/telemetry/preload.ts']

let database: TestDatabase
let receiver: Receiver
let mcp: Running
let url: string
let metricsUrl: string
let workspaceId: string
let contactId: string
let broadcastId: string

beforeAll(async () => {
  receiver = new Receiver()
  const [started, collector, port, metricsPort] = await Promise.all([
    startDatabase(),
    receiver.start(),
    freePort(),
    freePort(),
  ])
  database = started
  url = `http://127.0.0.1:${port}`
  metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`
  mcp = await start(
    [...preload, 'app/mcp.ts'],
    {
      DATABASE_URL: database.url,
      MCP_PORT: String(port),
      DF_ADMIN_SECRET: secret,
      LOG_LEVEL: 'info',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector}`,
    },
    /"message":"ready"/,
  )
  ;({ workspaceId, contactId, broadcastId } = await seed(database.url))
})
afterAll(async () => {
  await mcp?.stop()
  await Promise.all([receiver?.stop(), database?.remove()])
})

/** The official client, connected as a program of the operators' would be. */
const connect = async (credential = secret): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${credential}`, 'x-correlation-id': 'mcp-test' } },
    }),
  )
  return client
}

interface Result {
  readonly isError?: boolean
  readonly content: readonly { readonly text: string }[]
  readonly structuredContent?: Readonly<Record<string, unknown>>
}

const call = async (name: string, args: Record<string, unknown> = {}): Promise<Result> => {
  const client = await connect()
  try {
    return (await client.callTool({ name, arguments: args })) as unknown as Result
  } finally {
    await client.close()
  }
}

/** What `/metrics` says of one series; undefined where it is not there. */
const metric = async (series: string): Promise<number | undefined> => {
  const text = await (await fetch(metricsUrl)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.split(' ')[1])
}

const counted = (tool: string, status: string): Promise<number | undefined> =>
  metric(`mcp_tool_calls_total{tool="${tool}",status="${status}"}`)

describe('the official client', () => {
  test('is told every tool with what it takes', async () => {
    const client = await connect()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'list_workspaces',
        'search_contacts',
        'list_broadcasts',
        'broadcast_state',
        'queue_state',
      ]),
    )
    expect(tools.find(({ name }) => name === 'read_contact')?.inputSchema).toMatchObject({
      type: 'object',
      required: ['workspaceId', 'contactId'],
      additionalProperties: false,
    })
    expect(client.getServerVersion()).toMatchObject({ name: 'crm' })
    await client.close()
  })

  test('finds workspaces, and their contacts page by page', async () => {
    const { structuredContent: all } = await call('list_workspaces')
    expect(all).toEqual({ workspaces: [{ id: workspaceId, name: 'Holm', domain: 'holm.example' }], nextOffset: null })
    const first = await call('search_contacts', { workspaceId, limit: 2 })
    expect(first.structuredContent?.contacts).toHaveLength(2)
    const { structuredContent: rest } = await call('search_contacts', {
      workspaceId,
      limit: 2,
      cursor: first.structuredContent?.nextCursor,
    })
    expect(rest).toMatchObject({ nextCursor: null })
    expect(rest?.contacts).toHaveLength(1)
  })

  test('reads a contact; the same stands in text', async () => {
    const { structuredContent, content } = await call('read_contact', { workspaceId, contactId })
    expect(structuredContent).toMatchObject({ contact: { id: contactId, name: 'Bo Lund', email: 'bo@holm.example' } })
    expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent)
  })

  test('finds broadcasts, and what became of their messages', async () => {
    const { structuredContent: list } = await call('list_broadcasts', { workspaceId, status: 'sent' })
    expect(list).toMatchObject({
      broadcasts: [{ id: broadcastId, name: 'Spring, sent', error: null }],
      nextCursor: null,
    })
    const { structuredContent: state } = await call('broadcast_state', { workspaceId, broadcastId })
    expect(state).toMatchObject({
      broadcast: {
        status: 'sent',
        message: 'Windows in spring',
        recipients: { pending: 0, sent: 1, delivered: 2, failed: 1 },
      },
    })
    const other = '00000000-0000-4000-8000-000000000000'
    const missing = await call('broadcast_state', { workspaceId: other, broadcastId })
    expect(missing).toMatchObject({ isError: true, content: [{ text: 'There is no such broadcast.' }] })
  })

  test('sees the state of the queues', async () => {
    const { structuredContent } = await call('queue_state', { queue: 'search-indexing' })
    expect(structuredContent).toEqual({
      queues: [
        {
          queue: 'search-indexing',
          waiting: 0,
          delayed: 0,
          active: 0,
          completed: 0,
          failed: 0,
          dead: 0,
          oldestSeconds: 0,
        },
      ],
    })
  })

  test('is told which argument is wrong, and how', async () => {
    const { isError, content } = await call('search_contacts', { workspaceId: 'holm', limit: 1_000, colour: 'red' })
    expect(isError).toBe(true)
    expect(content[0]?.text).toContain('Some fields are not valid.')
    for (const field of ['workspaceId:', 'limit:', 'colour:']) expect(content[0]?.text).toContain(`\n${field}`)
  })

  test('is told that there is no such contact, also when it is another workspace’s', async () => {
    const other = '00000000-0000-4000-8000-000000000000'
    const result = await call('read_contact', { workspaceId: other, contactId })
    expect(result).toMatchObject({ isError: true, content: [{ text: 'There is no such contact.' }] })
  })

  test('asks for a tool that does not exist; its name becomes no label', async () => {
    const result = await call('drop_everything')
    expect(result).toMatchObject({ isError: true, content: [{ text: 'There is no such tool.' }] })
    expect(await counted('unknown', 'error')).toBe(1)
    expect(await counted('drop_everything', 'error')).toBeUndefined()
  })
})

describe('the door', () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    })

  test('is closed without the right credential, which is a security event', async () => {
    const [none, wrong] = [await ask({}), await ask({ authorization: 'Bearer somebody-else' })]
    expect([none.status, wrong.status]).toEqual([401, 401])
    expect(none.headers.get('www-authenticate')).toBe('Bearer')
    expect(await none.json()).toMatchObject({ type: 'urn:crm:problem:unauthorized', status: 401 })
    expect(await metric('security_events_total{type="unauthorized"}')).toBe(1)
    expect(await metric('security_events_total{type="bad_admin_credential"}')).toBe(1)
    await expect(connect('somebody-else')).rejects.toThrow(/401|Unauthorized/i)
  })

  test('answers POST only, and JSON only', async () => {
    const headers = { authorization: `Bearer ${secret}` }
    const get = await fetch(`${url}/mcp`, { headers })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    const broken = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: '{"jsonrpc":',
    })
    expect(broken.status).toBe(400)
  })
})

describe('what is seen of it', () => {
  test('each call is a count, a duration, and a span below its request', async () => {
    const before = (await counted('list_workspaces', 'success')) ?? Number.NaN
    await call('list_workspaces')
    expect(await counted('list_workspaces', 'success')).toBe(before + 1)
    expect(await counted('queue_state', 'error')).toBe(0)
    expect(
      await metric('mcp_tool_call_duration_seconds_count{tool="list_workspaces",status="success"}'),
    ).toBeGreaterThan(0)
    expect(await metric('http_requests_total{method="POST",endpoint="/mcp",status="200"}')).toBeGreaterThan(0)

    const span = await until(() => receiver.spans.find(({ name }) => name === 'tool list_workspaces'))
    expect(span.resource['service.name']).toBe('mcp')
    const request = await until(() => receiver.spans.find(({ spanId }) => spanId === span.parentSpanId))
    expect(request.name).toBe('POST /mcp')
    const query = await until(() =>
      receiver.spans.find(({ name, parentSpanId }) => parentSpanId === span.spanId && name.includes('workspaces')),
    )
    expect(query.traceId).toBe(request.traceId)
  })

  test('no contact’s address is in spans or logs', async () => {
    await call('read_contact', { workspaceId, contactId })
    await until(() => receiver.spans.some(({ name }) => name === 'tool read_contact'))
    expect(mcp.output()).not.toContain('bo@holm.example')
    expect(receiver.bodies.join('\n')).not.toContain('bo@holm.example')
  })
})

describe('a database that is away', () => {
  test('makes it not ready, tools say so with the id to ask for, and both come back by themselves', async () => {
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ready' })
    await database.stop()
    const notReady = await fetch(`${url}/health/ready`)
    expect(notReady.status).toBe(503)
    expect(await notReady.json()).toMatchObject({ status: 'not ready', checks: { database: 'error' } })
    expect((await fetch(`${url}/health/live`)).status).toBe(200)

    const failures = (await counted('queue_state', 'error')) ?? Number.NaN
    const { isError, content } = await call('queue_state')
    expect(isError).toBe(true)
    expect(content[0]?.text).toBe(
      'The database does not answer at the moment. Please try again.\nCorrelation id: mcp-test.',
    )
    expect(await counted('queue_state', 'error')).toBe(failures + 1)

    await database.restart()
    await until(async () => (await fetch(`${url}/health/ready`)).status === 200)
    expect((await call('queue_state')).isError).toBeUndefined()
  })
})
