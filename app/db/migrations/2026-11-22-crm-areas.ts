import { type Kysely, sql } from 'kysely'

/** Pipelines and deals, the workflow of leads, the calendar, invoices, notifications, and what people do. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table pipelines (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      name text not null,
      currency text not null default 'DKK' check (currency ~ '^[A-Z]{3}$'),
      is_default boolean not null default false,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create unique index pipelines_default on pipelines (workspace_id) where is_default`.execute(db)
  await sql`create index pipelines_newest on pipelines (workspace_id, created_at desc, id desc)`.execute(db)

  await sql`
    create table deals (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      pipeline_id uuid not null references pipelines (id),
      contact_id uuid references contacts (id) on delete set null,
      title text not null,
      amount numeric(14, 2) not null default 0 check (amount >= 0),
      currency text not null default 'DKK' check (currency ~ '^[A-Z]{3}$'),
      stage text not null default 'new' check (stage in ('new', 'qualified', 'proposal', 'won', 'lost')),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index deals_newest on deals (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index deals_of_contact on deals (contact_id)`.execute(db)
  await sql`create index deals_of_pipeline on deals (pipeline_id)`.execute(db)

  await sql`alter table leads add column region text`.execute(db)
  // Each finished step has its time: what has one is never done again.
  await sql`
    create table lead_workflows (
      lead_id uuid primary key references leads (id) on delete cascade,
      workspace_id uuid not null references workspaces (id),
      qualified_at timestamptz(3),
      geo_tagged_at timestamptz(3),
      calendar_event_at timestamptz(3),
      sales_notified_at timestamptz(3),
      completed_at timestamptz(3),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index lead_workflows_of_workspace on lead_workflows (workspace_id)`.execute(db)

  await sql`
    create table calendar_events (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      google_id text not null unique,
      lead_id uuid references leads (id) on delete set null,
      summary text not null,
      starts_at timestamptz(3) not null,
      ends_at timestamptz(3) not null check (ends_at > starts_at),
      status text not null check (status in ('pending', 'synced', 'deleting')),
      link text,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index calendar_events_newest on calendar_events (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index calendar_events_of_lead on calendar_events (lead_id)`.execute(db)

  await sql`
    create table invoices (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      deal_id uuid references deals (id) on delete set null,
      contact_id uuid references contacts (id) on delete set null,
      external_id text not null,
      customer_name text not null,
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      amount numeric(14, 2) not null,
      lines jsonb not null,
      status text not null default 'draft' check (status in ('draft', 'sending', 'sent', 'failed')),
      attempts integer not null default 0,
      error_reason text,
      billy_id text,
      invoice_no text,
      sent_at timestamptz(3),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(),
      unique (workspace_id, external_id)
    )`.execute(db)
  await sql`create index invoices_newest on invoices (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index invoices_of_deal on invoices (deal_id)`.execute(db)
  await sql`create index invoices_of_contact on invoices (contact_id)`.execute(db)

  await sql`
    create table notifications (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      user_id uuid references users (id) on delete cascade,
      type text not null,
      data jsonb not null default '{}',
      created_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index notifications_newest on notifications (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index notifications_of_user on notifications (user_id)`.execute(db)

  await sql`
    create table user_activities (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id) on delete cascade,
      user_id uuid not null references users (id) on delete cascade,
      action text not null,
      method text not null,
      route text not null,
      created_at timestamptz(3) not null
    )`.execute(db)
  await sql`create index user_activities_newest on user_activities (created_at desc, id desc)`.execute(db)
  await sql`
    create index user_activities_of_workspace on user_activities (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index user_activities_of_user on user_activities (user_id, created_at desc, id desc)`.execute(db)
}
