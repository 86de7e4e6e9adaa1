import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { emptyDatabase, startDatabase } from './crm/processes.ts'

/**
 * Before the tests: makes PostgreSQL's data folder once, which takes seconds. Each database of a test begins as a copy of it.
 * @returns what removes it again
 */
export default async function setup(): Promise<() => Promise<void>> {
  const database = await startDatabase()
  await database.stop()
  process.env[emptyDatabase] = database.folder
  return async () => {
    delete process.env[emptyDatabase]
    await rm(dirname(database.folder), { recursive: true, force: true })
  }
}
