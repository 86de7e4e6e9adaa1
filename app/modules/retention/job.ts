import { sql } from 'kysely'
import type { Config } from '../../config.ts'
import type { Database } from '../../db/database.ts'
import { counter } from '../../telemetry/instruments.ts'
import { logger } from '../../telemetry/logger.ts'
import { span } from '../../telemetry/spans.ts'
import { type Retained, retained } from './tables.ts'

/** Rows that one statement removes: it takes some 100 ms, and locks nothing that others need for longer. */
const batch = 5_000

const deleted = counter('retention_deleted_rows_total')

/** Removes what is older than it is kept. Idempotent: what is gone is gone. */
export const runRetention = async ({
  db,
  config,
}: {
  readonly db: Database
  readonly config: Pick<Config, 'retentionDays'>
}): Promise<void> => {
  const log = logger('retention')
  for (const one of retained) {
    const rows = await span('retention', { 'db.collection.name': one.table }, () =>
      removeOld(db, one, config.retentionDays[one.kept]),
    )
    deleted.add(rows, { table: one.table })
    if (rows > 0) log.info({ table: one.table, rows }, 'old rows removed')
  }
}

/** The series begin at 0, so that the first removal is a rise. */
export const beginRetentionCounts = (): void => {
  for (const { table } of retained) deleted.add(0, { table })
}

const removeOld = async (db: Database, { table, time, only }: Retained, days: number): Promise<number> => {
  const condition = only ? sql`and ${sql.ref(only.column)} = any(${[...only.values]})` : sql``
  let all = 0
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where ctid = any(array(
        select ctid from ${sql.table(table)}
        where ${sql.ref(time)} < now() - make_interval(days => ${days}) ${condition}
        limit ${batch}))`.execute(db)
    all += Number(numAffectedRows)
    if (numAffectedRows < BigInt(batch)) return all
  }
}
