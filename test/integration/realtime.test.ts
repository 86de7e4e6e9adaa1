import { connect } from 'node:net'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Hears, listenToEvents } from '../../app/realtime/listener.ts'
import { publish, type RealtimeEvent } from '../../app/realtime/publish.ts'
import { publicUrl, type Service, startService } from './crm/service.ts'

let service: Service
let url: string
let anna: string
let admin: string
let eve: string
let workspaceId: string

beforeAll(async () => {
  service = await startService()
  const served = await service.serve()
  url = served.url
  anna = await service.signIn('anna@crm.example')
  admin = await service.signIn('admin@crm.example')
  eve = await service.signIn('eve@other.example')
  workspaceId = (await (await service.ask('GET /api/workspace', { cookie: anna })).json()).id
  await vi.waitFor(() => expect(served.listener.isListening()).toBe(true))
})
afterAll(() => service?.stop())

interface Told {
  readonly type: string
  readonly data: unknown
}

interface Following {
  /** What has been told so far. */
  readonly told: Told[]
  readonly hasEnded: () => boolean
  end(): void
}

/** What open pages are told every two seconds has tests of its own. */
const isOfPages = ({ type }: Told): boolean => type === 'status' || type === 'operations'

const open: Following[] = []
afterEach(async () => {
  for (const following of open.splice(0)) following.end()
  await vi.waitFor(() => expect(service.realtime.counts()).toMatchObject({ sse: 0, websocket: 0 }))
})

const bySse = async (cookie: string, headers: Record<string, string> = {}): Promise<Following> => {
  const stop = new AbortController()
  const response = await fetch(`${url}/api/events`, { headers: { cookie, ...headers }, signal: stop.signal })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const told: Told[] = []
  let ended = false
  const read = async () => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        const one: Told | undefined = data === undefined ? undefined : JSON.parse(data)
        if (one && !isOfPages(one)) told.push(one)
      }
    }
  }
  void read()
    .catch(() => undefined)
    .finally(() => {
      ended = true
    })
  const following = { told, hasEnded: () => ended, end: () => stop.abort() }
  open.push(following)
  return following
}

const socketTo = (headers: Record<string, string>): WebSocket =>
  // Node's own client takes headers, which browsers do not.
  new (WebSocket as unknown as new (url: string, options: object) => WebSocket)(
    `${url.replace('http', 'ws')}/api/events/ws`,
    { headers },
  )

const byWebSocket = async (cookie: string, headers: Record<string, string> = {}): Promise<Following> => {
  const socket = socketTo({ cookie, ...headers })
  const told: Told[] = []
  socket.addEventListener('message', ({ data }) => {
    const one: Told = JSON.parse(String(data))
    if (!isOfPages(one)) told.push(one)
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  const following = { told, hasEnded: () => socket.readyState === 3, end: () => socket.close() }
  open.push(following)
  return following
}

const kinds = [
  ['SSE', bySse],
  ['WebSocket', byWebSocket],
] as const

describe.each(kinds)('%s', (_, follow) => {
  it('tells members of their workspace, an admin what operators are told as well, and others nothing', async () => {
    const [member, operator, stranger] = [await follow(anna), await follow(admin), await follow(eve)]
    await service.db.transaction().execute(async (trx) => {
      await publish(trx, { workspaceId, type: 'contact.created', data: { contactId: '1' } })
    })
    await publish(service.db, { workspaceId: null, type: 'snapshot', data: { cpu: 0.5 } })
    const created = { type: 'contact.created', data: { contactId: '1' } }
    const snapshot = { type: 'snapshot', data: { cpu: 0.5 } }
    await vi.waitFor(() => expect(operator.told).toEqual([created, snapshot]))
    expect(member.told).toEqual([created])
    expect(stranger.told).toEqual([])
  })

  it('tells nothing of what was rolled back', async () => {
    const member = await follow(anna)
    await service.db
      .transaction()
      .execute(async (trx) => {
        await publish(trx, { workspaceId, type: 'contact.created', data: {} })
        throw new Error('no')
      })
      .catch(() => undefined)
    await publish(service.db, { workspaceId, type: 'contact.deleted', data: {} })
    await vi.waitFor(() => expect(member.told).toEqual([{ type: 'contact.deleted', data: {} }]))
  })

  it('passes on what is as large as PostgreSQL allows', async () => {
    const member = await follow(anna)
    const ids = Array.from({ length: 190 }, (_, index) => `${'0'.repeat(32)}${index}`)
    await publish(service.db, { workspaceId, type: 'contacts.imported', data: { ids } })
    await vi.waitFor(() => expect(member.told).toEqual([{ type: 'contacts.imported', data: { ids } }]))
  })
})

describe('who may not follow', () => {
  it('is told so: nobody without a session, and no page of another site', async () => {
    expect((await fetch(`${url}/api/events`)).status).toBe(401)
    expect((await fetch(`${url}/api/events/ws`, { headers: { cookie: anna } })).status).toBe(400)
    expect(await handshake({})).toBe('HTTP/1.1 401 Unauthorized')
    expect(await handshake({ cookie: anna, origin: 'https://elsewhere.example' })).toBe('HTTP/1.1 403 Forbidden')
    expect(await handshake({ cookie: anna, origin: publicUrl })).toBe('HTTP/1.1 101 Switching Protocols')
    expect(await handshake({ cookie: anna, 'sec-websocket-version': '8' })).toBe('HTTP/1.1 426 Upgrade Required')
    expect(await handshake({ cookie: anna, 'sec-websocket-key': 'short' })).toBe('HTTP/1.1 400 Bad Request')
  })

  it('is whoever has fifty connections already', async () => {
    for (let index = 0; index < 50; index++) await byWebSocket(eve)
    const refused = await fetch(`${url}/api/events`, { headers: { cookie: eve } })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(await handshake({ cookie: eve })).toBe('HTTP/1.1 429 Too Many Requests')
    await bySse(anna)
  })
})

/** The first line of the answer to a handshake. */
const handshake = (headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const all: Record<string, string> = {
      host: `${hostname}:${port}`,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET /api/events/ws HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    })
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n', 1)[0] ?? '')
      socket.destroy()
    })
    socket.once('error', reject)
  })

describe('connections', () => {
  it('that were lost and come back are told to read everything anew', async () => {
    const back = await bySse(anna, { 'last-event-id': '7' })
    await vi.waitFor(() => expect(back.told).toEqual([{ type: 'resync', data: {} }]))
  })

  it('of who does not read are ended, and hold up nobody', async () => {
    const { hostname, port } = new URL(url)
    const reader = await bySse(anna)
    const idle = connect(Number(port), hostname)
    idle.pause()
    idle.write(`GET /api/events HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: ${anna}\r\n\r\n`)
    await vi.waitFor(() => expect(service.realtime.counts().sse).toBe(2))
    const data = { text: 'x'.repeat(60_000) }
    // The kernel takes some megabytes before the service notices.
    await vi.waitFor(
      () => {
        for (let index = 0; index < 20; index++) service.realtime.pass({ workspaceId: 'nobody', type: 'none', data })
        service.realtime.pass({ workspaceId, type: 'large', data })
        expect(service.realtime.counts().sse).toBe(1)
      },
      { timeout: 20_000, interval: 5 },
    )
    expect(reader.hasEnded()).toBe(false)
    idle.destroy()
  })
})

describe('the listener', () => {
  it('comes back after its connection was cut, and tells everybody to read anew', async () => {
    const heard: RealtimeEvent[] = []
    const hears: Hears = { pass: (event) => heard.push(event), resync: vi.fn() }
    const listener = listenToEvents(service.database.url, 'cut', hears)
    try {
      await vi.waitFor(() => expect(listener.isListening()).toBe(true))
      await publish(service.db, { workspaceId, type: 'before', data: {} })
      await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['before']))

      const other = new pg.Client({ connectionString: service.database.url })
      await other.connect()
      const cut = await other.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut-realtime'`,
      )
      expect(cut.rowCount).toBe(1)
      await vi.waitFor(() => expect(listener.isListening()).toBe(false))
      await vi.waitFor(() => expect(listener.isListening()).toBe(true), { timeout: 5_000 })
      expect(hears.resync).toHaveBeenCalledTimes(1)
      await publish(service.db, { workspaceId, type: 'after', data: {} })
      await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['before', 'after']))
      // Whatever else is told on the channel is no event.
      await other.query(`select pg_notify('crm_realtime', 'nonsense'), pg_notify('crm_realtime', '{"type":5}')`)
      await publish(service.db, { workspaceId, type: 'last', data: {} })
      await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['before', 'after', 'last']))
      await other.end()
    } finally {
      listener.stop()
    }
  })
})

describe('at shutdown', () => {
  it('live connections end, and the server does not wait for them', async () => {
    const { url: address, close } = await service.serve()
    const cookie = anna
    const stream = await fetch(`${address}/api/events`, { headers: { cookie } })
    const socket = new (WebSocket as unknown as new (url: string, options: object) => WebSocket)(
      `${address.replace('http', 'ws')}/api/events/ws`,
      { headers: { cookie } },
    )
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
    const began = performance.now()
    service.realtime.close()
    await close()
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(await stream.text()).toContain('retry: 3000')
    expect(await closed).toBe(1001)
    expect((await fetch(`${url}/api/events`, { headers: { cookie } })).status).toBe(503)
  })
})
