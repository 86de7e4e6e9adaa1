import { sql } from 'kysely'
import type { EventSource } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { contactJobKey } from './process.ts'

/** The most that one call enqueues: what an answer has time for. */
const mostAtOnce = 500

/**
 * Enqueues a job for each contact that has pending events and no job: events that came before there was a workspace, or whose
 * jobs were lost. A job that failed for good would hold back its contact; it is removed. Call it again while it enqueues.
 * @returns how many jobs were enqueued
 */
export const processPending = async ({ db, jobs }: Pick<Deps, 'db' | 'jobs'>): Promise<number> =>
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ source: EventSource; contact_key: string; id: string }>`
      select source, contact_key, (array_agg(id order by received_at))[1] as id
      from stored_webhook_events
      where status = 'pending' and not exists (
        select from pgboss.job
        where name = 'webhook-processing' and state < 'completed' and singleton_key = source || ':' || contact_key)
      group by source, contact_key
      order by min(received_at)
      limit ${mostAtOnce}`.execute(trx)
    if (rows.length === 0) return 0
    const keys = rows.map(({ source, contact_key }) => contactJobKey(source, contact_key))
    await sql`
      delete from pgboss.job
      where name = 'webhook-processing' and state = 'failed' and singleton_key = any(${keys})`.execute(trx)
    for (const { source, contact_key, id } of rows)
      await jobs.enqueue(
        trx,
        'webhook-processing',
        { source, contactKey: contact_key, eventId: id },
        { key: contactJobKey(source, contact_key) },
      )
    return rows.length
  })
