import { type Kysely, sql, type Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { EventSource, WebhookEvent } from '../../db/schema-webhooks.ts'
import { type ArrivedEvent, type EventTable, tableOf } from './sources.ts'

/** The database, or a transaction in it. */
type Db = Kysely<Schema>

export interface StoredEvent {
  readonly id: string
  readonly contactKey: string
}

/** Stores what is new, in the order given. @returns what was new */
export const insertEvents = async (
  trx: Transaction<Schema>,
  source: EventSource,
  events: readonly ArrivedEvent[],
): Promise<StoredEvent[]> => {
  const rows = await trx
    .insertInto(tableOf[source])
    .values(
      events.map(({ eventId, type, contactKey, sequence, payload }) => ({
        source,
        event_id: eventId,
        event_type: type,
        contact_key: contactKey,
        sequence: sequence ?? null,
        payload: JSON.stringify(payload),
      })),
    )
    .onConflict((same) => same.columns(['source', 'event_id']).doNothing())
    .returning(['id', 'contact_key'])
    .execute()
  return rows.map(({ id, contact_key }) => ({ id, contactKey: contact_key }))
}

/**
 * What is to be done for one key, in its order: the provider's where it counts, else that of arrival. Locked, so that a
 * worker that was taken for dead and its successor do not work on the same event.
 */
export const lockPending = async (
  trx: Transaction<Schema>,
  source: EventSource,
  contactKey: string,
  limit: number,
): Promise<WebhookEvent[]> =>
  await trx
    .selectFrom(tableOf[source])
    .selectAll()
    .where('source', '=', source)
    .where('contact_key', '=', contactKey)
    .where('status', '=', 'pending')
    .orderBy('sequence', (order) => order.asc().nullsLast())
    .orderBy('arrival')
    .limit(limit)
    .forUpdate()
    .execute()

/** Notes the end of events that were worked off, in the order given. @param attempt whether it was counted already */
export const markProcessed = async (
  trx: Transaction<Schema>,
  source: EventSource,
  ids: readonly string[],
  attempt: 'counted' | 'to be counted' = 'to be counted',
): Promise<void> => {
  const more = attempt === 'counted' ? 0 : 1
  // `unnest` keeps the order; the numbers are drawn in it.
  await sql`
    update ${sql.table(tableOf[source])} set status = 'processed', processed_at = clock_timestamp(), error_message = null,
      attempts = attempts + ${more}, processed_order = numbered.number
    from (select id, nextval('webhook_processed_order') as number from unnest(${ids}::uuid[]) as given (id)) numbered
    where ${sql.table(tableOf[source])}.id = numbered.id`.execute(trx)
}

/** Counts an attempt before it is made: one that ends the process counts as well. */
export const countAttempt = async (db: Db, source: EventSource, id: string): Promise<void> => {
  await sql`update ${sql.table(tableOf[source])} set attempts = attempts + 1 where id = ${id}`.execute(db)
}

/** @param reason the kind of error */
export const markFailed = async (db: Db, source: EventSource, id: string, reason: string): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable(tableOf[source])
    .set({ status: 'error', error_message: reason, processed_at: new Date() })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const eventTables = [...new Set(Object.values(tableOf))] as readonly EventTable[]
