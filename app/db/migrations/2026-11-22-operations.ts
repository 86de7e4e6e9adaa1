import { type Kysely, sql } from 'kysely'

/** What those who run the service look at: snapshots, alerts, errors, backups. They belong to no workspace. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table monitoring_snapshots (
      id bigint generated always as identity primary key,
      taken_at timestamptz(3) not null default now(),
      cpu_usage real not null,
      memory_usage real not null,
      api_avg_response_time real not null,
      api_requests_per_minute real not null,
      api_error_rate real not null,
      db_avg_query_time real not null,
      db_queries_per_minute real not null,
      socket_active_connections integer not null,
      socket_events_per_minute real not null
    )`.execute(db)
  await sql`create index monitoring_snapshots_by_time on monitoring_snapshots (taken_at)`.execute(db)

  await sql`
    create table monitoring_alerts (
      id uuid primary key default gen_random_uuid(),
      source text not null check (source in ('live', 'alertmanager')),
      fingerprint text not null,
      type text not null,
      severity text not null,
      message text not null,
      data jsonb not null default '{}',
      status text not null check (status in ('active', 'resolved')),
      created_at timestamptz(3) not null default now(),
      resolved_at timestamptz(3),
      -- The same alert of Alertmanager is delivered again and again, with the time at which it began.
      unique (source, fingerprint, created_at)
    )`.execute(db)
  await sql`
    create unique index monitoring_alerts_active on monitoring_alerts (fingerprint)
    where source = 'live' and status = 'active'`.execute(db)
  await sql`create index monitoring_alerts_by_time on monitoring_alerts (created_at desc, id)`.execute(db)

  await sql`
    create table error_groups (
      id uuid primary key default gen_random_uuid(),
      fingerprint text not null unique,
      error_type text not null,
      message text not null,
      place text not null,
      service text not null,
      stack text,
      sample_trace_id text,
      occurrences bigint not null,
      first_seen timestamptz(3) not null default now(),
      last_seen timestamptz(3) not null default now(),
      status text not null default 'open' check (status in ('open', 'resolved'))
    )`.execute(db)
  await sql`create index error_groups_by_time on error_groups (last_seen desc, id desc)`.execute(db)

  await sql`
    create table error_occurrences (
      id uuid primary key default gen_random_uuid(),
      group_id uuid not null references error_groups (id) on delete cascade,
      created_at timestamptz(3) not null default now(),
      message text not null,
      service text not null,
      environment text not null,
      component text,
      route text,
      queue text,
      user_id text,
      workspace_id text,
      trace_id text,
      correlation_id text
    )`.execute(db)
  await sql`create index error_occurrences_of_group on error_occurrences (group_id, created_at desc)`.execute(db)
  await sql`create index error_occurrences_by_time on error_occurrences (created_at desc)`.execute(db)

  await sql`
    create table backups (
      id uuid primary key default gen_random_uuid(),
      created_at timestamptz(3) not null default now(),
      finished_at timestamptz(3),
      status text not null default 'running' check (status in ('running', 'succeeded', 'failed')),
      method text check (method in ('pg_dump', 'copy')),
      name text,
      bytes bigint,
      tables integer,
      rows bigint,
      error text
    )`.execute(db)
  await sql`create index backups_by_time on backups (created_at desc, id desc)`.execute(db)
}
