import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jobHandlers } from '../../app/handlers.ts'
import { startWorkers } from '../../app/jobs/worker.ts'
import { processWebhooks, type WebhookHandler } from '../../app/modules/webhooks/process.ts'
import { webhookHandlers } from '../../app/webhook-handlers.ts'
import { sandboxEnvironment, start } from './crm/processes.ts'
import { type Service, startService } from './crm/service.ts'
import { signedWebhook } from './crm/webhooks.ts'
import { until } from './telemetry/harness.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service?.stop())

/** What the handler under test was given, as `contact/sequence`, once its transaction was committed. */
const effects: string[] = []
/** Sequences whose events fail, and how often still. */
const failing = new Map<string, number>()

const recording: WebhookHandler = {
  apply: async (_trx, { contact_key, sequence }) => {
    const name = `${contact_key}/${sequence}`
    const left = failing.get(name) ?? 0
    if (left > 0) {
      failing.set(name, left - 1)
      throw Object.assign(new Error('is away'), { code: 'ECONNREFUSED' })
    }
    return () => {
      effects.push(name)
    }
  },
}
const handlers = {
  ghl: recording,
  aloware: recording,
  verity: recording,
  gmail: recording,
  salesforce: recording,
  hubspot: recording,
}

beforeEach(() => {
  effects.length = 0
  failing.clear()
})

const deps = () => ({ config: service.config, db: service.db, jobs: service.queue })

const sendGhl = async (contactId: string, sequence: number, webhookId: string = randomUUID()): Promise<string> => {
  const { path, body, headers } = signedWebhook('ghl', {
    webhookId,
    type: 'ContactUpdate',
    data: { contactId, sequence },
  })
  expect((await service.ask(`POST ${path}`, { body, headers })).status).toBe(202)
  return webhookId
}

const work = (contactKey: string, attempt = { number: 1, isLast: false }) =>
  processWebhooks(deps(), handlers, { source: 'ghl', contactKey, eventId: '' }, attempt)

const statusesOf = async (contactKey: string) =>
  await service.db
    .selectFrom('webhook_events')
    .select(['sequence', 'status', 'attempts', 'error_message'])
    .where('contact_key', '=', contactKey)
    .orderBy('sequence')
    .execute()

test('without a workspace events stay pending', async () => {
  await sendGhl('nobody', 1)
  await work('nobody')
  expect(effects).toEqual([])
  expect(await statusesOf('nobody')).toMatchObject([{ status: 'pending', attempts: 0 }])
  await service.signIn('anna@crm.example')
  await work('nobody')
  expect(effects).toEqual(['nobody/1'])
})

describe('one contact’s events', () => {
  test('are worked off by the provider’s count, whatever order they came in, and once', async () => {
    for (const sequence of [2, 3, 1]) await sendGhl('order', sequence)
    await work('order')
    await work('order')
    expect(effects).toEqual(['order/1', 'order/2', 'order/3'])
    expect(await statusesOf('order')).toMatchObject([
      { status: 'processed', attempts: 1 },
      { status: 'processed', attempts: 1 },
      { status: 'processed', attempts: 1 },
    ])
  })

  test('wait for one that fails, and go on when it succeeds', async () => {
    for (const sequence of [1, 2, 3]) await sendGhl('fails', sequence)
    // Once together with the others, once by itself.
    failing.set('fails/2', 2)
    await expect(work('fails')).rejects.toThrow('is away')
    expect(effects).toEqual(['fails/1'])
    expect(await statusesOf('fails')).toMatchObject([
      { status: 'processed' },
      { status: 'pending', attempts: 1 },
      { status: 'pending', attempts: 0 },
    ])
    await work('fails', { number: 2, isLast: false })
    expect(effects).toEqual(['fails/1', 'fails/2', 'fails/3'])
  })

  test('go on without one that fails five times', async () => {
    for (const sequence of [1, 2]) await sendGhl('poison', sequence)
    failing.set('poison/1', 100)
    for (const number of [2, 3, 4, 5]) await expect(work('poison', { number, isLast: false })).rejects.toThrow()
    await work('poison', { number: 6, isLast: false })
    expect(effects).toEqual(['poison/2'])
    expect(await statusesOf('poison')).toMatchObject([
      { status: 'error', attempts: 5, error_message: 'dependency_unavailable' },
      { status: 'processed', error_message: null },
    ])
  })

  test('are worked off by two workers at once without doing anything twice', async () => {
    for (let sequence = 1; sequence <= 20; sequence++) await sendGhl('twice', sequence)
    await Promise.all([work('twice'), work('twice'), work('twice')])
    expect(effects).toHaveLength(20)
    expect(effects).toEqual(Array.from({ length: 20 }, (_, index) => `twice/${index + 1}`))
  })

  test('whose job has no attempts left get a new job instead of one that blocks them for good', async () => {
    await sendGhl('tired', 1)
    failing.set('tired/1', 100)
    const before = await jobsOf('ghl:tired')
    await work('tired', { number: 11, isLast: true })
    expect(await jobsOf('ghl:tired')).toBe(before + 1)
  })
})

const jobsOf = async (key: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pgboss.job where singleton_key = ${key}`.execute(service.db)
  return rows[0]?.count ?? -1
}

test('a worker that is killed in the middle of an event leaves nothing of it, and its successor does it once', async () => {
  const { id: workspaceId } = await service.db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow()
  // Somebody else is about to write the same link, so that the worker waits in the middle of its transaction.
  const other = new Client({ connectionString: service.database.url })
  await other.connect()
  const { id: contactId } = await service.db
    .insertInto('contacts')
    .values({ ...noDetails, workspace_id: workspaceId, name: 'Somebody else' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await other.query('begin')
  await other.query(`insert into contact_links values ('${workspaceId}', 'ghl', 'killed', '${contactId}')`)
  await sendGhl('killed', 1)
  const env = {
    DATABASE_URL: service.database.url,
    OTEL_SDK_DISABLED: 'true',
    ...sandboxEnvironment(service.sandboxUrl),
  }
  const worker = await start(['app/worker.ts'], env, /"message":"working"/)
  await until(async () => {
    const { rows } = await sql`
      select from pg_stat_activity
      where wait_event_type = 'Lock' and query like '%contact_links%' and application_name = 'worker'`.execute(
      service.db,
    )
    return rows.length > 0
  })
  await worker.stop('SIGKILL')
  await other.query('rollback')
  await other.end()
  const made = () => service.db.selectFrom('contacts').select('id').where('name', '=', 'Contact of GHL').execute()
  await until(async () => {
    const { rows } = await sql`select from pg_stat_activity where application_name = 'worker'`.execute(service.db)
    return rows.length === 0
  })
  expect(await statusesOf('killed')).toMatchObject([{ status: 'pending' }])
  const before = (await made()).length
  // That the queue gives the job of a worker that died out again is shown below.
  const real = webhookHandlers({ ...deps(), outside: service.outside, cache: service.cache })
  const again = { source: 'ghl', contactKey: 'killed', eventId: '' } as const
  for (const number of [2, 3]) await processWebhooks(deps(), real, again, { number, isLast: false })
  expect(await made()).toHaveLength(before + 1)
  expect(await statusesOf('killed')).toMatchObject([{ status: 'processed' }])
  const log = await service.db
    .selectFrom('sync_log')
    .innerJoin('contact_links', (join) => join.on(sql<boolean>`contact_id::text = entity_id`))
    .select('sync_log.status')
    .where('external_id', '=', 'killed')
    .execute()
  expect(log).toEqual([{ status: 'completed' }])
})

const noDetails = {
  email: null,
  phone: null,
  company: null,
  notes: null,
  industry: null,
  company_size: null,
  enriched_at: null,
}

describe('with a worker', () => {
  test('events are worked off in order, and a job whose worker died runs again', async () => {
    // A worker that dies: its job is active and nobody works on it.
    await sendGhl('died', 1)
    await sql`
      update pgboss.job set state = 'active', started_on = now() - interval '1 hour'
      where singleton_key = 'ghl:died'`.execute(service.db)
    await startWorkers(service.queue, {
      ...jobHandlers({ ...deps(), outside: service.outside, cache: service.cache }),
      'webhook-processing': (data, attempt) => processWebhooks(deps(), handlers, data, attempt),
    })
    for (const sequence of [2, 3]) await sendGhl('died', sequence)
    for (const sequence of [1, 2, 3]) await sendGhl('lives', sequence)
    await until(() => effects.filter((one) => one.startsWith('lives/')).length === 3)
    // The order holds over the death: the job's successors wait for it.
    expect(effects.filter((one) => one.startsWith('died/'))).toEqual([])
    await service.queue.boss.supervise('webhook-processing')
    await until(() => effects.filter((one) => one.startsWith('died/')).length === 3)
    expect(effects.filter((one) => one.startsWith('died/'))).toEqual(['died/1', 'died/2', 'died/3'])
    expect(effects.filter((one) => one.startsWith('lives/'))).toEqual(['lives/1', 'lives/2', 'lives/3'])
  })
})
