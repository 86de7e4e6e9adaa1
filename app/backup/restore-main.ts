/**
 * `npm run restore -- <backup>`: fills the empty database at DATABASE_URL from a backup, which is named by its folder, or by
 * its name in BACKUP_DIR.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { restore } from './restore.ts'

const [backup] = process.argv.slice(2)
const { DATABASE_URL: url, BACKUP_DIR: folder } = process.env

const fail = (reason: string): never => {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}

if (!backup || !url) {
  fail(
    'usage: DATABASE_URL=postgres://user:password@host:5432/new_database npm run restore -- <backup>\nThe database must be empty; <backup> is a folder, or a name in BACKUP_DIR.',
  )
} else {
  const place = !existsSync(backup) && folder ? join(folder, backup) : backup
  const restored = await restore(url, place).catch((error: Error) => fail(`cannot restore ${place}: ${error.message}`))
  process.stdout.write(`restored ${restored.rows} rows of ${restored.tables} tables, as of ${restored.createdAt}\n`)
  process.exit(0)
}
