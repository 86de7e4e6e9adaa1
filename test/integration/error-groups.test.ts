import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createContact } from '../../app/modules/contacts/service.ts'
import { logger } from '../../app/telemetry/logger.ts'
import { type AskOptions, type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let operator: AskOptions

beforeAll(async () => {
  service = await startService()
  operator = { headers: { authorization: `Bearer ${service.config.adminSecret}` } }
})
afterAll(() => service?.stop())
beforeEach(async () => {
  await service.errors.flush()
  await sql`truncate error_groups cascade`.execute(service.db)
})

interface Group {
  readonly id: string
  readonly type: string
  readonly count: number
  readonly place: string
  readonly message: string
  readonly status: string
}
interface Occurrence {
  readonly id: string
  readonly type: string
}

const dataOf = async <Data>(path: string, options: AskOptions = operator): Promise<Data> => {
  const what = /^[A-Z]+ /.test(path) ? path : `GET /api/monitoring/${path}`
  const answer = await service.ask(what, options)
  const body = (await answer.json()) as unknown as { success: boolean; data: Data }
  expect(body).toMatchObject({ success: true })
  return body.data
}
const groups = async (query = ''): Promise<Group[]> => {
  await service.errors.flush()
  return (await dataOf<{ groups: Group[] }>(`error-groups${query}`)).groups
}

const log = logger('test')
const failHere = (text: string) => new TypeError(text)
const failThere = (text: string) => new TypeError(text)

describe('errors that are logged', () => {
  test('are one group where type and place are the same, and others where not', async () => {
    log.error({ error: failHere('first') }, 'it failed')
    log.error(failHere('second'))
    log.error({ error: failThere('third') }, 'it failed')
    log.error({ error: new RangeError('fourth') }, 'it failed')
    log.warn({ error: failHere('a warning') }, 'no error')
    log.error('no error object')
    const found = await groups()
    expect(found.map(({ type, count }) => `${type} ${count}`).toSorted()).toEqual([
      'RangeError 1',
      'TypeError 1',
      'TypeError 2',
    ])
    const two = found.find(({ count }) => count === 2)
    expect(two).toMatchObject({ place: 'test/integration/error-groups.test.ts failHere', status: 'open' })
  })

  test('count once, however often the same one is logged', async () => {
    const error = failHere('once')
    log.error({ error }, 'here')
    log.error({ error }, 'and there')
    expect(await groups()).toMatchObject([{ count: 1 }])
  })

  test('are kept without personal data', async () => {
    log.error(failHere('cannot write to anna@holm.example, +45 12 34 56 78'))
    const [group] = await groups()
    expect(group?.message).toBe('cannot write to [email], [phone]')
    const { rows } = await sql<{ all: string }>`
      select (select json_agg(g)::text from error_groups g) || (select json_agg(o)::text from error_occurrences o) as all`.execute(
      service.db,
    )
    expect(rows[0]?.all).not.toContain('holm.example')
  })

  test('are bounded: the last hundred of a group are kept, and all are counted', async () => {
    for (let batch = 0; batch < 12; batch++) {
      for (let n = 0; n < 20; n++) log.error(failHere('many'))
      await service.errors.flush()
    }
    expect(await groups()).toMatchObject([{ count: 240 }])
    const kept = await service.db.selectFrom('error_occurrences').select('id').execute()
    expect(kept.length).toBeLessThanOrEqual(100 + 10)
  })
})

describe('a group', () => {
  test('is read with its occurrences, page by page, and resolved until it happens again', async () => {
    for (let n = 0; n < 3; n++) log.error(failHere('again'))
    const [group] = await groups()
    const id = group?.id ?? ''
    const first = await dataOf<{ occurrences: Occurrence[]; nextCursor: string }>(`error-groups/${id}?limit=2`)
    expect(first).toMatchObject({
      type: 'TypeError',
      count: 3,
      firstSeen: expect.any(String),
      lastSeen: expect.any(String),
      stack: expect.stringContaining('failHere'),
    })
    expect(first.occurrences).toHaveLength(2)
    const second = await dataOf<{ occurrences: Occurrence[] }>(`error-groups/${id}?limit=2&cursor=${first.nextCursor}`)
    expect(second.occurrences).toHaveLength(1)

    const change = { ...operator, json: { status: 'resolved' } }
    expect(await dataOf(`PATCH /api/monitoring/error-groups/${id}`, change)).toMatchObject({ status: 'resolved' })
    expect(await groups('?status=open')).toEqual([])
    log.error(failHere('again'))
    expect(await groups('?status=open')).toMatchObject([{ id, count: 4 }])
  })

  test('is found by its type, its message and its place, and by no character with a meaning', async () => {
    log.error(failHere('50% of it'))
    log.error(new RangeError('other'))
    const typesOf = async (q: string) => (await groups(`?${new URLSearchParams({ q })}`)).map(({ type }) => type)
    expect(await typesOf('range')).toEqual(['RangeError'])
    expect(await typesOf('50% of')).toEqual(['TypeError'])
    expect(await typesOf('failhere')).toEqual(['TypeError'])
    expect(await typesOf('_')).toEqual([])
    expect(await groups('?service=nobody')).toEqual([])
  })

  test('has a trend, in which every occurrence counts', async () => {
    for (let n = 0; n < 15; n++) log.error(failHere('often'))
    await service.errors.flush()
    log.error(failHere('often'))
    log.error(new RangeError('other'))
    const found = await groups()
    const id = found.find(({ type }) => type === 'TypeError')?.id
    const trend = async (query: string) => {
      const { minutes, steps } = await dataOf<{ minutes: number; steps: { count: number }[] }>(`error-trend${query}`)
      return { minutes, length: steps.length, sum: steps.reduce((sum, { count }) => sum + count, 0) }
    }
    expect(await trend('?hours=1')).toEqual({ minutes: 5, length: 13, sum: 17 })
    expect(await trend(`?hours=24&group=${id}`)).toEqual({ minutes: 30, length: 49, sum: 16 })
    expect((await service.ask('GET /api/monitoring/error-trend?hours=0', operator)).status).toBe(422)
  })

  test('that does not exist is 404, and a wrong id or cursor 422', async () => {
    const status = async (path: string) =>
      (await service.ask(`GET /api/monitoring/error-groups/${path}`, operator)).status
    expect(await status('00000000-0000-4000-8000-000000000000')).toBe(404)
    expect(await status('7')).toBe(422)
    expect((await service.ask('GET /api/monitoring/error-groups?cursor=x', operator)).status).toBe(422)
    expect((await service.ask('GET /api/monitoring/error-groups')).status).toBe(401)
  })
})

test('a request that fails is found with its route and its user', async () => {
  const cookie = await service.signIn('anna@crm.example')
  await sql`alter table leads rename to leads_elsewhere`.execute(service.db)
  const failed = await service.ask('GET /api/leads', { cookie })
  await sql`alter table leads_elsewhere rename to leads`.execute(service.db)
  expect(failed.status).toBe(500)
  await service.errors.flush()
  expect(await dataOf<Occurrence[]>('errors?limit=1')).toEqual([
    {
      id: expect.any(String),
      groupId: expect.any(String),
      timestamp: expect.any(String),
      type: '42P01',
      message: 'relation "leads" does not exist',
      service: 'api',
      environment: expect.any(String),
      component: 'http',
      route: 'GET /api/leads',
      queue: null,
      userId: expect.stringMatching(/^[\da-f-]{36}$/),
      workspaceId: expect.stringMatching(/^[\da-f-]{36}$/),
      traceId: null,
      correlationId: failed.headers.get('x-correlation-id'),
    },
  ])
  expect(await groups()).toMatchObject([{ place: 'app/modules/leads/service.ts listLeads' }])
})

test('a job that fails is found with its queue', async () => {
  const { id: workspaceId } = await service.db
    .insertInto('workspaces')
    .values({ name: 'Test', domain: 'jobs.example' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const fault = { body: '{"status":500}', headers: { 'content-type': 'application/json' } }
  await fetch(`${service.sandboxUrl}/faults/enrichment`, { method: 'PUT', ...fault })
  await service.runJobs()
  await createContact({ db: service.db, jobs: service.queue }, workspaceId, { name: 'x', email: 'x@red-barn.example' })
  const failed = await until(async () => {
    await service.errors.flush()
    return (await dataOf<(Occurrence & { queue: string })[]>('errors')).find(
      ({ queue }) => queue === 'contact-enrichment',
    )
  })
  expect(failed.type).toMatch(/Error$/)
  await fetch(`${service.sandboxUrl}/faults/enrichment`, { method: 'DELETE' })
})

describe('the database', () => {
  test('says which statements are slow, without values', async () => {
    await sql`select pg_sleep(0.12), 'Anna Holm' as secret`.execute(service.db)
    const found = await dataOf<{ available: boolean; statements: { query: string; meanMs: number }[] }>('slow-queries')
    expect(found.available).toBe(true)
    const slow = found.statements.find(({ query }) => query.includes('pg_sleep'))
    expect(slow?.query).toBe('select pg_sleep($1), $2 as secret')
    expect(slow?.meanMs).toBeGreaterThan(100)
  })

  test('says so where the extension is missing', async () => {
    await sql`drop extension pg_stat_statements`.execute(service.db)
    expect(await dataOf('slow-queries')).toEqual({
      available: false,
      reason: 'The extension pg_stat_statements is not created: create extension pg_stat_statements.',
      statements: [],
    })
    await sql`create extension pg_stat_statements`.execute(service.db)
  })

  test('says how large its tables are', async () => {
    const tables = await dataOf<{ table: string }[]>('tables')
    expect(tables.find(({ table }) => table === 'contacts')).toEqual({
      table: 'contacts',
      bytes: expect.any(Number),
      indexBytes: expect.any(Number),
      rows: expect.any(Number),
    })
  })

  test('says what the queues did', async () => {
    const jobs = await until(async () => {
      const all = await dataOf<{ queueName: string; completed: number }[]>('jobs')
      return all.some(({ queueName, completed }) => queueName === 'search-indexing' && completed > 0) ? all : undefined
    })
    expect(jobs.find(({ queueName }) => queueName === 'search-indexing')).toEqual({
      queueName: 'search-indexing',
      completed: expect.any(Number),
      failed: expect.any(Number),
      perMinute: expect.any(Number),
      avgProcessingMs: expect.any(Number),
      p95ProcessingMs: expect.any(Number),
      avgWaitMs: expect.any(Number),
    })
  })
})

test('errors met while the database is away are kept when it is back', async () => {
  await service.database.stop()
  for (let n = 0; n < 300; n++) log.error(failHere('away'))
  await expect(service.errors.flush()).rejects.toThrow()
  log.error(failHere('away'))
  await service.database.restart()
  await until(async () => (await service.ask('GET /api/monitoring/error-groups', operator)).status === 200)
  const found = await groups()
  expect(found.find(({ place }) => place.endsWith('failHere'))?.count).toBe(301)
})
