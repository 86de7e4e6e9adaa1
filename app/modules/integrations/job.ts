import type { SyncEntity } from '../../adapters/outside.ts'
import { AdapterError, type CallContext } from '../../adapters/outside.ts'
import type { Integration } from '../../db/schema-integrations.ts'
import type { Deps } from '../../deps.ts'
import type { SyncMessage } from '../../jobs/queues.ts'
import type { Attempt } from '../../jobs/worker.ts'
import { jobErrorReason } from '../../telemetry/jobs.ts'
import { logger } from '../../telemetry/logger.ts'
import { span } from '../../telemetry/spans.ts'
import { contacts } from './contacts.ts'
import { deals } from './deals.ts'
import { completeJob, failJob } from './ending.ts'
import type { SyncedEntity } from './entity.ts'
import { beginJob } from './jobs-table.ts'
import { measureStatus } from './measure.ts'
import { forgetCursor, positionOf } from './position.ts'
import { pushBatch } from './push.ts'
import { aboutOf, publishSync } from './requests.ts'
import { type PageOf, storePage } from './store-page.ts'

type Services = Pick<Deps, 'db' | 'jobs' | 'outside'>

/** Records that we ask for at once; providers give fewer. */
const pageSize = 200

/** Milliseconds that one message works before it makes room for others. Far below the queue's expiry. */
const budgetMs = 20_000

const entities: Readonly<Record<SyncEntity, SyncedEntity>> = { contact: contacts, deal: deals }

/**
 * Works on a sync job: fetches and stores page after page, then sends what changed here. Each page is one transaction with its
 * position, so that whoever runs the message again goes on there. When its time is over another message goes on.
 * @throws what the provider or the database failed with, so that the message is tried again; after the last attempt the job
 * has failed
 */
export const runSync = async (deps: Services, message: SyncMessage, attempt: Attempt): Promise<void> => {
  const startedAt = performance.now()
  const begun = await begin(deps, message)
  if (!begun) return
  const { about, isFetched } = begun
  try {
    if ((await work(deps, about, isFetched)) === 'done') await completeJob(deps, about, about.syncJobId)
  } catch (error) {
    await noteFailure(deps, about, error, { ...attempt, duration: Math.round(performance.now() - startedAt) })
    throw error
  }
}

const begin = async ({ db }: Services, { integrationId, syncJobId }: SyncMessage) => {
  const integration = await db.selectFrom('integrations').selectAll().where('id', '=', integrationId).executeTakeFirst()
  const begun = integration && (await beginJob(db, syncJobId))
  if (!begun) return undefined
  const { job, isNew } = begun
  const about = { ...aboutOf(integration, job.entity), syncJobId }
  if (isNew) await tellBegin(db, about, integration)
  return { about, isFetched: job.fetched_at !== null }
}

const tellBegin = async (db: Services['db'], about: PageOf, integration: Integration): Promise<void> => {
  measureStatus(about, 'processing')
  await db.transaction().execute((trx) => publishSync(trx, { ...about, id: about.syncJobId }, 'processing'))
  const since = integration.last_success_at
  logger('integrations').info(
    {
      operation: 'sync.started',
      ...whose(about),
      metadata: { ...what(about), adapter: about.provider, isFirst: !since },
    },
    'sync started',
  )
}

const whose = ({ workspaceId, integrationId }: PageOf) => ({ tenantId: workspaceId, integrationId })
const what = ({ entity, syncJobId }: PageOf) => ({ entity, syncJobId })

/** `handed on`: this message has nothing left to do, and the job goes on elsewhere. */
const work = async (deps: Services, about: PageOf, isFetched: boolean): Promise<'done' | 'handed on'> => {
  const { db, outside } = deps
  const source = outside[about.provider]
  const synced = entities[about.entity]
  const context: CallContext = { tenantId: about.workspaceId, integrationId: about.integrationId }
  const deadline = Date.now() + budgetMs
  const isOver = () => Date.now() >= deadline

  while (!isFetched) {
    const startedAt = performance.now()
    const position = await positionOf(db, about, new Date())
    const attributes = { 'crm.adapter': about.provider, 'crm.entity': about.entity }
    const page = await span('sync fetch', attributes, async (active) => {
      const { since, cursor } = position
      const read = await source.changed(about.entity, { since, cursor, limit: pageSize }, context)
      active.setAttribute('crm.records', read.items.length)
      return read
    })
    const stored = await span('sync store', attributes, () => storePage(db, synced, about, position, page))
    if (stored.outcome === 'overtaken') return 'handed on'
    logger('integrations').debug(
      {
        operation: 'page.stored',
        ...whose(about),
        metadata: {
          ...what(about),
          recordCount: page.items.length,
          ...stored.counts,
          duration: Math.round(performance.now() - startedAt),
        },
      },
      'page stored',
    )
    if (stored.outcome === 'last') break
    if (isOver()) return await handOn(deps, about)
  }

  for (let hasMore = true; hasMore; ) {
    const attributes = { 'crm.adapter': about.provider, 'crm.entity': about.entity }
    const pushed = await span('sync push', attributes, () => pushBatch(db, source, synced, about, context))
    if (!pushed) return 'handed on'
    hasMore = pushed.hasMore
    if (hasMore && isOver()) return await handOn(deps, about)
  }
  return 'done'
}

const handOn = async ({ db, jobs }: Services, about: PageOf): Promise<'handed on'> => {
  const { workspaceId, integrationId, syncJobId } = about
  await db
    .transaction()
    .execute((trx) => jobs.enqueue(trx, 'integration-sync', { workspaceId, integrationId, syncJobId }))
  return 'handed on'
}

/** Status codes by which a provider says that it does not know a cursor. */
const cursorIsGone = (error: unknown): boolean =>
  error instanceof AdapterError && (error.status === 400 || error.status === 404)

const noteFailure = async (
  { db }: Services,
  about: PageOf,
  error: unknown,
  { duration, ...attempt }: Attempt & { readonly duration: number },
): Promise<void> => {
  const kind = error instanceof AdapterError ? error.reason : jobErrorReason(error)
  const retryable = error instanceof AdapterError ? error.retryable : true
  // The worker puts the message off until the time that the provider named; that is no attempt.
  const isPutOff = error instanceof AdapterError && error.retryAfterMs !== undefined && kind === 'rate_limited'
  const log = logger('integrations')
  log.warn(
    {
      operation: 'fetch.failed',
      ...whose(about),
      error,
      metadata: { ...what(about), error: kind, retryable, attempt: attempt.number, isLast: attempt.isLast, duration },
    },
    'a sync met an error',
  )
  try {
    if (cursorIsGone(error)) await forgetCursor(db, about)
    await noteError(db, about, kind, retryable)
    if (attempt.isLast && !isPutOff) await failJob(db, about, about.syncJobId, kind)
  } catch (cause) {
    // The database may be what failed. A job that nobody could end is ended by the schedule.
    log.warn({ error: cause, ...whose(about), metadata: what(about) }, 'the error of a sync could not be noted')
  }
}

const noteError = async (db: Services['db'], about: PageOf, kind: string, retryable: boolean): Promise<void> => {
  await db
    .insertInto('integration_errors')
    .values({
      workspace_id: about.workspaceId,
      integration_id: about.integrationId,
      sync_job_id: about.syncJobId,
      entity: about.entity,
      kind,
      external_id: null,
      retryable,
    })
    .execute()
}
