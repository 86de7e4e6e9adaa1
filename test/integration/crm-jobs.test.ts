import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../app/db/migrate.ts'
import { queueDepths } from '../../app/jobs/depths.ts'
import { createContact } from '../../app/modules/contacts/service.ts'
import { EnrichmentError } from '../../app/modules/enrichment/companies.ts'
import { enrichContact } from '../../app/modules/enrichment/job.ts'
import { indexContact } from '../../app/modules/search/job.ts'
import { type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let workspaceId: string

beforeAll(async () => {
  service = await startService()
  const workspace = await service.db
    .insertInto('workspaces')
    .values({ name: 'Test', domain: 'test.example' })
    .returning('id')
    .executeTakeFirstOrThrow()
  workspaceId = workspace.id
})
afterAll(() => service?.stop())

const deps = () => ({ config: service.config, db: service.db, jobs: service.queue })

const create = (contact: { name: string; email?: string; company?: string }) =>
  createContact(deps(), workspaceId, contact)

const contactById = (id: string) =>
  service.db.selectFrom('contacts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** The queues in which jobs about a contact stand, and how often. */
const jobsAbout = async (contactId: string): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select name from pgboss.job where data->>'contactId' = ${contactId} order by name`.execute(service.db)
  return rows.map(({ name }) => name)
}

const fault = (json?: object) =>
  fetch(`${service.sandboxUrl}/faults/enrichment`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })

describe('before a worker runs', () => {
  test('creating a contact enqueues an enrichment and an indexing job', async () => {
    const { id } = await create({ name: 'Waits' })
    expect(await jobsAbout(id)).toEqual(['contact-enrichment', 'search-indexing'])
    const depths = await queueDepths(service.db)
    for (const queue of ['contact-enrichment', 'search-indexing'])
      expect(depths.find((depth) => depth.queue === queue)).toMatchObject({
        waiting: 1,
        delayed: 0,
        active: 0,
        failed: 0,
      })
  })

  test('a transaction that is rolled back leaves neither contact nor job', async () => {
    const { count: before } = await countJobs()
    const failing = {
      db: service.db,
      jobs: {
        ...service.queue,
        enqueue: async (...args: Parameters<typeof service.queue.enqueue>) => {
          await service.queue.enqueue(...args)
          if (args[1] === 'search-indexing') throw new Error('after both were enqueued')
        },
      },
    }
    await expect(createContact(failing, workspaceId, { name: 'Never' })).rejects.toThrow('after both')
    const contacts = await service.db.selectFrom('contacts').select('id').where('name', '=', 'Never').execute()
    expect(contacts).toEqual([])
    expect((await countJobs()).count).toBe(before)
  })

  test('jobs hold ids only: no name, no address', async () => {
    const { id } = await create({ name: 'Private Person', email: 'private@person.example' })
    const { rows } = await sql<{ data: string }>`
      select data::text from pgboss.job where data->>'contactId' = ${id}`.execute(service.db)
    expect(rows).toHaveLength(2)
    for (const { data } of rows) {
      expect(Object.keys(JSON.parse(data)).toSorted()).toEqual(['contactId', 'trace', 'workspaceId'])
      expect(data).not.toContain('rivate')
    }
  })
})

const countJobs = async () => {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from pgboss.job`.execute(service.db)
  return rows[0] ?? { count: -1 }
}

describe('enrichment', () => {
  test('fills what is empty and leaves what people typed; a second run changes nothing', async () => {
    const { id } = await create({ name: 'x', email: 'x@blue-harbour.example', company: 'My Own Name' })
    await enrichContact(deps(), { workspaceId, contactId: id })
    const first = await contactById(id)
    expect(first.company).toBe('My Own Name')
    expect(first.industry).toMatch(/^[A-Z]/)
    expect(first.company_size).toMatch(/^(1-10|11-50|51-200|201-1000|more than 1000)$/)
    await enrichContact(deps(), { workspaceId, contactId: id })
    expect(await contactById(id)).toMatchObject({
      company: first.company,
      industry: first.industry,
      company_size: first.company_size,
    })
  })

  test('knows nothing of private mailboxes, contacts without an address, and contacts that are gone', async () => {
    const { id } = await create({ name: 'x', email: 'x@gmail.com' })
    await enrichContact(deps(), { workspaceId, contactId: id })
    expect(await contactById(id)).toMatchObject({ company: null, industry: null, company_size: null })
    const { id: without } = await create({ name: 'y' })
    await enrichContact(deps(), { workspaceId, contactId: without })
    expect((await contactById(without)).enriched_at).toBeNull()
    await enrichContact(deps(), { workspaceId, contactId: '00000000-0000-4000-8000-000000000000' })
  })

  test.each([
    [{ status: 500 }, 'dependency_unavailable'],
    [{ status: 400 }, 'invalid_data'],
    [{ rateLimit: { retryAfterSeconds: 3 } }, 'rate_limited'],
  ])('says why it failed: %j', async (broken, reason) => {
    const { id } = await create({ name: 'x', email: 'x@blue-harbour.example' })
    await fault(broken)
    const failure = await enrichContact(deps(), { workspaceId, contactId: id }).catch((error: unknown) => error)
    await fault()
    expect(failure).toBeInstanceOf(EnrichmentError)
    expect(failure).toMatchObject({ reason })
  })
})

test('indexing twice leaves one document; of a contact that is gone, none', async () => {
  const { id } = await create({ name: 'Twice' })
  await indexContact({ db: service.db }, { workspaceId, contactId: id })
  await indexContact({ db: service.db }, { workspaceId, contactId: id })
  await indexContact({ db: service.db }, { workspaceId, contactId: '00000000-0000-4000-8000-000000000000' })
  const rows = await service.db.selectFrom('contact_search').select('text').where('contact_id', '=', id).execute()
  expect(rows).toEqual([{ text: 'twice' }])
})

test('migrations run once, also when several processes start at the same time', async () => {
  expect(await Promise.all([migrate(service.db), migrate(service.db)])).toEqual([[], []])
})

test('a connection that breaks between two statements of a transaction ends that transaction, not the process', async () => {
  const work = service.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    const pid = rows[0]?.pid
    await sql`select pg_terminate_backend(${pid})`.execute(service.db)
    await until(async () => {
      const there = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(service.db)
      return there.rows.length === 0
    })
    await sql`select 1`.execute(trx)
  })
  await expect(work).rejects.toThrow()
  expect((await sql`select 1`.execute(service.db)).rows).toHaveLength(1)
})

test('pg_stat_statements is on', async () => {
  const { rows } = await sql`select calls from pg_stat_statements limit 1`.execute(service.db)
  expect(rows).toHaveLength(1)
})

describe('with a worker', () => {
  test('a job that fails is tried again until the provider is back', async () => {
    const { id } = await create({ name: 'Later', email: 'later@red-barn.example' })
    await fault({ status: 503 })
    await service.runJobs()
    await until(async () => {
      const { rows } = await sql<{ retries: number }>`
        select retry_count as retries from pgboss.job
        where data->>'contactId' = ${id} and name = 'contact-enrichment' and state = 'retry'`.execute(service.db)
      return rows.length > 0
    })
    expect((await contactById(id)).enriched_at).toBeNull()
    await fault()
    await until(async () => (await contactById(id)).company === 'Red Barn', 25_000)
    // What enrichment found is indexed as well.
    await until(async () => {
      const row = await service.db
        .selectFrom('contact_search')
        .select('text')
        .where('contact_id', '=', id)
        .executeTakeFirst()
      return row?.text.includes('red barn')
    })
  })
})
