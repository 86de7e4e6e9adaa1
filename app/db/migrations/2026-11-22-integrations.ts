import { type Kysely, sql } from 'kysely'

/** Synchronization with other CRMs. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table integrations (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      provider text not null check (provider in ('salesforce', 'hubspot', 'ghl')),
      status text not null default 'active' check (status in ('active', 'paused', 'error')),
      frequency_seconds integer not null check (frequency_seconds between 60 and 86400),
      last_success_at timestamptz(3),
      last_error_at timestamptz(3),
      error_count integer not null default 0,
      failures_in_row integer not null default 0,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(),
      unique (workspace_id, provider)
    )`.execute(db)

  await sql`
    create table integration_positions (
      integration_id uuid not null references integrations (id) on delete cascade,
      entity text not null check (entity in ('contact', 'deal')),
      synced_until timestamptz(3),
      page_cursor text,
      page_since timestamptz(3),
      seen_until timestamptz(3),
      run_started_at timestamptz(3),
      primary key (integration_id, entity)
    )`.execute(db)

  await sql`
    create table sync_jobs (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      integration_id uuid not null references integrations (id) on delete cascade,
      entity text not null check (entity in ('contact', 'deal')),
      trigger text not null check (trigger in ('scheduled', 'manual', 'webhook')),
      status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'failed')),
      again boolean not null default false,
      created_at timestamptz(3) not null default now(),
      started_at timestamptz(3),
      fetched_at timestamptz(3),
      finished_at timestamptz(3),
      created_count integer not null default 0,
      updated_count integer not null default 0,
      failed_count integer not null default 0,
      conflict_count integer not null default 0,
      error_kind text,
      correlation_id text
    )`.execute(db)
  // One under way for an integration and entity: what is asked for meanwhile is done by it, or after it.
  await sql`
    create unique index sync_jobs_live on sync_jobs (integration_id, entity)
    where status in ('pending', 'processing')`.execute(db)
  await sql`create index sync_jobs_newest on sync_jobs (created_at desc, id desc)`.execute(db)
  await sql`create index sync_jobs_of_integration on sync_jobs (integration_id, created_at desc)`.execute(db)

  await sql`
    create table external_records (
      integration_id uuid not null references integrations (id) on delete cascade,
      entity text not null check (entity in ('contact', 'deal')),
      external_id text not null,
      workspace_id uuid not null references workspaces (id),
      local_id uuid not null,
      external_updated_at timestamptz(3) not null,
      external_hash text not null,
      local_updated_at timestamptz(3) not null,
      local_hash text not null,
      conflicts integer not null default 0,
      last_conflict_at timestamptz(3),
      primary key (integration_id, entity, external_id),
      unique (integration_id, entity, local_id)
    )`.execute(db)

  await sql`
    create table integration_errors (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspaces (id),
      integration_id uuid not null references integrations (id) on delete cascade,
      sync_job_id uuid references sync_jobs (id) on delete set null,
      entity text not null check (entity in ('contact', 'deal')),
      kind text not null,
      external_id text,
      retryable boolean not null,
      created_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index integration_errors_newest on integration_errors (created_at desc, id desc)`.execute(db)
  await sql`create index integration_errors_of_job on integration_errors (sync_job_id)`.execute(db)
  await sql`
    create index integration_errors_of_integration on integration_errors (integration_id, created_at desc)`.execute(db)

  // How a contact that came from elsewhere is known again, as the senders of e-mails are.
  await sql`create index if not exists contacts_by_email on contacts (workspace_id, lower(email))`.execute(db)
}
