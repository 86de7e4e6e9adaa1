import { sql } from 'kysely'
import type { SyncEntity } from '../../adapters/outside.ts'
import type { CrmProvider, Integration, SyncTrigger } from '../../db/schema-integrations.ts'
import type { Deps } from '../../deps.ts'
import { publish } from '../../realtime/publish.ts'
import { requestContext } from '../../telemetry/logger.ts'
import type { Trx } from './entity.ts'
import { type About, measureStatus } from './measure.ts'

/** What each provider has to synchronize. GHL has contacts only. */
const entitiesOf: Readonly<Record<CrmProvider, readonly SyncEntity[]>> = {
  salesforce: ['contact', 'deal'],
  hubspot: ['contact', 'deal'],
  ghl: ['contact'],
}

export interface SyncRequest {
  readonly trigger: SyncTrigger
  readonly integrationId?: string | undefined
  /** All integrations with it, whoever's they are. */
  readonly provider?: CrmProvider | undefined
  /** Those that the provider does not have are left out; undefined: all. */
  readonly entities?: readonly SyncEntity[] | undefined
}

/** A sync job that was asked for: a new one, or the one that is under way already. */
export interface RequestedSync {
  readonly id: string
  readonly integrationId: string
  readonly entity: SyncEntity
  readonly isNew: boolean
}

/** Webhooks come in bursts: one sync gathers what comes within this many milliseconds. */
const gatherMs = 3_000

/**
 * Asks for a sync of integrations that are not paused. There is one job under way for an integration and entity: what is asked
 * for while it waits is done by it, and what is asked for while it runs is done by one more after it.
 */
export const requestSync = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  request: SyncRequest,
): Promise<RequestedSync[]> => {
  const { requested, count } = await db.transaction().execute((trx) => requestSyncIn(trx, jobs, request))
  count()
  return requested
}

/** The same as part of the caller's transaction. @returns what counts it; to be called when the transaction is committed */
export const requestSyncIn = async (
  trx: Trx,
  jobs: Deps['jobs'],
  { trigger, integrationId, provider, entities }: SyncRequest,
): Promise<{ requested: RequestedSync[]; count: () => void }> => {
  let wanted = trx.selectFrom('integrations').selectAll().where('status', '<>', 'paused').orderBy('id')
  if (integrationId !== undefined) wanted = wanted.where('id', '=', integrationId)
  if (provider !== undefined) wanted = wanted.where('provider', '=', provider)
  const begun: About[] = []
  const requested: RequestedSync[] = []
  for (const integration of await wanted.execute())
    for (const entity of entitiesOf[integration.provider].filter((one) => entities?.includes(one) ?? true)) {
      const sync =
        (trigger === 'webhook' && (await waiting(trx, integration.id, entity))) ||
        (await requestOne({ trx, jobs }, integration, entity, trigger))
      if (sync.isNew) begun.push(aboutOf(integration, entity))
      requested.push(sync)
    }
  const count = (): void => {
    for (const about of begun) measureStatus(about, 'pending')
  }
  return { requested, count }
}

/** The job that will see what has just happened there, if there is one: a burst of webhooks then writes nothing. */
const waiting = async (trx: Trx, integrationId: string, entity: SyncEntity): Promise<RequestedSync | undefined> => {
  const job = await trx
    .selectFrom('sync_jobs')
    .select('id')
    .where('integration_id', '=', integrationId)
    .where('entity', '=', entity)
    .where(({ eb, and, or }) =>
      or([eb('status', '=', 'pending'), and([eb('status', '=', 'processing'), eb('again', '=', true)])]),
    )
    .executeTakeFirst()
  return job && { id: job.id, integrationId, entity, isNew: false }
}

export const aboutOf = (
  integration: Pick<Integration, 'id' | 'workspace_id' | 'provider'>,
  entity: SyncEntity,
): About => ({
  workspaceId: integration.workspace_id,
  integrationId: integration.id,
  provider: integration.provider,
  entity,
})

/** As part of the caller's transaction. Whoever calls it counts new ones once that is done. */
export const requestOne = async (
  { trx, jobs }: { trx: Trx; jobs: Deps['jobs'] },
  integration: Pick<Integration, 'id' | 'workspace_id'>,
  entity: SyncEntity,
  trigger: SyncTrigger,
): Promise<RequestedSync> => {
  const { rows } = await sql<{ id: string; is_new: boolean }>`
    insert into sync_jobs as job (workspace_id, integration_id, entity, trigger, correlation_id)
    values (${integration.workspace_id}, ${integration.id}, ${entity}, ${trigger}, ${requestContext()?.correlationId ?? null})
    on conflict (integration_id, entity) where status in ('pending', 'processing')
    do update set again = job.again or (job.status = 'processing' and ${trigger} <> 'scheduled')
    returning id, xmax = 0 as is_new`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('the database returned no sync job')
  const sync = { id: row.id, integrationId: integration.id, entity, isNew: row.is_new }
  if (!sync.isNew) return sync
  const message = { workspaceId: integration.workspace_id, integrationId: integration.id, syncJobId: row.id }
  const startAfter = trigger === 'webhook' ? new Date(Date.now() + gatherMs) : undefined
  await jobs.enqueue(trx, 'integration-sync', message, { ...(startAfter && { startAfter }) })
  await publishSync(trx, { ...sync, workspaceId: integration.workspace_id }, 'pending')
  return sync
}

/** Tells operators who follow live. */
export const publishSync = async (
  trx: Trx,
  { id, ...about }: { id: string; integrationId: string; workspaceId: string; entity: SyncEntity },
  status: string,
): Promise<void> => {
  const { integrationId, workspaceId, entity } = about
  await publish(trx, {
    workspaceId: null,
    type: 'sync',
    data: { syncJobId: id, integrationId, workspaceId, entity, status },
  })
}
