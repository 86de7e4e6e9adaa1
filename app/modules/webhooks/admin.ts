import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { StoredWebhookEvent, SyncLogEntry } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { conflict, notFound } from '../../errors.ts'
import { newestPage, type Page } from '../../http/paging.ts'
import { counter } from '../../telemetry/instruments.ts'
import type { EventListQuery, SyncLogQuery } from './admin-schemas.ts'
import { contactJobKey } from './process.ts'
import { tableOf } from './sources.ts'

type Services = Pick<Deps, 'db' | 'jobs'>
type Listed = Omit<StoredWebhookEvent, 'payload'>

const ended = counter('webhook_events_processed_total')

const shownColumns = [
  'id',
  'source',
  'event_id',
  'event_type',
  'contact_key',
  'sequence',
  'status',
  'attempts',
  'received_at',
  'processed_at',
  'processed_order',
  'error_message',
  'quarantine_reason',
  'trace_id',
] as const

/** Events of all sources, newest first. */
export const listEvents = async (
  { db }: Pick<Deps, 'db'>,
  { source, status, q, cursor, limit }: EventListQuery,
): Promise<Page<Listed>> => {
  let query = db.selectFrom('stored_webhook_events').select(shownColumns)
  if (source !== undefined) query = query.where('source', '=', source)
  if (status !== undefined) query = query.where('status', '=', status)
  if (q !== undefined && q !== '') {
    // A number as it is written elsewhere, or the beginning of a type. A backslash has no meaning of its own here.
    const typeLike = `${q.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(({ eb, or }) =>
      or([
        eb(sql<string>`id::text`, '=', q),
        eb('event_id', '=', q),
        eb('contact_key', '=', q),
        eb('event_type', 'ilike', typeLike),
      ]),
    )
  }
  return await newestPage(query, { cursor, limit }, { by: 'received_at' })
}

/** What was brought into step with other systems, newest first. */
export const listSyncLog = async (
  { db }: Pick<Deps, 'db'>,
  { status, direction, entityType, provider, cursor, limit }: SyncLogQuery,
): Promise<Page<SyncLogEntry>> => {
  let query = db.selectFrom('sync_log').selectAll()
  if (status !== undefined) query = query.where('status', '=', status === 'failed' ? 'error' : status)
  if (direction !== undefined) query = query.where('direction', '=', direction)
  if (entityType !== undefined) query = query.where('entity_type', '=', entityType)
  if (provider !== undefined) query = query.where('provider', '=', provider)
  return await newestPage(query, { cursor, limit }, { by: 'started_at' })
}

/**
 * Works an event off once more, whatever became of it: it is pending again, with all its attempts before it. What it did stays
 * done once; a change that others have overtaken changes nothing.
 * @throws DomainError not_found
 */
export const replayEvent = async (services: Services, id: string): Promise<Listed> =>
  await services.db.transaction().execute(async (trx) => {
    const { source, contact_key } = await lockEvent(trx, id)
    await trx
      .updateTable(tableOf[source])
      .set({
        status: 'pending',
        attempts: 0,
        processed_at: null,
        processed_order: null,
        error_message: null,
        quarantine_reason: null,
      })
      .where('id', '=', id)
      .execute()
    const key = contactJobKey(source, contact_key)
    await services.jobs.enqueue(trx, 'webhook-processing', { source, contactKey: contact_key, eventId: id }, { key })
    return await eventById(trx, id)
  })

/**
 * Puts an event aside: nobody works on it until it is replayed, and its successors go on.
 * @throws DomainError not_found, or conflict when it was worked off already
 */
export const quarantineEvent = async ({ db }: Services, id: string, reason: string): Promise<Listed> => {
  const { event, isNew } = await db.transaction().execute(async (trx) => {
    const { source, status } = await lockEvent(trx, id)
    if (status === 'processed') throw conflict('The event was worked off already; what it did cannot be put aside.')
    await trx
      .updateTable(tableOf[source])
      .set({ status: 'quarantined', quarantine_reason: reason, processed_at: new Date() })
      .where('id', '=', id)
      .execute()
    return { event: await eventById(trx, id), isNew: status !== 'quarantined' }
  })
  if (isNew) ended.add(1, { source: event.source, status: 'quarantined' })
  return event
}

/** One event. @throws DomainError not_found */
export const readEvent = async ({ db }: Pick<Deps, 'db'>, id: string): Promise<Listed> => await eventById(db, id)

const eventById = async (db: Kysely<Schema>, id: string): Promise<Listed> => {
  return await db
    .selectFrom('stored_webhook_events')
    .select(shownColumns)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('webhook event'))
}

/** Waits for a worker that has it now. */
const lockEvent = async (trx: Kysely<Schema>, id: string): Promise<Listed> => {
  const { source } = await eventById(trx, id)
  await trx.selectFrom(tableOf[source]).select('id').where('id', '=', id).forUpdate().execute()
  return await eventById(trx, id)
}
