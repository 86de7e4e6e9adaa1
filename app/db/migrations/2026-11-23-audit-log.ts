import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Who did what to the service. It outlives whom it speaks of.
  await sql`
    create table audit_log (
      id uuid primary key,
      created_at timestamptz(3) not null,
      actor text not null check (actor in ('user', 'admin_secret')),
      user_id uuid references users (id) on delete set null,
      action text not null,
      target_type text,
      target_id text,
      outcome text not null check (outcome in ('succeeded', 'refused', 'failed')),
      status integer not null,
      reason text,
      details jsonb not null default '{}',
      correlation_id text not null,
      trace_id text
    )`.execute(db)
  await sql`create index audit_log_newest on audit_log (created_at desc, id desc)`.execute(db)
  await sql`create index audit_log_of_user on audit_log (user_id, created_at desc, id desc)`.execute(db)
}
