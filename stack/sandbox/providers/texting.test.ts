import { beforeEach, describe, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

let time = Date.parse('2026-06-01T12:00:00Z')
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
beforeEach(async () => {
  time = Date.parse('2026-06-01T12:00:00Z')
  sandbox = await sandboxForTest({ now: () => time })
})

describe('aloware', () => {
  const ask = (method: string, path: string, body?: unknown, token = 'sandbox-aloware-token') =>
    sandbox.ask(method, `/aloware/api/v1${path}${path.includes('?') ? '&' : '?'}api_token=${token}`, body)
  interface Communications {
    readonly data: readonly { readonly id: string; readonly status: string; readonly external_id: string | null }[]
    readonly current_page: number
    readonly last_page: number
  }
  const list = () =>
    walk(
      (page) => sandbox.json<Communications>(ask('GET', `/communications?per_page=90&page=${page ?? 1}`)),
      ({ data, current_page: at, last_page: last }) => ({ items: data, next: at < last ? String(at + 1) : undefined }),
    )

  it('has 1,000 communications, each once', async () => {
    const seen = await list()
    expect(seen).toHaveLength(1_000)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1_000)
  })

  it('sends a text message once for one external id', async () => {
    const sms = { to: '+4512345678', message: 'Hello', external_id: 'text-1' }
    const first = await sandbox.json(ask('POST', '/communications/sms', sms))
    expect(first).toEqual({ id: expect.any(String), status: 'queued' })
    expect(await sandbox.json(ask('POST', '/communications/sms', sms))).toEqual(first)
    await ask('POST', '/communications/sms', { ...sms, external_id: 'text-2', to: '+4512340000' })
    expect((await list()).slice(1_000).map(({ external_id: id, status }) => [id, status])).toEqual([
      ['text-1', 'delivered'],
      ['text-2', 'failed'],
    ])
  })

  it('refuses a number that is none, an unknown token, and large pages', async () => {
    const wrong = await ask('POST', '/communications/sms', { to: 'Anna', message: 'Hello', external_id: '1' })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('+4512345678')])
    expect((await ask('GET', '/webhook/status')).status).toBe(200)
    expect((await ask('GET', '/webhook/status', undefined, 'x')).status).toBe(401)
    expect((await ask('GET', '/communications?per_page=101')).status).toBe(400)
  })
})

describe('verity', () => {
  const auth = { Authorization: 'Bearer sandbox-verity-key' }
  const ask = (method: string, path: string, body?: unknown) => sandbox.ask(method, `/verity/api${path}`, body, auth)
  const broadcast = { name: 'Offer', message: 'Hello', recipients: ['r1', { id: 'r2' }, 'r0000'], externalId: 'b-1' }

  it.each([
    ['broadcasts', 120],
    ['contacts', 1_000],
  ])('has %s, each once', async (name, count) => {
    interface Page {
      readonly [items: string]: unknown
      readonly page: number
      readonly pageCount: number
    }
    const seen = await walk(
      (page) => sandbox.json<Page>(ask('GET', `/${name}?limit=70&page=${page ?? 1}`)),
      ({ page, pageCount, [name]: items }) => ({
        items: items as { id: string }[],
        next: page < pageCount ? String(page + 1) : undefined,
      }),
    )
    expect(seen).toHaveLength(count)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(count)
  })

  it('schedules a broadcast once for one external id, and sends it', async () => {
    const first = await ask('POST', '/broadcasts', broadcast)
    const { id, status } = await sandbox.json(first)
    expect([first.status, status]).toEqual([202, 'scheduled'])
    expect(await sandbox.json(ask('POST', '/broadcasts', broadcast))).toMatchObject({ id })
    expect(await sandbox.json(ask('GET', `/broadcasts/${id}`))).toMatchObject({ status: 'scheduled', sent: 0 })
    time += 1_000
    expect(await sandbox.json(ask('GET', `/broadcasts/${id}`))).toMatchObject({ status: 'sent', sent: 2, failed: 1 })
  })

  it('refuses what it does not know', async () => {
    expect((await ask('POST', '/broadcasts', { ...broadcast, recipients: [] })).status).toBe(422)
    for (const path of ['/broadcasts/x', '/contacts/vc_1000', '/reports']) {
      expect((await ask('GET', path)).status).toBe(404)
    }
    expect((await ask('GET', '/health')).status).toBe(200)
    expect((await sandbox.ask('GET', '/verity/api/health')).status).toBe(401)
  })
})
