import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { SyncJob } from '../../db/schema-integrations.ts'
import type { Trx } from './entity.ts'
import type { Counts } from './measure.ts'

/** Sync jobs as rows: each change of a status happens once, whoever comes first. */

/**
 * Begins a job, or goes on with one. A failed one is begun again when somebody sends its dead letter back, unless another is
 * under way. @returns undefined when there is nothing to do
 */
export const beginJob = async (db: Database, id: string): Promise<{ job: SyncJob; isNew: boolean } | undefined> => {
  const before = await db.selectFrom('sync_jobs').selectAll().where('id', '=', id).executeTakeFirst()
  if (before?.status === 'processing') return { job: before, isNew: false }
  if (!before || before.status === 'completed') return undefined
  const job = await db
    .updateTable('sync_jobs as job')
    .set({ status: 'processing', started_at: before.started_at ?? new Date(), finished_at: null, error_kind: null })
    .where('id', '=', id)
    .where('status', '=', before.status)
    .where(({ or, eb, not, exists, selectFrom }) =>
      or([
        eb('status', '=', 'pending'),
        not(
          exists(
            selectFrom('sync_jobs as other')
              .select('other.id')
              .whereRef('other.integration_id', '=', 'job.integration_id')
              .whereRef('other.entity', '=', 'job.entity')
              .where('other.status', 'in', ['pending', 'processing']),
          ),
        ),
      ]),
    )
    .returningAll()
    .executeTakeFirst()
  return job && { job, isNew: true }
}

/** Locks a job that is under way. @returns whether it is */
export const holdJob = async (trx: Trx, id: string): Promise<boolean> => {
  const job = await trx
    .selectFrom('sync_jobs')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .forUpdate()
    .executeTakeFirst()
  return job !== undefined
}

/** Adds what a page came to; `isFetched` after the last one. */
export const countRecords = async (trx: Trx, id: string, counts: Counts, isFetched: boolean): Promise<void> => {
  await trx
    .updateTable('sync_jobs')
    .set(({ eb }) => ({
      created_count: eb('created_count', '+', counts.created),
      updated_count: eb('updated_count', '+', counts.updated),
      failed_count: eb('failed_count', '+', counts.failed),
      conflict_count: eb('conflict_count', '+', counts.conflicts),
      ...(isFetched && { fetched_at: sql<Date>`now()` }),
    }))
    .where('id', '=', id)
    .execute()
}
