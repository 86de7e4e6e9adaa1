import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebhookEvent } from '../../app/db/schema-webhooks.ts'
import { requestSync } from '../../app/modules/integrations/requests.ts'
import { scheduleSyncs } from '../../app/modules/integrations/schedule.ts'
import { webhookHandlers } from '../../app/webhook-handlers.ts'
import { integrationsOf } from './crm/integrations.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
let help: ReturnType<typeof integrationsOf>
let workspaceId: string

beforeAll(async () => {
  service = await startService()
  help = integrationsOf(service)
  workspaceId = await help.newWorkspace('first.example')
})
afterAll(() => service?.stop())

const countContacts = async () => {
  const { rows } = await sql<{ contacts: number; people: number; searchable: number }>`
    select count(*)::int as contacts, count(distinct lower(email))::int as people,
      (select count(*)::int from contact_search where workspace_id = ${workspaceId}) as searchable
    from contacts where workspace_id = ${workspaceId}`.execute(service.db)
  return rows[0]
}

/** What somebody types here; `secondsFromNow` says beyond doubt on which side the change is newer. */
const edit = (id: string, changes: { name?: string; phone?: string; company?: string }, secondsFromNow = 0) =>
  service.db
    .updateTable('contacts')
    .set({ ...changes, updated_at: new Date(Date.now() + secondsFromNow * 1_000) })
    .where('id', '=', id)
    .execute()

describe('contacts', () => {
  let salesforce: string
  let hubspot: string

  test('the first sync brings everything, and makes everybody findable', async () => {
    salesforce = await help.newIntegration(workspaceId, 'salesforce')
    const job = await help.sync(salesforce)
    expect(job).toMatchObject({ status: 'completed', created_count: 2_500, updated_count: 0, failed_count: 0 })
    expect(await countContacts()).toEqual({ contacts: 2_500, people: 2_500, searchable: 2_500 })
    expect(await help.integration(salesforce)).toMatchObject({ status: 'active', error_count: 0 })
  })

  test('who is here already comes no second time, also from two providers at once', async () => {
    hubspot = await help.newIntegration(workspaceId, 'hubspot')
    const ghl = await help.newIntegration(workspaceId, 'ghl')
    const [fromHubspot, fromGhl] = await Promise.all([help.sync(hubspot), help.sync(ghl)])
    // Of HubSpot's 2,500 people 500 are Salesforce's too, of GHL's 5,000 another 1,000.
    expect(fromHubspot).toMatchObject({ status: 'completed', created_count: 2_000, failed_count: 0 })
    expect(fromGhl).toMatchObject({ status: 'completed', created_count: 4_000, failed_count: 0 })
    expect(await countContacts()).toEqual({ contacts: 8_500, people: 8_500, searchable: 8_500 })
  })

  test('a second sync finds nothing to do', async () => {
    expect(await help.sync(salesforce)).toMatchObject({ created_count: 0, updated_count: 0, conflict_count: 0 })
    expect(await help.sync(hubspot)).toMatchObject({ created_count: 0, updated_count: 0, conflict_count: 0 })
  })

  test('what changed there is taken over, and nothing else', async () => {
    const [first = ''] = await help.touch('salesforce', 30)
    const before = await help.contactOf(salesforce, first)
    expect(await help.sync(salesforce)).toMatchObject({ created_count: 0, updated_count: 30, conflict_count: 0 })
    const after = await help.contactOf(salesforce, first)
    expect(after.id).toBe(before.id)
    expect(after.company).not.toBe(before.company)
    expect(await help.sync(salesforce)).toMatchObject({ created_count: 0, updated_count: 0 })
  })

  test('what changed here is sent there, once', async () => {
    const [id = ''] = await help.touch('hubspot', 1)
    await help.sync(hubspot)
    const contact = await help.contactOf(hubspot, id)
    await edit(contact.id, { name: 'Anna Maria Berg', phone: '+45 11 22 33 44' })
    expect(await help.sync(hubspot)).toMatchObject({ updated_count: 1, conflict_count: 0 })
    const response = await fetch(`${service.sandboxUrl}/hubspot/crm/v3/objects/contacts/${id}`, {
      headers: { authorization: 'Bearer sandbox-hubspot-token' },
    })
    expect(await response.json()).toMatchObject({
      properties: { firstname: 'Anna Maria', lastname: 'Berg', phone: '+45 11 22 33 44' },
    })
    expect(await help.sync(hubspot)).toMatchObject({ updated_count: 0, conflict_count: 0 })
  })

  test('where both changed the newest wins, and it is counted', async () => {
    const [id = ''] = await help.touch('salesforce', 1)
    await help.sync(salesforce)
    const { id: contactId } = await help.contactOf(salesforce, id)
    const theirs = (company: string) =>
      service.outside.salesforce.write('contact', { externalId: id, fields: { company } })

    await theirs('Theirs, older')
    await edit(contactId, { name: 'Ours Newer', company: 'Ours, newer' }, 60)
    expect(await help.sync(salesforce)).toMatchObject({ conflict_count: 1, updated_count: 1 })
    expect(await help.contactOf(salesforce, id)).toMatchObject({ id: contactId, company: 'Ours, newer' })
    // Ours was sent: nothing is left to do.
    expect(await help.sync(salesforce)).toMatchObject({ conflict_count: 0, updated_count: 0 })
    expect(await help.contactOf(salesforce, id)).toMatchObject({ name: 'Ours Newer', company: 'Ours, newer' })

    await edit(contactId, { company: 'Ours, older' }, -60)
    await theirs('Theirs, newer')
    expect(await help.sync(salesforce)).toMatchObject({ conflict_count: 1, updated_count: 1 })
    expect(await help.contactOf(salesforce, id)).toMatchObject({ company: 'Theirs, newer' })
    const noted = await service.db
      .selectFrom('external_records')
      .select('conflicts')
      .where('external_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(noted.conflicts).toBe(2)
  })

  test('a record that can be no contact fails alone, and is noted', async () => {
    const { externalId } = await service.outside.salesforce.write('contact', { fields: { phone: '+45 99 99 99 99' } })
    await help.touch('salesforce', 2)
    const job = await help.sync(salesforce)
    expect(job).toMatchObject({ status: 'completed', updated_count: 2, failed_count: 1 })
    const errors = await service.db
      .selectFrom('integration_errors')
      .selectAll()
      .where('sync_job_id', '=', job.id)
      .execute()
    expect(errors).toMatchObject([{ kind: 'invalid_data', external_id: externalId, retryable: false }])
  })

  test('who was deleted here does not come back', async () => {
    const [id = ''] = await help.touch('salesforce', 1)
    await help.sync(salesforce)
    const { id: contactId } = await help.contactOf(salesforce, id)
    await service.db.deleteFrom('contacts').where('id', '=', contactId).execute()
    await service.outside.salesforce.write('contact', { externalId: id, fields: { company: 'Still there' } })
    expect(await help.sync(salesforce)).toMatchObject({ status: 'completed', created_count: 0, conflict_count: 0 })
  })
})

test('operators who follow live are told each status', async () => {
  const hubspot = await help.newIntegration(await help.newWorkspace('live.example'), 'hubspot')
  const listener = new pg.Client({ connectionString: service.database.url })
  await listener.connect()
  const told: unknown[] = []
  listener.on('notification', ({ payload = '' }) => {
    const { workspaceId: whose, type, data } = JSON.parse(payload)
    if (data.integrationId === hubspot) told.push([whose, type, data.status])
  })
  await listener.query('listen crm_realtime')
  await help.sync(hubspot, 'deal')
  await expect.poll(() => told).toHaveLength(3)
  await listener.end()
  expect(told).toEqual(['pending', 'processing', 'completed'].map((status) => [null, 'sync', status]))
})

test.each([
  [{ refuse: true }, 'dependency_unavailable', true],
  [{ malformed: true }, 'invalid_data', false],
  [{ status: 401 }, 'unauthorized', false],
])('a provider with %j: noted, tried again, and nothing is lost', async (fault, kind, retryable) => {
  const hubspot = await help.newIntegration(await help.newWorkspace(`${kind}.example`), 'hubspot')
  const request = { integrationId: hubspot, trigger: 'manual', entities: ['deal'] } as const
  const [job] = await requestSync(help.deps, request)
  await help.fault('hubspot', fault)
  await expect(help.run(hubspot, job?.id ?? '')).rejects.toMatchObject({ reason: kind })
  await help.fault('hubspot')
  const errors = await service.db
    .selectFrom('integration_errors')
    .select(['kind', 'retryable', 'external_id'])
    .where('integration_id', '=', hubspot)
    .execute()
  expect(errors).toEqual([{ kind, retryable, external_id: null }])
  expect(await help.lastJob(hubspot, 'deal')).toMatchObject({ status: 'processing' })
  await expect
    .poll(
      () =>
        help.run(hubspot, job?.id ?? '').then(
          () => 'done',
          () => 'again',
        ),
      { timeout: 10_000 },
    )
    .toBe('done')
  expect(await help.lastJob(hubspot, 'deal')).toMatchObject({ status: 'completed', created_count: 1_200 })
})

test('deals come into the default pipeline, with their stage in our words', async () => {
  const workspace = await help.newWorkspace('deals.example')
  const hubspot = await help.newIntegration(workspace, 'hubspot')
  expect(await help.sync(hubspot, 'deal')).toMatchObject({ status: 'completed', created_count: 1_200, failed_count: 0 })
  await help.touch('hubspot', 5, 'deals')
  expect(await help.sync(hubspot, 'deal')).toMatchObject({ created_count: 0, updated_count: 5 })
  const { rows } = await sql<{ stage: string; pipelines: number }>`
    select stage, count(distinct pipeline_id)::int as pipelines from deals
    where workspace_id = ${workspace} and amount > 0 group by stage order by stage`.execute(service.db)
  expect(rows).toEqual(['lost', 'new', 'proposal', 'qualified', 'won'].map((stage) => ({ stage, pipelines: 1 })))
})

describe('what begins a sync', () => {
  test('there is one under way: what is asked for meanwhile is done by it, or after it', async () => {
    const hubspot = await help.newIntegration(await help.newWorkspace('bursts.example'), 'hubspot')
    const ask = (trigger: 'webhook' | 'scheduled' = 'webhook') =>
      requestSync(help.deps, { integrationId: hubspot, trigger, entities: ['deal'] })
    const [first] = await ask()
    expect(first).toMatchObject({ isNew: true, entity: 'deal' })
    expect(await ask()).toEqual([{ ...first, isNew: false }])
    await service.db
      .updateTable('sync_jobs')
      .set({ status: 'processing' })
      .where('id', '=', first?.id ?? '')
      .execute()
    expect(await ask('scheduled')).toEqual([{ ...first, isNew: false }])
    expect(await ask()).toEqual([{ ...first, isNew: false }])
    await help.run(hubspot, first?.id ?? '')
    // The one that came while it ran.
    expect(await help.lastJob(hubspot, 'deal')).toMatchObject({ status: 'pending', trigger: 'webhook' })
    await help.run(hubspot, (await help.lastJob(hubspot, 'deal')).id)
    expect(await help.lastJob(hubspot, 'deal')).toMatchObject({ status: 'completed', created_count: 0 })
  })

  test('a webhook of the provider', async () => {
    const hubspot = await help.newIntegration(await help.newWorkspace('webhooks.example'), 'hubspot')
    const handlers = webhookHandlers({ ...help.deps, config: service.config, cache: service.cache })
    const event = { event_type: 'deal.propertyChange' } as WebhookEvent
    await service.db.transaction().execute((trx) => handlers.hubspot.apply(trx, event, workspaceId))
    await service.db.transaction().execute((trx) => handlers.hubspot.apply(trx, event, workspaceId))
    const jobs = await service.db.selectFrom('sync_jobs').selectAll().where('integration_id', '=', hubspot).execute()
    expect(jobs).toMatchObject([{ entity: 'deal', trigger: 'webhook', status: 'pending', again: false }])
  })

  test('the schedule: what is due, and neither what is paused nor what ran', async () => {
    const workspace = await help.newWorkspace('schedule.example')
    const [due, ran] = [await help.newIntegration(workspace, 'hubspot'), await help.newIntegration(workspace, 'ghl')]
    const paused = await help.newIntegration(workspace, 'salesforce')
    await service.db.updateTable('integrations').set({ status: 'paused' }).where('id', '=', paused).execute()
    await service.db
      .insertInto('sync_jobs')
      .values({
        workspace_id: workspace,
        integration_id: ran,
        entity: 'contact',
        trigger: 'manual',
        status: 'completed',
      })
      .execute()
    await scheduleSyncs(help.deps)
    await scheduleSyncs(help.deps)
    const jobs = await service.db
      .selectFrom('sync_jobs')
      .select(['integration_id', 'entity', 'trigger'])
      .where('integration_id', 'in', [due, ran, paused])
      .orderBy('created_at')
      .orderBy('entity')
      .execute()
    expect(jobs).toEqual([
      { integration_id: ran, entity: 'contact', trigger: 'manual' },
      { integration_id: due, entity: 'contact', trigger: 'scheduled' },
      { integration_id: due, entity: 'deal', trigger: 'scheduled' },
    ])
  })

  test('a job whose message is gone is ended by the schedule', async () => {
    const ghl = await help.newIntegration(await help.newWorkspace('lost.example'), 'ghl')
    const [job] = await requestSync(help.deps, { integrationId: ghl, trigger: 'manual' })
    await sql`delete from pgboss.job where data->>'syncJobId' = ${job?.id}`.execute(service.db)
    await sql`update sync_jobs set created_at = now() - interval '5 minutes' where id = ${job?.id}`.execute(service.db)
    await scheduleSyncs(help.deps)
    expect(await help.lastJob(ghl)).toMatchObject({ status: 'failed', error_kind: 'lost' })
    expect(await help.integration(ghl)).toMatchObject({ status: 'active', error_count: 1 })
  })

  test('people: create, pause, resume, and sync now', async () => {
    const cookie = await service.signIn('anna@crm.example')
    const created = await service.ask('POST /api/integrations', { cookie, json: { provider: 'ghl' } })
    expect(created.status).toBe(201)
    const { id } = await created.json()
    const path = `/api/integrations/${id}`
    expect((await service.ask('POST /api/integrations', { cookie, json: { provider: 'ghl' } })).status).toBe(409)
    const tooOften = await service.ask(`PATCH ${path}`, { cookie, json: { frequencySeconds: 5 } })
    expect(tooOften.status).toBe(422)
    expect((await tooOften.json()).errors).toMatchObject([{ field: 'frequencySeconds' }])
    const other = await service.signIn('eve@other.example')
    expect((await service.ask(`GET ${path}`, { cookie: other })).status).toBe(404)
    expect((await service.ask(`POST ${path}/sync`, { cookie: other, json: {} })).status).toBe(404)

    await service.ask(`PATCH ${path}`, { cookie, json: { status: 'paused' } })
    expect((await service.ask(`POST ${path}/sync`, { cookie, json: {} })).status).toBe(409)
    await service.ask(`PATCH ${path}`, { cookie, json: { status: 'active' } })
    const asked = await service.ask(`POST ${path}/sync`, { cookie, json: {} })
    expect(asked.status).toBe(202)
    expect(await asked.json()).toMatchObject({ syncs: [{ entity: 'contact', isNew: true }] })
    expect(await (await service.ask(`GET ${path}`, { cookie })).json()).toMatchObject({ status: 'active' })
  })
})
