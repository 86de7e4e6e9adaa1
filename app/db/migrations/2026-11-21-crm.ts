import { type Kysely, sql } from 'kysely'

/** Workspaces, people, contacts and leads. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create extension if not exists pg_trgm`.execute(db)
  // Only a superuser may create it, and only servers with contrib have it: the service works without.
  await sql`
    do $$ begin
      create extension if not exists pg_stat_statements;
    exception when insufficient_privilege or undefined_file or feature_not_supported then
      raise notice 'pg_stat_statements is not available: %', sqlerrm;
    end $$`.execute(db)

  await sql`
    create table workspaces (
      id uuid primary key default gen_random_uuid(),
      name text not null,
      domain text not null unique,
      created_at timestamptz(3) not null default now()
    )`.execute(db)

  await sql`
    create table users (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      issuer text not null,
      subject text not null,
      email text not null,
      name text not null,
      role text not null check (role in ('member', 'admin')),
      created_at timestamptz(3) not null default now(),
      signed_in_at timestamptz(3) not null,
      unique (issuer, subject)
    )`.execute(db)
  await sql`create index users_of_workspace on users (workspace_id, email)`.execute(db)

  await sql`
    create table sessions (
      token_hash text primary key,
      user_id uuid not null references users (id) on delete cascade,
      created_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null
    )`.execute(db)
  await sql`create index sessions_of_user on sessions (user_id)`.execute(db)

  await sql`
    create table contacts (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      name text not null,
      email text,
      phone text,
      company text,
      notes text,
      industry text,
      company_size text,
      enriched_at timestamptz(3),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  // The order of lists and of their cursors.
  await sql`create index contacts_newest on contacts (workspace_id, created_at desc, id desc)`.execute(db)

  await sql`
    create table contact_search (
      contact_id uuid primary key references contacts (id) on delete cascade,
      workspace_id uuid not null references workspaces (id),
      text text not null,
      document tsvector not null
    )`.execute(db)
  await sql`create index contact_search_words on contact_search using gin (document)`.execute(db)
  await sql`create index contact_search_fragments on contact_search using gin (text gin_trgm_ops)`.execute(db)

  await sql`
    create table leads (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      contact_id uuid references contacts (id) on delete set null,
      title text not null,
      source text not null,
      status text not null default 'new' check (status in ('new', 'contacted', 'qualified', 'won', 'lost')),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index leads_newest on leads (workspace_id, created_at desc, id desc)`.execute(db)
  await sql`create index leads_of_contact on leads (contact_id)`.execute(db)
}
