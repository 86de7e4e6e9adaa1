import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** What people who have a page open are told: small, ids only; the page asks for the rest. */
export interface RealtimeEvent {
  /** Who may see it; null: operators only. */
  readonly workspaceId: string | null
  /** `contact.created`, `email.synced`, `snapshot`, `alert` … */
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** PostgreSQL's channel by which every process reaches the ones that hold live connections. */
export const realtimeChannel = 'crm_realtime'

/** PostgreSQL refuses more than 8,000 bytes. */
const longest = 7_900

/**
 * Tells everybody who follows live, through PostgreSQL: inside a transaction it is told at its commit.
 * @throws RangeError when the event is larger than PostgreSQL passes on
 */
export const publish = async (db: Database, event: RealtimeEvent): Promise<void> => {
  const payload = JSON.stringify(event)
  if (Buffer.byteLength(payload) > longest)
    throw new RangeError(`a ${event.type} event is larger than ${longest} bytes; send ids`)
  await sql`select pg_notify(${realtimeChannel}, ${payload})`.execute(db)
}
