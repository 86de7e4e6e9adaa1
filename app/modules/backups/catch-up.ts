import type { Database } from '../../db/database.ts'
import type { JobQueue } from '../../jobs/job-queue.ts'
import { lastSuccess } from './job.ts'

/** A little more than a night: a service that was off at two o'clock has no backup of today. */
const dueAfterHours = 25

/** Enqueues the backup that nobody made, because no worker was there at its time. */
export const catchUpBackup = async (db: Database, jobs: JobQueue, backupFolder: string | undefined): Promise<void> => {
  if (backupFolder === undefined) return
  const last = await lastSuccess(db)
  if (last && Date.now() - last.getTime() < dueAfterHours * 3_600_000) return
  await db.transaction().execute((trx) => jobs.enqueue(trx, 'backup', {}))
}
