import { beforeAll, describe, expect, it } from 'vitest'
import { sandboxForTest, walk } from '../testing.ts'

interface Result {
  readonly totalSize: number
  readonly done: boolean
  readonly nextRecordsUrl?: string
  readonly records: readonly {
    readonly Id: string
    readonly LastModifiedDate: string
    readonly [field: string]: unknown
  }[]
}

const data = '/salesforce/services/data/v62.0'
const time = Date.parse('2026-06-01T12:00:00Z')
let sandbox: Awaited<ReturnType<typeof sandboxForTest>>
let auth: Record<string, string>
beforeAll(async () => {
  sandbox = await sandboxForTest({ now: () => time })
  const client = { client_id: 'crm', client_secret: 'sandbox-salesforce-secret' }
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...client })
  const token = await sandbox.json(sandbox.ask('POST', '/salesforce/services/oauth2/token', form))
  expect(token).toMatchObject({ instance_url: 'http://127.0.0.1:4000/salesforce', token_type: 'Bearer' })
  auth = { Authorization: `Bearer ${token.access_token}` }
})

const ask = (method: string, path: string, body?: unknown) => sandbox.ask(method, path, body, auth)
const query = (soql: string) =>
  walk(
    (next) =>
      sandbox.json<Result>(ask('GET', next ? `/salesforce${next}` : `${data}/query?q=${encodeURIComponent(soql)}`)),
    ({ records, nextRecordsUrl: next, done }) => {
      expect(done).toBe(next === undefined)
      return { items: records, next }
    },
  )
const since = (type: string, when: string) =>
  query(`SELECT Id, LastModifiedDate FROM ${type} WHERE LastModifiedDate > ${when} ORDER BY LastModifiedDate`)

describe('a query', () => {
  it.each([
    ['Contact', 'Email', 2_500],
    ['Opportunity', 'Amount', 1_200],
  ])('walks each %s once, in the order of changes', async (type, field, count) => {
    const seen = await query(`SELECT Id, ${field}, LastModifiedDate FROM ${type} ORDER BY LastModifiedDate`)
    expect(seen).toHaveLength(count)
    expect(new Set(seen.map(({ Id }) => Id)).size).toBe(count)
    const times = seen.map(({ LastModifiedDate }) => LastModifiedDate)
    expect(times).toEqual(times.toSorted())
    expect(Object.keys(seen[0] ?? {})).toEqual(['attributes', 'Id', field, 'LastModifiedDate'])
  })

  it('misses nothing that changes between two pages', async () => {
    const soql = encodeURIComponent('SELECT Id FROM Contact ORDER BY LastModifiedDate')
    const first = await sandbox.json<Result>(ask('GET', `${data}/query?q=${soql}`))
    expect(first).toMatchObject({ totalSize: 2_500, done: false })
    // Those of the first page and some of later ones move to the end.
    await sandbox.ask('POST', '/sandbox/salesforce/touch', { count: 300 })
    const others = await walk(
      (next) => sandbox.json<Result>(ask('GET', `/salesforce${next ?? first.nextRecordsUrl}`)),
      ({ records, nextRecordsUrl: next }) => ({ items: records, next }),
    )
    expect(new Set([...first.records, ...others].map(({ Id }) => Id)).size).toBe(2_500)
  })

  it('finds what changed since', async () => {
    const newest = (await since('Opportunity', '2025-12-31T00:00:00Z')).at(-1)?.LastModifiedDate ?? ''
    expect(await since('Opportunity', newest)).toEqual([])
    const touch = { count: 3, type: 'Opportunity' }
    const { touched } = await sandbox.json(sandbox.ask('POST', '/sandbox/salesforce/touch', touch))
    expect((await since('Opportunity', newest)).map(({ Id }) => Id)).toEqual(touched)
  })

  it.each([
    ['another language', 'DELETE FROM Contact', 400, /SELECT <fields>/],
    ['an unknown type', 'SELECT Id FROM Lead', 404, /Contact, Opportunity/],
    ['an unknown field', 'SELECT Id, Salary FROM Contact', 400, /Salary/],
    ['no time', 'SELECT Id FROM Contact WHERE LastModifiedDate > yesterday', 400, /yesterday/],
  ])('refuses %s', async (_, soql, status, message) => {
    const response = await ask('GET', `${data}/query?q=${encodeURIComponent(soql)}`)
    expect(response.status).toBe(status)
    expect(((await response.json()) as { message: string }).message).toMatch(message)
  })
})

it('keeps what is written, and shows it as changed', async () => {
  const created = await ask('POST', `${data}/sobjects/Contact`, { FirstName: 'Ada', LastName: 'Holm' })
  const { id } = await sandbox.json<{ id: string }>(created)
  expect([created.status, id]).toEqual([201, expect.stringMatching(/^003\w{15}$/)])
  expect((await ask('PATCH', `${data}/sobjects/Contact/${id}`, { Email: 'ada@holm.example' })).status).toBe(204)
  const read = await sandbox.json(ask('GET', `${data}/sobjects/Contact/${id}`))
  expect(read).toMatchObject({ Id: id, Name: 'Ada Holm', Email: 'ada@holm.example', Phone: null })
  expect((await since('Contact', '2026-06-01T00:00:00Z')).at(-1)?.Id).toBe(id)
  expect((await ask('PATCH', `${data}/sobjects/Contact/003x`, { Email: 'a@b.example' })).status).toBe(404)
  expect((await ask('PATCH', `${data}/sobjects/Contact/${id}`, { Salary: 1 })).status).toBe(400)
})

it('wants its own access token', async () => {
  expect((await ask('GET', `${data}/limits`)).status).toBe(200)
  expect((await sandbox.ask('GET', `${data}/limits`, undefined, await sandbox.googleToken())).status).toBe(401)
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'crm', client_secret: 'x' })
  expect((await sandbox.ask('POST', '/salesforce/services/oauth2/token', form)).status).toBe(401)
})
