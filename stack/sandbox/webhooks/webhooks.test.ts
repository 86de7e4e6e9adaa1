import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sandboxForTest } from '../testing.ts'

interface Sent {
  readonly sent: readonly {
    readonly eventId: string
    readonly contactKey: string
    readonly sequence: number
    readonly status: number | null
    readonly attempts: number
    readonly outcome: string
  }[]
}

/** What a receiver got of GHL's webhooks, in the order of arrival. */
interface Arrival {
  readonly id: string
  readonly contact: string
  readonly sequence: number
  readonly path: string
  readonly traceparent: string | undefined
}

// Hundreds of requests over real sockets, beside whatever else the machine does.
vi.setConfig({ testTimeout: 20_000 })

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** A service that answers with what `answer` says, and the sandbox that sends to it. */
async function connected(answer: (arrivals: readonly Arrival[], request: IncomingMessage) => number = () => 202) {
  const arrivals: Arrival[] = []
  const server = createServer(async (request, response) => {
    const { webhookId: id = '', data } = JSON.parse(await text(request))
    const { traceparent } = request.headers
    arrivals.push({
      id,
      contact: data?.contactId,
      sequence: data?.sequence,
      path: request.url ?? '',
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    })
    const status = answer(arrivals, request)
    if (status === 0) request.socket.destroy()
    else response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sandbox = await sandboxForTest({ webhookTarget: { url }, backoffMs: 1 })
  return {
    arrivals,
    sandbox,
    url,
    send: (body: object) =>
      sandbox.json<Sent>(sandbox.ask('POST', '/sandbox/webhooks/send', { source: 'ghl', ...body })),
    log: (query = '') => sandbox.json(sandbox.ask('GET', `/sandbox/webhooks/log${query}`)),
    fault: (webhooks: object) => sandbox.ask('PUT', '/faults/ghl', { webhooks }),
  }
}

const sequencesOf = (arrivals: readonly Arrival[]): Record<string, number[]> => {
  const byContact: Record<string, number[]> = {}
  for (const { contact, sequence } of arrivals) byContact[contact] = [...(byContact[contact] ?? []), sequence]
  return byContact
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

it('a webhook carries on the trace of who made it happen, and nothing that is none', async () => {
  const { sandbox, arrivals } = await connected()
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  for (const header of [traceparent, 'nonsense']) {
    const sent = await sandbox.ask('POST', '/sandbox/webhooks/send', { source: 'ghl' }, { traceparent: header })
    expect(sent.status).toBe(200)
  }
  expect(arrivals.map((arrival) => arrival.traceparent)).toEqual([traceparent, undefined])
})

describe('a burst', () => {
  it('arrives once each, in order for each contact', async () => {
    const { arrivals, send, log } = await connected()
    const { sent } = await send({ count: 600, spread: 30 })
    expect(sent).toHaveLength(600)
    expect(new Set(arrivals.map(({ id }) => id)).size).toBe(600)
    expect(arrivals).toHaveLength(600)
    const sequences = Object.values(sequencesOf(arrivals))
    expect(sequences).toHaveLength(30)
    for (const one of sequences) expect(one).toEqual(upTo(20))
    expect(await log()).toEqual({ sent: 600, accepted: 600, failed: 0, pending: 0, duplicates: 0, waiting: 0 })
  })

  it('goes on counting where the one before ended', async () => {
    const { send } = await connected()
    await send({ count: 2, contact: 'c' })
    expect((await send({ count: 2, contact: 'c' })).sent.map(({ sequence }) => sequence)).toEqual([3, 4])
  })

  it('keeps to a rate', async () => {
    const { arrivals, send } = await connected()
    const began = performance.now()
    await send({ count: 21, ratePerSecond: 100 })
    expect(performance.now() - began).toBeGreaterThan(195)
    expect(arrivals).toHaveLength(21)
  })

  it('can be left to itself', async () => {
    const { sandbox, arrivals, send, log } = await connected()
    expect((await send({ count: 3, wait: false })).sent.map(({ outcome }) => outcome)).toEqual([
      'pending',
      'pending',
      'pending',
    ])
    await expect.poll(() => log(), { timeout: 10_000 }).toMatchObject({ accepted: 3, pending: 0 })
    expect(arrivals).toHaveLength(3)
    await sandbox.ask('DELETE', '/sandbox/webhooks/log')
    expect(await log('?byEventId=true')).toMatchObject({ sent: 0, byEventId: {} })
  })
})

describe('what is not accepted', () => {
  it.each([
    ['answers 503', 503],
    ['answers 401', 401],
    ['redirects', 307],
    ['cuts the connection', 0],
  ])('is sent again while the service %s', async (_, status) => {
    const { arrivals, send, log } = await connected((seen) => (seen.length <= 2 ? status : 202))
    const { sent } = await send({ contact: 'c' })
    expect(sent).toMatchObject([{ status: 202, attempts: 3, outcome: 'accepted' }])
    expect(new Set(arrivals.map(({ id }) => id)).size).toBe(1)
    expect(await log()).toMatchObject({ sent: 1, accepted: 1, failed: 0 })
  })

  it('is given up after six attempts, and is then in the log as failed', async () => {
    const { arrivals, send, log } = await connected(() => 500)
    const { sent } = await send({ contact: 'c' })
    expect(arrivals).toHaveLength(6)
    expect(await log('?byEventId=true')).toMatchObject({
      failed: 1,
      byEventId: { [sent[0]?.eventId ?? '']: { source: 'ghl', status: 500, attempts: 6, outcome: 'failed' } },
    })
    expect(await log('?byEventId=true&source=hubspot')).toMatchObject({ byEventId: {} })
  })

  it('holds back what comes later about the same contact, and nobody else', async () => {
    const { arrivals, send } = await connected((seen) => (seen.length === 1 ? 503 : 202))
    await send({ count: 4, spread: 2 })
    const [first] = arrivals
    const sequences = sequencesOf(arrivals)
    expect(sequences[first?.contact ?? '']).toEqual([1, 1, 2])
    expect(Object.values(sequences)).toContainEqual([1, 2])
  })
})

describe('faults', () => {
  it('deliver a share twice, with the same id', async () => {
    const { arrivals, send, fault, log } = await connected()
    await fault({ duplicateShare: 0.25 })
    await send({ count: 40, spread: 5 })
    expect(arrivals).toHaveLength(50)
    expect(new Set(arrivals.map(({ id }) => id)).size).toBe(40)
    expect(await log()).toMatchObject({ sent: 40, accepted: 40, duplicates: 10 })
  })

  it('let later ones overtake earlier ones of the same contact', async () => {
    const { arrivals, send, fault } = await connected()
    await fault({ outOfOrder: true })
    await send({ count: 50, contact: 'c' })
    const sequences = arrivals.map(({ sequence }) => sequence)
    expect(sequences.toSorted((a, b) => a - b)).toEqual(upTo(50))
    expect(sequences).not.toEqual(upTo(50))
    expect(sequences[0]).toBeGreaterThan(10)
  })

  it('leave other sources alone', async () => {
    const { sandbox, arrivals, send } = await connected()
    await sandbox.ask('PUT', '/faults/hubspot', { webhooks: { duplicateShare: 1, outOfOrder: true } })
    await send({ count: 20, contact: 'c' })
    expect(arrivals.map(({ sequence }) => sequence)).toEqual(upTo(20))
  })
})

describe('providers report by themselves', () => {
  it('that a message arrived in the mailbox', async () => {
    const { sandbox, arrivals } = await connected()
    await sandbox.ask('POST', '/sandbox/gmail/messages', { count: 2 })
    await expect.poll(() => arrivals.map(({ path }) => path), { timeout: 10_000 }).toEqual(['/api/webhooks/gmail'])
  })

  it('what became of a text message and of a broadcast', async () => {
    const { sandbox, log } = await connected()
    const sms = { to: '+4512340000', message: 'Hello', external_id: 'text-1' }
    await sandbox.ask('POST', '/aloware/api/v1/communications/sms?api_token=sandbox-aloware-token', sms)
    const broadcast = { name: 'Offer', message: 'Hello', recipients: ['r1', 'r2'] }
    await sandbox.ask('POST', '/verity/api/broadcasts', broadcast, { Authorization: 'Bearer sandbox-verity-key' })
    await expect.poll(() => log(), { timeout: 10_000 }).toMatchObject({ sent: 5, accepted: 5 })
    const { byEventId } = (await log('?byEventId=true')) as { byEventId: Record<string, { contactKey: string }> }
    expect(
      Object.values(byEventId)
        .map(({ contactKey }) => contactKey)
        .sort(),
    ).toEqual(['4512340000', 'r1', 'r1', 'r2', 'r2'])
  })
})

describe('the target', () => {
  it('can be set, shown and taken away', async () => {
    const sandbox = await sandboxForTest()
    const target = '/sandbox/webhooks/target'
    const nowhere = await sandbox.ask('POST', '/sandbox/webhooks/send', { source: 'ghl' })
    expect([nowhere.status, await nowhere.text()]).toEqual([
      409,
      expect.stringContaining('PUT /sandbox/webhooks/target'),
    ])
    await sandbox.ask('PUT', target, { url: 'http://127.0.0.1:3999/' })
    expect(await sandbox.json(sandbox.ask('GET', target))).toEqual({ target: { url: 'http://127.0.0.1:3999' } })
    await sandbox.ask('DELETE', target)
    expect(await sandbox.json(sandbox.ask('GET', target))).toEqual({ target: null })
    expect((await sandbox.ask('PUT', target, { url: 'ftp://x' })).status).toBe(422)
  })

  it.each([
    ['an unknown source', { source: 'billy' }],
    ['too many', { source: 'ghl', count: 20_001 }],
    ['an unknown field', { source: 'ghl', times: 2 }],
  ])('gets nothing for %s', async (_, body) => {
    const { sandbox, arrivals } = await connected()
    expect((await sandbox.ask('POST', '/sandbox/webhooks/send', body)).status).toBe(422)
    expect(arrivals).toEqual([])
  })
})
