import { makeBackup } from '../../backup/make.ts'
import type { Config } from '../../config.ts'
import type { Database } from '../../db/database.ts'
import { observe } from '../../telemetry/instruments.ts'
import { logger } from '../../telemetry/logger.ts'
import { span } from '../../telemetry/spans.ts'

export interface BackupDeps {
  readonly db: Database
  readonly config: Pick<Config, 'backupFolder' | 'databaseUrl'>
}

/** A row that is older and still running belongs to a process that is gone. */
const longestHours = 2

/** Makes a backup: the nightly one, or the one that somebody asked for. Without a folder for backups there are none. */
export const runBackup = async (
  { db, config: { backupFolder, databaseUrl } }: BackupDeps,
  { backupId }: { readonly backupId?: string },
): Promise<void> => {
  const log = logger('backup')
  if (backupFolder === undefined || databaseUrl === undefined) {
    log.info('no backup is made: set BACKUP_DIR')
    return
  }
  await db
    .updateTable('backups')
    .set({ status: 'failed', finished_at: new Date(), error: 'the process that made it has ended' })
    .where('status', '=', 'running')
    .where('created_at', '<', new Date(Date.now() - longestHours * 3_600_000))
    .execute()
  const id = backupId ?? (await db.insertInto('backups').defaultValues().returning('id').executeTakeFirstOrThrow()).id
  const end = (values: { status: 'succeeded' | 'failed'; [column: string]: unknown }) =>
    db
      .updateTable('backups')
      .set({ finished_at: new Date(), error: null, ...values })
      .where('id', '=', id)
      .execute()
  try {
    const made = await span('backup', {}, () => makeBackup(databaseUrl, backupFolder))
    if (!made) {
      await end({ status: 'failed', error: 'another backup was being made' })
      return
    }
    await end({ status: 'succeeded', ...made })
    log.info({ backup: made.name, method: made.method, bytes: made.bytes, rows: made.rows }, 'backup made')
  } catch (error) {
    // The kind of the error only: its message may name what is in the database.
    const kind =
      error instanceof Error ? ('code' in error ? `${error.name} ${String(error.code)}` : error.name) : 'unknown'
    await end({ status: 'failed', error: kind }).catch(() => {})
    throw error
  }
}

/** `backup_last_success_timestamp_seconds`, from the list of backups: it survives the process that made them. */
export const observeBackups = (db: Database): void => {
  observe('backup_last_success_timestamp_seconds', async () => {
    const at = await lastSuccess(db)
    return at ? [{ value: at.getTime() / 1_000 }] : []
  })
}

export const lastSuccess = async (db: Database): Promise<Date | undefined> => {
  const row = await db
    .selectFrom('backups')
    .select('finished_at')
    .where('status', '=', 'succeeded')
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.finished_at ?? undefined
}
