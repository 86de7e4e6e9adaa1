import { beforeEach, describe, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

interface Found {
  readonly total?: number
  readonly results: readonly {
    readonly id: string
    readonly properties: Record<string, string>
    readonly updatedAt: string
  }[]
  readonly paging?: { readonly next: { readonly after: string } }
}

const auth = { Authorization: 'Bearer sandbox-hubspot-token' }
const objects = '/hubspot/crm/v3/objects'
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
beforeEach(async () => {
  sandbox = await sandboxForTest({ now: () => Date.parse('2026-06-01T12:00:00Z') })
})

const ask = (method: string, path: string, body?: unknown) => sandbox.ask(method, `${objects}${path}`, body, auth)
const read = ({ results, paging }: Found) => ({ items: results, next: paging?.next.after })
const search = (type: string, body: object, page?: (cursor: string | undefined) => unknown) =>
  walk(async (after) => {
    await page?.(after)
    return sandbox.json<Found>(ask('POST', `/${type}/search`, { limit: 100, after, ...body }))
  }, read)

const changedSince = (propertyName: string, value: string | number) => ({
  filterGroups: [{ filters: [{ propertyName, operator: 'GT', value }] }],
  sorts: [{ propertyName, direction: 'ASCENDING' }],
})

describe.each([
  ['contacts', 'lastmodifieddate', 2_500],
  ['deals', 'hs_lastmodifieddate', 1_200],
])('%s', (type, modified, count) => {
  it('are walked once each by listing', async () => {
    const seen = await walk(
      (after) => sandbox.json<Found>(ask('GET', `/${type}?limit=100${after ? `&after=${after}` : ''}`)),
      read,
    )
    expect(new Set(seen.map(({ id }) => id)).size).toBe(count)
    expect(seen).toHaveLength(count)
  })

  it('are walked once each by searching, in the order of changes', async () => {
    const seen = await search(type, changedSince(modified, 0))
    expect(new Set(seen.map(({ id }) => id)).size).toBe(count)
    expect(seen).toHaveLength(count)
    expect(seen.map(({ updatedAt }) => updatedAt)).toEqual(seen.map(({ updatedAt }) => updatedAt).toSorted())
  })

  it('are found when they changed, by milliseconds and by ISO 8601', async () => {
    expect(await search(type, changedSince(modified, '2026-01-01T00:00:00Z'))).toEqual([])
    const { touched } = await sandbox.json(sandbox.ask('POST', '/sandbox/hubspot/touch', { count: 4, type }))
    for (const since of ['2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:00Z')]) {
      expect((await search(type, changedSince(modified, since))).map(({ id }) => id)).toEqual(touched)
    }
  })
})

it('misses nothing that changes between two pages of a search', async () => {
  const seen = await search('contacts', changedSince('lastmodifieddate', 0), async (after) => {
    if (after) await sandbox.ask('POST', '/sandbox/hubspot/touch', { count: 10 })
  })
  expect(new Set(seen.map(({ id }) => id)).size).toBe(2_500)
})

it('shows the properties that were asked for', async () => {
  const [first] = await search('contacts', {
    filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'EQ', value: '10001' }] }],
    properties: ['email', 'nonsense'],
  })
  expect(Object.keys(first?.properties ?? {})).toEqual([
    'email',
    'nonsense',
    'hs_object_id',
    'createdate',
    'lastmodifieddate',
  ])
  expect(first?.properties).toMatchObject({ email: expect.stringContaining('.example'), nonsense: null })
})

it('creates once per e-mail address, and changes', async () => {
  const properties = { email: 'Ada@holm.example', firstname: 'Ada' }
  const created = await ask('POST', '/contacts', { properties })
  const { id } = await sandbox.json<{ id: string }>(created)
  expect(created.status).toBe(201)
  const again = await ask('POST', '/contacts', { properties: { email: 'ada@holm.example' } })
  expect([again.status, await again.text()]).toEqual([409, expect.stringContaining(`Existing ID: ${id}`)])
  const changed = await sandbox.json(ask('PATCH', `/contacts/${id}`, { properties: { phone: '+4511' } }))
  expect(changed).toMatchObject({ properties: { email: 'Ada@holm.example', phone: '+4511' } })
  expect((await ask('PATCH', '/contacts/1', { properties: {} })).status).toBe(404)
})

it.each([
  ['an unknown type', 'GET', '/tickets', undefined, 404],
  ['a page that is too large', 'GET', '/deals?limit=101', undefined, 400],
  ['a made-up place', 'GET', '/deals?after=1', undefined, 400],
  ['a search page that is too large', 'POST', '/deals/search', { limit: 101 }, 422],
])('refuses %s', async (_, method, path, body, status) => {
  expect((await ask(method, path, body)).status).toBe(status)
})

it('wants its token', async () => {
  const ping = '/hubspot/account-info/v3/details'
  expect((await sandbox.ask('GET', ping, undefined, auth)).status).toBe(200)
  expect((await sandbox.ask('GET', ping, undefined, { Authorization: 'Bearer x' })).status).toBe(401)
})
