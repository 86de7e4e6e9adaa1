import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { Integration, SyncJob } from '../../db/schema-integrations.ts'
import type { Deps } from '../../deps.ts'
import { logger } from '../../telemetry/logger.ts'
import { type About, measureEnd, measureStatus } from './measure.ts'
import { publishSync, requestOne } from './requests.ts'

/** Sync jobs that must fail one after the other before an integration counts as broken. */
const failuresUntilError = 3

const log = () => logger('integrations')

/** A sync job came to a good end: the integration is well again, and what was asked for meanwhile begins. */
export const completeJob = async ({ db, jobs }: Pick<Deps, 'db' | 'jobs'>, about: About, id: string): Promise<void> => {
  let hasNext = false
  const job = await db.transaction().execute(async (trx) => {
    const ended = await endJob(trx, id, { status: 'completed' })
    if (!ended) return undefined
    await trx
      .updateTable('integrations')
      .set({
        last_success_at: ended.finished_at,
        failures_in_row: 0,
        status: sql`case status when 'error' then 'active' else status end`,
      })
      .where('id', '=', about.integrationId)
      .execute()
    await publishSync(trx, { ...about, id }, 'completed')
    if (ended.again) {
      const integration = { id: about.integrationId, workspace_id: about.workspaceId }
      hasNext = (await requestOne({ trx, jobs }, integration, about.entity, 'webhook')).isNew
    }
    return ended
  })
  if (!job) return
  if (hasNext) measureStatus(about, 'pending')
  const duration = durationOf(job)
  measureEnd(about, 'completed', duration)
  log().info(
    {
      operation: 'sync.completed',
      tenantId: about.workspaceId,
      integrationId: about.integrationId,
      metadata: {
        entity: about.entity,
        syncJobId: id,
        trigger: job.trigger,
        recordCount: job.created_count + job.updated_count + job.failed_count,
        created: job.created_count,
        updated: job.updated_count,
        failed: job.failed_count,
        conflicts: job.conflict_count,
        duration,
      },
    },
    'sync completed',
  )
}

/** A sync job was given up: after some of them in a row the integration counts as broken, until one succeeds. */
export const failJob = async (db: Database, about: About, id: string, kind: string): Promise<void> => {
  const job = await db.transaction().execute(async (trx) => {
    const ended = await endJob(trx, id, { status: 'failed', error_kind: kind })
    if (!ended) return undefined
    await trx
      .updateTable('integrations')
      .set(({ eb }) => ({
        last_error_at: ended.finished_at,
        error_count: eb('error_count', '+', 1),
        failures_in_row: eb('failures_in_row', '+', 1),
        status: sql<Integration['status']>`case
          when status = 'active' and failures_in_row + 1 >= ${failuresUntilError} then 'error' else status end`,
      }))
      .where('id', '=', about.integrationId)
      .execute()
    await publishSync(trx, { ...about, id }, 'failed')
    return ended
  })
  if (!job) return
  const duration = durationOf(job)
  measureEnd(about, 'failed', duration)
  log().error(
    {
      operation: 'sync.failed',
      tenantId: about.workspaceId,
      integrationId: about.integrationId,
      metadata: { entity: about.entity, syncJobId: id, error: kind, duration, retryable: false },
    },
    'sync failed for good; the next one begins where it stopped',
  )
}

const endJob = async (
  db: Database,
  id: string,
  end: { status: 'completed' } | { status: 'failed'; error_kind: string },
): Promise<SyncJob | undefined> =>
  await db
    .updateTable('sync_jobs')
    .set({ ...end, finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'processing'])
    .returningAll()
    .executeTakeFirst()

/** Milliseconds from the request to the end. */
const durationOf = (job: SyncJob): number => (job.finished_at?.getTime() ?? Date.now()) - job.created_at.getTime()
