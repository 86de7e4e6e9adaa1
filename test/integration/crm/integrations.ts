import { runSync } from '../../../app/modules/integrations/job.ts'
import { requestSync } from '../../../app/modules/integrations/requests.ts'
import type { Service } from './service.ts'

type Provider = 'salesforce' | 'hubspot' | 'ghl'

/** What tests of the synchronization do with the service and the sandbox. */
export const integrationsOf = (service: Service) => {
  const { db, queue, outside, sandboxUrl } = service
  const deps = { db, jobs: queue, outside }

  const newWorkspace = async (domain: string): Promise<string> => {
    const values = { name: domain, domain }
    return (await db.insertInto('workspaces').values(values).returning('id').executeTakeFirstOrThrow()).id
  }

  const newIntegration = async (workspace_id: string, provider: Provider): Promise<string> => {
    const values = { workspace_id, provider, frequency_seconds: 86_400 }
    return (await db.insertInto('integrations').values(values).returning('id').executeTakeFirstOrThrow()).id
  }

  const integration = (id: string) =>
    db.selectFrom('integrations').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  const lastJob = (integrationId: string, entity: 'contact' | 'deal' = 'contact') =>
    db
      .selectFrom('sync_jobs')
      .selectAll()
      .where('integration_id', '=', integrationId)
      .where('entity', '=', entity)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()

  /** Works a job off, as a worker's first or last attempt would. */
  const run = async (integrationId: string, syncJobId: string, isLast = false): Promise<void> => {
    const { workspace_id: workspaceId } = await integration(integrationId)
    await runSync(deps, { workspaceId, integrationId, syncJobId }, { number: isLast ? 6 : 1, isLast })
  }

  return {
    deps,
    newWorkspace,
    newIntegration,
    integration,
    lastJob,
    run,
    /** Asks for a sync of one entity and works it off. @returns the job as it ended */
    sync: async (integrationId: string, entity: 'contact' | 'deal' = 'contact') => {
      const request = { integrationId, trigger: 'manual', entities: [entity] } as const
      for (const { id } of await requestSync(deps, request)) await run(integrationId, id)
      let job = await lastJob(integrationId, entity)
      // On a busy machine one message's time is over before everything is there: the next goes on.
      for (let rounds = 0; job.status === 'processing' && rounds < 10; rounds++) {
        await run(integrationId, job.id)
        job = await lastJob(integrationId, entity)
      }
      return job
    },
    /** Changes records at a provider. @returns their ids there */
    touch: async (provider: Provider, count: number, type?: string): Promise<string[]> => {
      const response = await fetch(`${sandboxUrl}/sandbox/${provider}/touch`, {
        method: 'POST',
        body: JSON.stringify({ count, type }),
        headers: { 'content-type': 'application/json' },
      })
      return ((await response.json()) as { touched: string[] }).touched
    },
    /** Without a fault: the provider is well again. */
    fault: async (provider: Provider, fault?: object): Promise<void> => {
      await fetch(`${sandboxUrl}/faults/${provider}`, {
        method: fault ? 'PUT' : 'DELETE',
        ...(fault && { body: JSON.stringify(fault), headers: { 'content-type': 'application/json' } }),
      })
    },
    /** The contact that is a record of theirs. */
    contactOf: (integrationId: string, externalId: string) =>
      db
        .selectFrom('contacts')
        .innerJoin('external_records', 'external_records.local_id', 'contacts.id')
        .selectAll('contacts')
        .where('external_records.integration_id', '=', integrationId)
        .where('external_records.external_id', '=', externalId)
        .executeTakeFirstOrThrow(),
  }
}
