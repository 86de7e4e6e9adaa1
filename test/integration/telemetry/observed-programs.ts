import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Database, type Program, startDatabase, startProgram } from './harness.ts'

interface Stoppable {
  stop(): Promise<unknown>
}

/** A database for all tests of a file, and programs that are observed, which end with their test. */
export const observedPrograms = () => {
  let database: Database
  const open: Stoppable[] = []

  /** Registers what must be stopped after the test. */
  const using = <T extends Stoppable>(started: T): T => {
    open.push(started)
    return started
  }

  beforeAll(async () => {
    database = await startDatabase()
  }, 60_000)
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.stop()
  })
  afterAll(() => database?.stop())

  return {
    using,
    start: async (env: Record<string, string>): Promise<Program> =>
      using(await startProgram({ DATABASE_URL: database.url, OTEL_SERVICE_NAME: 'api', ...env })),
    scrape: async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    database: (): Database => database,
  }
}
