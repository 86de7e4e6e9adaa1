import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import * as crm from './migrations/2026-11-21-crm.ts'
import * as crmAreas from './migrations/2026-11-22-crm-areas.ts'
import * as email from './migrations/2026-11-22-email.ts'
import * as events from './migrations/2026-11-22-events.ts'
import * as integrations from './migrations/2026-11-22-integrations.ts'
import * as operations from './migrations/2026-11-22-operations.ts'
import * as providers from './migrations/2026-11-22-providers.ts'
import * as webhooks from './migrations/2026-11-22-webhooks.ts'
import * as auditLog from './migrations/2026-11-23-audit-log.ts'
import * as operationsPage from './migrations/2026-11-23-operations-page.ts'
import type { Schema } from './schema.ts'

/** Every migration, by a name that sorts by age. A released one never changes. */
const migrations = {
  '2026-11-21-crm': crm,
  '2026-11-22-crm-areas': crmAreas,
  '2026-11-22-email': email,
  '2026-11-22-events': events,
  '2026-11-22-integrations': integrations,
  '2026-11-22-operations': operations,
  '2026-11-22-providers': providers,
  '2026-11-22-webhooks': webhooks,
  '2026-11-23-audit-log': auditLog,
  '2026-11-23-operations-page': operationsPage,
}

const migratorOf = (db: Kysely<Schema>): Migrator =>
  new Migrator({ db, provider: { getMigrations: async () => migrations } })

/**
 * Brings the schema up to date. The migrator holds an advisory lock, so several processes may start at once.
 * @returns the names of the migrations that were run
 * @throws the first migration's error; all of them are one transaction
 */
export const migrate = async (db: Kysely<Schema>): Promise<string[]> => {
  const migrator = migratorOf(db)
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}

/**
 * Makes the schema as it was after the named migration, in a database without one.
 * @throws an Error when there is no such migration: a later version made the backup
 */
export const migrateTo = async (db: Kysely<Schema>, name: string): Promise<void> => {
  if (!Object.hasOwn(migrations, name)) throw new Error(`there is no migration ${name}: use the version that wrote it`)
  const { error } = await migratorOf(db).migrateTo(name)
  if (error) throw error
}
