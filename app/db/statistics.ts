import { sql } from 'kysely'
import { observe } from '../telemetry/instruments.ts'
import { scrubText } from '../telemetry/privacy.ts'
import type { Database } from './database.ts'

/** Requirement B and E's bounds of a statement that is slow: on average, and at its worst, in milliseconds. */
export const slowStatement = { mean: 100, max: 500 } as const

export interface SlowStatement {
  /** With `$1` in place of every value, as pg_stat_statements normalizes it. */
  readonly query: string
  readonly calls: number
  readonly meanMs: number
  readonly maxMs: number
  readonly totalMs: number
  readonly rows: number
}

export type SlowStatements =
  | { readonly available: true; readonly statements: readonly SlowStatement[] }
  | { readonly available: false; readonly reason: string; readonly statements: readonly [] }

/** What PostgreSQL says where the extension is not created, not loaded, or not ours to read. */
const missing: Readonly<Record<string, string>> = {
  '42P01': 'The extension pg_stat_statements is not created: create extension pg_stat_statements.',
  '55000': 'pg_stat_statements is not loaded: add it to shared_preload_libraries and restart PostgreSQL.',
  '42501': 'The database user may not read pg_stat_statements: grant pg_read_all_stats.',
}

/** Only statements that PostgreSQL normalizes: utility statements are kept as they were typed, with passwords in them. */
const normalized = '^\\s*(select|insert|update|delete|with|merge|values)\\M'

/** The slowest statements of this database, by their mean time; or why they are not known here. */
export const slowStatements = async (db: Database, limit: number): Promise<SlowStatements> => {
  try {
    const { rows } = await sql<SlowStatement>`
      select left(query, 2000) as query, calls::float8 as calls, round(mean_exec_time::numeric, 2)::float8 as "meanMs",
        round(max_exec_time::numeric, 2)::float8 as "maxMs", round(total_exec_time::numeric, 2)::float8 as "totalMs",
        rows::float8 as rows
      from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and query ~* ${normalized}
        and (mean_exec_time > ${slowStatement.mean} or max_exec_time > ${slowStatement.max})
      order by mean_exec_time desc
      limit ${limit}`.execute(db)
    return { available: true, statements: rows.map((row) => ({ ...row, query: scrubText(row.query) })) }
  } catch (error) {
    const reason = missing[error instanceof Error && 'code' in error ? String(error.code) : '']
    if (reason === undefined) throw error
    return { available: false, reason, statements: [] }
  }
}

export interface TableSize {
  readonly table: string
  /** With indexes and what is stored outside of the rows. */
  readonly bytes: number
  readonly indexBytes: number
  /** As PostgreSQL estimates them. */
  readonly rows: number
}

/** Our own tables, the largest first. */
export const tableSizes = async (db: Database): Promise<TableSize[]> => {
  const { rows } = await sql<TableSize>`
    select relname as "table", pg_total_relation_size(relid)::float8 as bytes, pg_indexes_size(relid)::float8 as "indexBytes",
      n_live_tup::float8 as rows
    from pg_stat_user_tables
    where schemaname = 'public'
    order by 2 desc, 1
    limit 200`.execute(db)
  return rows
}

/** How long one reading serves the gauges, in milliseconds: sizes change slowly, and reading them touches every table's files. */
const freshMs = 60_000

/** `database_table_size_bytes`, `database_table_rows` and `slow_query_statements`. */
export const observeDatabase = (db: Database): void => {
  const tables = keptFor(freshMs, () => tableSizes(db))
  const slow = keptFor(freshMs, async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and query ~* ${normalized} and mean_exec_time > ${slowStatement.mean}`.execute(db)
    return rows
  })
  observe('database_table_size_bytes', async () =>
    (await tables()).map(({ table, bytes }) => ({ value: bytes, labels: { table } })),
  )
  observe('database_table_rows', async () =>
    (await tables()).map(({ table, rows }) => ({ value: rows, labels: { table } })),
  )
  observe('slow_query_statements', async () => (await slow()).map(({ count }) => ({ value: count })))
}

/** The same answer for a while; a failure is tried again. */
const keptFor = <T>(ms: number, read: () => Promise<T>): (() => Promise<T>) => {
  let kept: { readonly answer: Promise<T>; readonly until: number } | undefined
  return () => {
    if (kept && Date.now() < kept.until) return kept.answer
    const answer = read()
    kept = { answer, until: Date.now() + ms }
    answer.catch(() => {
      kept = undefined
    })
    return answer
  }
}
