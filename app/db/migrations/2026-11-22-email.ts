import { type Kysely, sql } from 'kysely'

/** Mailboxes, what is in them, and what is sent. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table mailboxes (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      address_hash text not null unique,
      status text not null default 'new' check (status in ('new', 'active', 'error')),
      error text,
      history_id text,
      reading_history_id text,
      page_cursor text,
      sync_requested_at timestamptz(3),
      last_synced_at timestamptz(3),
      created_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index mailboxes_newest on mailboxes (workspace_id, created_at desc, id desc)`.execute(db)

  await sql`
    create table emails (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      mailbox_id uuid not null references mailboxes (id) on delete cascade,
      gmail_id text not null,
      thread_id text not null,
      direction text not null check (direction in ('in', 'out')),
      received_at timestamptz(3) not null,
      from_name text not null,
      from_address text not null,
      to_address text not null,
      subject text not null,
      snippet text not null,
      contact_id uuid references contacts (id) on delete set null,
      created_at timestamptz(3) not null default now(),
      unique (mailbox_id, gmail_id)
    )`.execute(db)
  await sql`create index emails_newest on emails (workspace_id, received_at desc, id desc)`.execute(db)
  await sql`create index emails_of_contact on emails (contact_id, received_at desc, id desc)`.execute(db)

  await sql`
    create table outgoing_emails (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      contact_id uuid references contacts (id) on delete set null,
      to_address text not null,
      subject text not null,
      text text not null,
      status text not null default 'queued'
        check (status in ('queued', 'delivered', 'bounced', 'deferred', 'failed')),
      attempts int not null default 0,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index outgoing_emails_newest on outgoing_emails (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index outgoing_emails_of_contact on outgoing_emails (contact_id)`.execute(db)
}
