import { sql } from 'kysely'
import type { Database } from '../../app/db/database.ts'

export interface Burst {
  /** Ids of the events that were answered with 202 and `accepted`. */
  readonly accepted: readonly string[]
  /** Deliveries that were answered as known. */
  readonly duplicates: number
  readonly duplicatesSent: number
  readonly total: number
  /** Status → answers. */
  readonly answers: ReadonlyMap<number, number>
  readonly sentSeconds: number
  readonly doneSeconds: number
}

export interface Outcome {
  readonly table: string
  readonly ok: boolean
}

/** The objective of background jobs is 30 s; a burst of 10,000 may take twice as long until its last event. */
const mostSeconds = 60

/** Waits until nothing is pending. */
export const settled = async (db: Database, limitMs: number): Promise<void> => {
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    const { rows } = await sql`select from stored_webhook_events where status = 'pending' limit 1`.execute(db)
    if (rows.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** What the database says of a burst, beside the limits. */
export const outcome = async (db: Database, burst: Burst): Promise<Outcome> => {
  const number = async (query: ReturnType<typeof sql<{ n: number }>>): Promise<number> =>
    (await query.execute(db)).rows[0]?.n ?? Number.NaN
  const stored = await number(sql`select count(*)::int as n from stored_webhook_events`)
  const processed = await number(sql`select count(*)::int as n from stored_webhook_events where status = 'processed'`)
  const known = await number(
    sql`select count(*)::int as n from stored_webhook_events where event_id = any(${[...burst.accepted]})`,
  )
  // An event that was worked off before one that its contact had earlier.
  const violations = await number(sql`
    select count(*)::int as n from (
      select sequence - lag(sequence) over (partition by source, contact_key order by processed_order) as step
      from stored_webhook_events) steps
    where step < 1`)
  // One line of the sync log for each event of GHL, one text message for each of Aloware.
  const twice = await number(sql`
    select (abs((select count(*) from sync_log) - (select count(*) from webhook_events))
      + abs((select count(*) from text_messages) - (select count(*) from texting_webhook_events)))::int as n`)
  const again = await number(sql`select count(*)::int as n from stored_webhook_events where attempts > 1`)
  const refused = [...burst.answers].filter(([status]) => status !== 202)
  const rows: [what: string, measured: string, limit: string, ok: boolean][] = [
    ['accepted (202)', String(burst.accepted.length), String(burst.total), burst.accepted.length === burst.total],
    ['other answers', refused.map(([status, n]) => `${n}× ${status}`).join(', ') || '0', '0', refused.length === 0],
    [
      'duplicates, counted and ignored',
      String(burst.duplicates),
      String(burst.duplicatesSent),
      burst.duplicates === burst.duplicatesSent && stored === burst.total,
    ],
    ['lost', String(burst.accepted.length - known), '0', known === burst.accepted.length],
    ['processed', String(processed), String(burst.total), processed === burst.total],
    ['processed twice', String(twice), '0', twice === 0],
    // The database was too busy for an attempt, which left nothing behind.
    ['tried again', String(again), '1 %', again <= burst.total / 100],
    ['out of order within a contact', String(violations), '0', violations === 0],
    ['accepted after', `${burst.sentSeconds.toFixed(1)} s`, `${mostSeconds} s`, burst.sentSeconds <= mostSeconds],
    ['processed after', `${burst.doneSeconds.toFixed(1)} s`, `${mostSeconds} s`, burst.doneSeconds <= mostSeconds],
  ]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => String(row[column]).length)))
  const table = rows
    .map(([what, measured, limit, ok]) =>
      [ok ? '✓' : '✗', what.padEnd(widths[0] ?? 0), measured.padStart(widths[1] ?? 0), `limit ${limit}`].join('  '),
    )
    .join('\n')
  return { table, ok: rows.every(([, , , ok]) => ok) }
}
