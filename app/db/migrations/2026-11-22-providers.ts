import { type Kysely, sql } from 'kysely'

/** How the providers of the outside world are, as the processes that call them see it. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table provider_status (
      provider text primary key,
      last_success_at timestamptz(3),
      last_error_at timestamptz(3),
      rate_limited_until timestamptz(3),
      breaker text not null check (breaker in ('closed', 'half_open', 'open')),
      updated_at timestamptz(3) not null default now()
    )`.execute(db)
}
