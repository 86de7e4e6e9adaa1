import { type Kysely, sql, type Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { EventSource, WebhookEvent } from '../../db/schema-webhooks.ts'
import { type ArrivedEvent, type EventTable, tableOf } from './sources.ts'

/** The database, or a transaction in it. */
type Db = Kysely<Schema>

export interface StoredEvent {
  readonly id: string
  readonly source: EventSource
  readonly eventId: string
}

/** Stores what is new, in the order given. @returns what was new */
export const insertEvents = async (
  trx: Transaction<Schema>,
  table: EventTable,
  events: readonly (ArrivedEvent & { readonly source: EventSource; readonly traceId: string | undefined })[],
): Promise<StoredEvent[]> => {
  const given = events.map(({ source, eventId, type, contactKey, sequence, payload, traceId }) => ({
    source,
    event_id: eventId,
    event_type: type,
    contact_key: contactKey,
    sequence: sequence ?? null,
    payload,
    trace_id: traceId,
  }))
  // One parameter, however many rows: building a statement of hundreds would take longer than running it.
  const { rows } = await sql<StoredEvent>`
    insert into ${sql.table(table)} (source, event_id, event_type, contact_key, sequence, payload, trace_id)
    select source, event_id, event_type, contact_key, sequence, payload, trace_id
    from jsonb_to_recordset(${JSON.stringify(given, withoutNul)}::jsonb)
      as given (source text, event_id text, event_type text, contact_key text, sequence bigint, payload jsonb, trace_id text)
    on conflict (source, event_id) do nothing
    returning id, source, event_id as "eventId"`.execute(trx)
  return rows
}

/** PostgreSQL cannot store the character NUL; nobody means it. */
const withoutNul = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\u0000', '') : value

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
