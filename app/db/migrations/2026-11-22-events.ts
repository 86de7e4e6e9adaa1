import { type Kysely, sql } from 'kysely'

/** What happened in the business. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table business_events (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces (id),
      type text not null,
      metadata jsonb not null default '{}',
      created_at timestamptz(3) not null default now()
    )`.execute(db)
  await sql`create index business_events_by_type on business_events (workspace_id, type, created_at desc)`.execute(db)
}
