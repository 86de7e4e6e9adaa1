import type { SyncEntity } from '../../adapters/outside.ts'
import type { Database } from '../../db/database.ts'
import type { Integration } from '../../db/schema-integrations.ts'
import type { Deps } from '../../deps.ts'
import { conflict, notFound } from '../../errors.ts'
import { newestPage, type Paging } from '../../http/paging.ts'
import { type RequestedSync, requestSync } from './requests.ts'
import type { IntegrationChanges, NewIntegration } from './schemas.ts'

/** @throws DomainError conflict when the workspace has one with this provider */
export const createIntegration = async (
  db: Database,
  workspaceId: string,
  { provider, frequencySeconds }: NewIntegration,
): Promise<Integration> => {
  const created = await db
    .insertInto('integrations')
    .values({ workspace_id: workspaceId, provider, frequency_seconds: frequencySeconds })
    .onConflict((on) => on.columns(['workspace_id', 'provider']).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!created) throw conflict(`This workspace has an integration with ${provider} already.`)
  return created
}

/** Newest first. */
export const listIntegrations = async (db: Database, workspaceId: string, paging: Paging) => {
  const query = db.selectFrom('integrations').selectAll().where('workspace_id', '=', workspaceId)
  return await newestPage(query, paging)
}

/** @throws DomainError not_found, also for integrations of other workspaces */
export const readIntegration = async (db: Database, workspaceId: string, id: string): Promise<Integration> => {
  return await db
    .selectFrom('integrations')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('integration'))
}

/** Pauses, resumes, or changes the frequency. A sync that is under way comes to its end. @throws DomainError not_found */
export const changeIntegration = async (
  db: Database,
  workspaceId: string,
  id: string,
  { status, frequencySeconds }: IntegrationChanges,
): Promise<Integration> => {
  return await db
    .updateTable('integrations')
    .set({
      updated_at: new Date(),
      ...(frequencySeconds !== undefined && { frequency_seconds: frequencySeconds }),
      // Whoever says that it is active has seen to what was broken.
      ...(status !== undefined && { status }),
      ...(status === 'active' && { failures_in_row: 0 }),
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => notFound('integration'))
}

/** @throws DomainError not_found, or conflict while it is paused */
export const syncNow = async (
  deps: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  id: string,
  entities: readonly SyncEntity[] | undefined,
): Promise<RequestedSync[]> => {
  const { status } = await readIntegration(deps.db, workspaceId, id)
  if (status === 'paused') throw conflict('The integration is paused. Resume it first: PATCH { "status": "active" }.')
  return await requestSync(deps, { integrationId: id, trigger: 'manual', entities })
}
