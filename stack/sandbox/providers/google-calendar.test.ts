import { beforeAll, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

interface Events {
  readonly items: readonly { readonly id: string; readonly start: { readonly dateTime: string } }[]
  readonly nextPageToken?: string
}

const calendars = '/calendar/v3/calendars'
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
let auth: Record<string, string>
beforeAll(async () => {
  sandbox = await sandboxForTest({ now: () => Date.parse('2026-06-01T12:00:00Z') })
  auth = await sandbox.googleToken()
})

const ask = (method: string, path: string, body?: unknown) => sandbox.ask(method, `${calendars}${path}`, body, auth)
const list = (query = '') =>
  walk(
    (token) =>
      sandbox.json<Events>(ask('GET', `/primary/events?maxResults=70${query}${token ? `&pageToken=${token}` : ''}`)),
    ({ items, nextPageToken: next }) => ({ items, next }),
  )

it('has 500 events, each once, by their beginning', async () => {
  const seen = await list()
  expect(seen).toHaveLength(500)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(500)
  const times = seen.map(({ start }) => start.dateTime)
  expect(times).toEqual(times.toSorted())
})

it('shows those of a time only, and has some around today', async () => {
  const seen = await list('&timeMin=2026-05-01T00:00:00Z&timeMax=2026-08-01T00:00:00Z')
  expect(seen.length).toBeGreaterThan(60)
  expect(seen[0]?.start.dateTime.slice(0, 7)).toBe('2026-05')
  expect(seen.at(-1)?.start.dateTime.slice(0, 7)).toBe('2026-07')
})

it('takes an event once, and gives it up', async () => {
  const event = {
    id: 'abc123',
    summary: 'Call',
    start: { dateTime: '2030-01-01T10:00:00Z' },
    end: { dateTime: '2030-01-01T11:00:00+01:00' },
  }
  const made = await ask('POST', '/primary/events', event)
  expect([made.status, await made.text()]).toEqual([200, expect.stringContaining('abc123')])
  expect((await ask('POST', '/primary/events', event)).status).toBe(409)
  expect((await list('&timeMin=2029-12-31T00:00:00Z')).map(({ id }) => id)).toEqual(['abc123'])
  expect((await ask('DELETE', '/primary/events/abc123')).status).toBe(204)
  expect((await ask('DELETE', '/primary/events/abc123')).status).toBe(404)
})

it.each([
  ['an unknown calendar', 'GET', '/other', undefined, 404],
  ['events of an unknown calendar', 'GET', '/other/events', undefined, 404],
  ['a time that is none', 'GET', '/primary/events?timeMin=today', undefined, 400],
  [
    'an end before the start',
    'POST',
    '/primary/events',
    { start: { dateTime: '2030-01-01T10:00:00Z' }, end: { dateTime: '2030-01-01T09:00:00Z' } },
    422,
  ],
  ['a day without a time', 'POST', '/primary/events', { start: { date: '2030-01-01' }, end: {} }, 422],
])('refuses %s', async (_, method, path, body, status) => {
  expect((await ask(method, path, body)).status).toBe(status)
})

it('is there, and wants a token', async () => {
  expect(await sandbox.json(ask('GET', '/primary'))).toMatchObject({ id: 'primary' })
  expect((await sandbox.ask('GET', `${calendars}/primary`)).status).toBe(401)
})

it('moves what is touched a quarter of an hour', async () => {
  const before = await list()
  const { touched } = await sandbox.json<{ touched: string[] }>(
    sandbox.ask('POST', '/sandbox/google-calendar/touch', { count: 2 }),
  )
  const at = (events: Events['items']) => events.filter(({ id }) => touched.includes(id))
  const moved = at(await list()).map(({ start }) => Date.parse(start.dateTime))
  expect(moved).toEqual(at(before).map(({ start }) => Date.parse(start.dateTime) + 900_000))
})
