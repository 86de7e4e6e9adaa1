import { type Kysely, sql } from 'kysely'

/** Events that came by webhook, one table a kind of sender, and the one list over them. */
const eventTables = {
  webhook_events: ['ghl', 'gmail', 'salesforce', 'hubspot'],
  texting_webhook_events: ['aloware'],
  broadcast_webhook_events: ['verity'],
} as const

const columns =
  'id, source, event_id, event_type, contact_key, sequence, payload, status, attempts, received_at, processed_at, processed_order, error_message, quarantine_reason'

/** Webhooks in, what was brought into step with other systems, text messages and broadcasts. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  // The order in which events were worked off, over all tables.
  await sql`create sequence webhook_processed_order`.execute(db)
  for (const [table, sources] of Object.entries(eventTables)) {
    const sourceList = sql.join(sources.map((source) => sql.lit(source)))
    await sql`
      create table ${sql.table(table)} (
        id uuid primary key default gen_random_uuid(),
        source text not null check (source in (${sourceList})),
        event_id text not null,
        event_type text not null,
        contact_key text not null,
        sequence bigint,
        payload jsonb not null,
        status text not null default 'pending' check (status in ('pending', 'processed', 'error', 'quarantined')),
        attempts int not null default 0,
        received_at timestamptz(3) not null default clock_timestamp(),
        arrival bigint generated always as identity,
        processed_at timestamptz(3),
        processed_order bigint,
        error_message text,
        quarantine_reason text,
        unique (source, event_id)
      )`.execute(db)
    const index = (name: string) => sql.id(`${table}_${name}`)
    // What is to be done for one contact, in its order; and the oldest that waits.
    await sql`create index ${index('to_do')} on ${sql.table(table)} (source, contact_key, sequence, arrival)
      where status = 'pending'`.execute(db)
    await sql`create index ${index('waiting')} on ${sql.table(table)} (received_at) where status = 'pending'`.execute(
      db,
    )
    await sql`create index ${index('newest')} on ${sql.table(table)} (received_at desc, id desc)`.execute(db)
    await sql`create index ${index('counts')} on ${sql.table(table)} (source, status)`.execute(db)
  }
  await sql`
    create view stored_webhook_events as ${sql.join(
      Object.keys(eventTables).map((table) => sql`select ${sql.raw(columns)} from ${sql.table(table)}`),
      sql` union all `,
    )}`.execute(db)

  await sql`
    create table sync_log (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid references workspaces (id),
      provider text not null,
      direction text not null check (direction in ('inbound', 'outbound')),
      entity_type text not null,
      entity_id text,
      status text not null check (status in ('completed', 'error')),
      started_at timestamptz(3) not null,
      finished_at timestamptz(3) not null,
      error_message text
    )`.execute(db)
  await sql`create index sync_log_newest on sync_log (started_at desc, id desc)`.execute(db)
  await sql`create index sync_log_errors on sync_log (started_at desc, id desc) where status = 'error'`.execute(db)

  // Which contact of ours a contact elsewhere is, and the last of its changes that we know.
  await sql`
    create table contact_links (
      workspace_id uuid not null references workspaces (id),
      provider text not null,
      external_id text not null,
      contact_id uuid not null references contacts (id) on delete cascade,
      changed_at timestamptz(3),
      sequence bigint,
      synced_at timestamptz(3) not null default now(),
      primary key (workspace_id, provider, external_id)
    )`.execute(db)
  await sql`create index contact_links_of_contact on contact_links (contact_id, provider)`.execute(db)

  await sql`
    create table text_messages (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      contact_id uuid references contacts (id) on delete set null,
      direction text not null check (direction in ('inbound', 'outbound')),
      message text not null,
      status text not null check (status in ('queued', 'received', 'delivered', 'failed')),
      provider_id text,
      error_message text,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(),
      unique (workspace_id, direction, provider_id)
    )`.execute(db)
  await sql`create index text_messages_newest on text_messages (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index text_messages_of_contact on text_messages (contact_id)`.execute(db)

  await sql`
    create table broadcasts (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      name text not null,
      message text not null,
      status text not null default 'queued' check (status in ('queued', 'scheduled', 'sent', 'failed')),
      provider_id text unique,
      error_message text,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index broadcasts_newest on broadcasts (workspace_id, created_at desc, id desc)`.execute(db)

  await sql`
    create table broadcast_recipients (
      broadcast_id uuid not null references broadcasts (id) on delete cascade,
      address text not null,
      contact_id uuid references contacts (id) on delete set null,
      status text not null default 'pending' check (status in ('pending', 'sent', 'delivered', 'failed')),
      updated_at timestamptz(3) not null default now(),
      primary key (broadcast_id, address)
    )`.execute(db)
  await sql`create index broadcast_recipients_of_contact on broadcast_recipients (contact_id)`.execute(db)
}
