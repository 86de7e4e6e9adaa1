import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { start, startDatabase, type TestDatabase } from './crm/processes.ts'
import { freePort } from './telemetry/harness.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database?.remove())

describe('the embedded PostgreSQL', () => {
  test('refuses a folder that another one uses, and a port that is taken', async () => {
    const refused = async (env: Record<string, string>): Promise<string> => {
      const failure: unknown = await start(['app/db/embedded-main.ts'], env, /never/).catch((error: unknown) => error)
      return (failure as Error).message
    }
    expect(await refused({ PGDATA_DIR: database.folder, PGPORT_EMBEDDED: String(await freePort()) })).toContain(
      'is in use by another process',
    )
    const folder = await mkdtemp(join(tmpdir(), 'crm-test-'))
    const taken = await refused({ PGDATA_DIR: join(folder, 'postgres'), PGPORT_EMBEDDED: String(database.port) })
    expect(taken).toContain(`PostgreSQL did not start on port ${database.port}`)
    expect(taken).toContain('Address already in use')
    await rm(folder, { recursive: true, force: true })
    expect(await refused({ PGPORT_EMBEDDED: 'x' })).toContain('PGPORT_EMBEDDED must be a port from 1 to 65535')
  })
})
