import { beforeAll, describe, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

interface List {
  readonly messages: readonly { readonly id: string; readonly threadId: string }[]
  readonly nextPageToken?: string
  readonly resultSizeEstimate: number
}

interface History {
  readonly history: readonly { readonly id: string; readonly messagesAdded: readonly { message: { id: string } }[] }[]
  readonly nextPageToken?: string
  readonly historyId: string
}

const me = '/gmail/gmail/v1/users/me'
let time = Date.parse('2026-06-01T12:00:00Z')
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
let auth: Record<string, string>
beforeAll(async () => {
  sandbox = await sandboxForTest({ now: () => time })
  auth = await sandbox.googleToken()
})

const get = <Body = Record<string, unknown>>(path: string) =>
  sandbox.json<Body>(sandbox.ask('GET', `${me}${path}`, undefined, auth))
const list = (query = '') =>
  walk(
    (token) => get<List>(`/messages?maxResults=500${query}${token ? `&pageToken=${token}` : ''}`),
    ({ messages, nextPageToken: next }) => ({ items: messages, next }),
  )
const history = (start: string) =>
  walk(
    (token) => get<History>(`/history?startHistoryId=${start}&maxResults=3${token ? `&pageToken=${token}` : ''}`),
    (body) => ({ items: body.history, next: body.nextPageToken }),
  )

describe('the access token', () => {
  it.each([
    ['no token', {}],
    ['a made-up token', { Authorization: 'Bearer ya29.9999999999.abc.def' }],
  ])('is wanted: %s', async (_, headers) => {
    const response = await sandbox.ask('GET', `${me}/profile`, undefined, headers)
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: 'unauthorized', message: 'gmail does not know this Bearer token.' },
    ])
  })

  it('lasts an hour', async () => {
    const [token, begin] = [await sandbox.googleToken(), time]
    time += 3_599_000
    expect((await sandbox.ask('GET', `${me}/profile`, undefined, token)).status).toBe(200)
    time += 1_000
    expect((await sandbox.ask('GET', `${me}/profile`, undefined, token)).status).toBe(401)
    time = begin
  })

  it.each([
    ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client'],
    ['a revoked refresh token', { refresh_token: 'x' }, 400, 'invalid_grant'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('is refused for %s', async (_, more, status, error) => {
    const form = { client_id: 'crm', client_secret: 'sandbox-google-secret', refresh_token: 'sandbox-refresh-token' }
    const body = new URLSearchParams({ grant_type: 'refresh_token', ...form, ...more } as Record<string, string>)
    const response = await sandbox.ask('POST', '/google/token', body)
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error])
  })
})

describe('messages', () => {
  it('are 3,000, each once, the same at every start', async () => {
    const seen = await list()
    expect(seen).toHaveLength(3_000)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3_000)
    const other = await sandboxForTest()
    const first = await other.json<List>(
      other.ask('GET', `${me}/messages?maxResults=5`, undefined, await other.googleToken()),
    )
    expect(first.messages).toEqual(seen.slice(0, 5))
    expect(first.resultSizeEstimate).toBe(3_000)
  })

  it('say what they say in base64url, with headers', async () => {
    const id = (await get<List>('/messages?maxResults=1')).messages[0]?.id
    const message = await get<{
      internalDate: string
      payload: { headers: { name: string; value: string }[]; body: { size: number; data: string } }
    }>(`/messages/${id}?format=full`)
    expect(message).toMatchObject({ id, internalDate: String(Date.parse('2025-12-31T23:15:00Z')) })
    expect(message.payload.headers.map(({ name }) => name)).toEqual(['From', 'To', 'Subject', 'Date', 'Message-ID'])
    const text = Buffer.from(message.payload.body.data, 'base64url').toString()
    expect(text).toMatch(/^Hello,\r\n/)
    expect(Buffer.byteLength(text)).toBe(message.payload.body.size)
  })

  it('can be searched', async () => {
    const late = await list('&q=after:2025/12/31+in:inbox')
    expect(late.length).toBeGreaterThan(10)
    expect(late.length).toBeLessThan(33)
    const refused = await sandbox.ask('GET', `${me}/messages?q=has:attachment`, undefined, auth)
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('has')])
  })

  it.each([
    ['a page that is too large', '/messages?maxResults=501', 400, /maxResults/],
    ['a made-up page', '/messages?pageToken=abc', 400, /begin again/],
    ['an unknown message', '/messages/0123', 404, /no such message/],
    ['no start', '/history', 400, /startHistoryId/],
    ['a start that is too old', '/history?startHistoryId=1', 404, /too old/],
  ])('refuse %s', async (_, path, status, message) => {
    const response = await sandbox.ask('GET', `${me}${path}`, undefined, auth)
    expect(response.status).toBe(status)
    expect(((await response.json()) as { message: string }).message).toMatch(message)
  })
})

it('has a history of what arrived, in order, in pages', async () => {
  const { historyId: before, messagesTotal } = await get<{ historyId: string; messagesTotal: number }>('/profile')
  const arrival = await sandbox.ask('POST', '/sandbox/gmail/messages', { count: 7 })
  const { added, historyId } = await sandbox.json<{ added: string[]; historyId: string }>(arrival)
  const seen = await history(before)
  expect(seen.map(({ messagesAdded }) => messagesAdded[0]?.message.id)).toEqual(added)
  expect(seen.at(-1)?.id).toBe(historyId)
  expect(seen.map(({ id }) => Number(id))).toEqual(seen.map(({ id }) => Number(id)).toSorted((a, b) => a - b))
  expect(await history(historyId)).toEqual([])
  expect(await get('/profile')).toMatchObject({ historyId, messagesTotal: messagesTotal + 7 })
})

it('receives what it is told to', async () => {
  const from = 'Ada Holm <ada@blue.example>'
  const arrival = sandbox.ask('POST', '/sandbox/gmail/messages', { from, subject: 'The harbour', text: 'It is blue.' })
  const { added } = await sandbox.json<{ added: string[] }>(arrival)
  const message = await get<{ snippet: string; payload: { headers: { name: string; value: string }[] } }>(
    `/messages/${added[0]}?format=full`,
  )
  expect(message.snippet).toBe('It is blue.')
  expect(message.payload.headers).toContainEqual({ name: 'From', value: from })
  expect((await list('&q=from:ada@blue.example+subject:harbour')).map(({ id }) => id)).toEqual(added)
  const wrong = await sandbox.ask('POST', '/sandbox/gmail/messages', { subject: 'a\r\nBcc: b' })
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('one line')])
})

it('never takes a caller’s place in the history back', async () => {
  const later = String(time + 86_400_000)
  expect(await get(`/history?startHistoryId=${later}`)).toEqual({ history: [], historyId: later })
})

it('misses nothing when messages arrive between two pages', async () => {
  const before = (await list()).length
  const first = await get<List>('/messages?maxResults=500')
  await sandbox.ask('POST', '/sandbox/gmail/touch', { count: 20 })
  const others = await walk(
    (token) => get<List>(`/messages?maxResults=500&pageToken=${token ?? first.nextPageToken}`),
    ({ messages, nextPageToken: next }) => ({ items: messages, next }),
  )
  expect(new Set([...first.messages, ...others].map(({ id }) => id)).size).toBe(before)
})

it('can be watched for a week', async () => {
  const answer = await sandbox.json(sandbox.ask('POST', `${me}/watch`, {}, auth))
  expect(answer.expiration).toBe(String(time + 604_800_000))
})
