import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSync } from '../../app/modules/integrations/job.ts'
import { requestSync } from '../../app/modules/integrations/requests.ts'
import { type Service, startService } from './crm/service.ts'

let service: Service
let workspaceId: string

beforeAll(async () => {
  service = await startService()
  workspaceId = await newWorkspace('first.example')
})
afterAll(() => service?.stop())

const deps = () => ({ db: service.db, jobs: service.queue, outside: service.outside })
const attempt = { number: 1, isLast: false }

const newWorkspace = async (domain: string): Promise<string> => {
  const values = { name: domain, domain }
  return (await service.db.insertInto('workspaces').values(values).returning('id').executeTakeFirstOrThrow()).id
}

const newIntegration = async (provider: 'salesforce' | 'hubspot' | 'ghl', workspace = workspaceId): Promise<string> => {
  const values = { workspace_id: workspace, provider, frequency_seconds: 86_400 }
  return (await service.db.insertInto('integrations').values(values).returning('id').executeTakeFirstOrThrow()).id
}

/** Asks for a sync and works it off, as a worker would. @returns the job as it ended */
const sync = async (integrationId: string, workspace = workspaceId) => {
  for (const { id } of await requestSync(deps(), { integrationId, trigger: 'manual' }))
    await runSync(deps(), { workspaceId: workspace, integrationId, syncJobId: id }, attempt)
  return await lastJob(integrationId)
}

const lastJob = (integrationId: string) =>
  service.db
    .selectFrom('sync_jobs')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('entity', '=', 'contact')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()

const touch = async (provider: string, count: number): Promise<string[]> => {
  const response = await fetch(`${service.sandboxUrl}/sandbox/${provider}/touch`, {
    method: 'POST',
    body: JSON.stringify({ count }),
    headers: { 'content-type': 'application/json' },
  })
  return ((await response.json()) as { touched: string[] }).touched
}

const countOf = async (workspace = workspaceId) => {
  const { rows } = await sql<{ contacts: number; people: number; searchable: number }>`
    select count(*)::int as contacts, count(distinct lower(email))::int as people,
      (select count(*)::int from contact_search where workspace_id = ${workspace}) as searchable
    from contacts where workspace_id = ${workspace}`.execute(service.db)
  return rows[0]
}

describe('contacts', () => {
  let salesforce: string
  let hubspot: string

  test('the first sync brings everything, and makes everybody findable', async () => {
    salesforce = await newIntegration('salesforce')
    const job = await sync(salesforce)
    expect(job).toMatchObject({ status: 'completed', created_count: 2_500, updated_count: 0, failed_count: 0 })
    expect(await countOf()).toEqual({ contacts: 2_500, people: 2_500, searchable: 2_500 })
  })

  test('who is here already comes no second time', async () => {
    hubspot = await newIntegration('hubspot')
    const job = await sync(hubspot)
    // 500 of HubSpot's people are Salesforce's, too.
    expect(job).toMatchObject({ status: 'completed', created_count: 2_000, failed_count: 0 })
    expect(await countOf()).toEqual({ contacts: 4_500, people: 4_500, searchable: 4_500 })
  })

  test('a second sync finds nothing to do', async () => {
    expect(await sync(salesforce)).toMatchObject({ created_count: 0, updated_count: 0, conflict_count: 0 })
    expect(await sync(hubspot)).toMatchObject({ created_count: 0, updated_count: 0, conflict_count: 0 })
  })

  test('what changed there is taken over, and nothing else', async () => {
    expect(await touch('salesforce', 30)).toHaveLength(30)
    expect(await sync(salesforce)).toMatchObject({ created_count: 0, updated_count: 30, conflict_count: 0 })
    expect(await sync(salesforce)).toMatchObject({ created_count: 0, updated_count: 0 })
  })
})

describe('operators', () => {
  const admin = () => ({ headers: { authorization: `Bearer ${service.config.adminSecret}` } })
  const paths = ['stats', 'health', 'sync-activity?limit=100', 'errors?limit=50', 'performance']

  test.each(paths)('%s is for operators only', async (path) => {
    expect((await service.ask(`GET /api/admin/integrations/${path}`)).status).toBe(401)
    const wrong = { headers: { authorization: 'Bearer wrong' } }
    expect((await service.ask(`GET /api/admin/integrations/${path}`, wrong)).status).toBe(401)
    const cookie = await service.signIn('anna@crm.example')
    expect((await service.ask(`GET /api/admin/integrations/${path}`, { cookie })).status).toBe(403)
    expect((await service.ask(`GET /api/admin/integrations/${path}`, admin())).status).toBe(200)
  })
})
