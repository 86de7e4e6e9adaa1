import { type Kysely, sql } from 'kysely'

const columns =
  'id, source, event_id, event_type, contact_key, sequence, payload, status, attempts, received_at, processed_at, processed_order, error_message, quarantine_reason, trace_id'

const eventTables = ['webhook_events', 'texting_webhook_events', 'broadcast_webhook_events']

/** What people who operate look up: the trace of a webhook, and when errors happened however often they did. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const table of eventTables) await sql`alter table ${sql.table(table)} add trace_id text`.execute(db)
  await sql`
    create or replace view stored_webhook_events as ${sql.join(
      eventTables.map((table) => sql`select ${sql.raw(columns)} from ${sql.table(table)}`),
      sql` union all `,
    )}`.execute(db)

  // Of a group's occurrences only the last hundred are kept; these counts are of all.
  await sql`
    create table error_group_counts (
      group_id uuid not null references error_groups (id) on delete cascade,
      counted_at timestamptz(3) not null,
      occurrences int not null,
      primary key (group_id, counted_at)
    )`.execute(db)
  await sql`create index error_group_counts_by_time on error_group_counts (counted_at)`.execute(db)
}
