import { readConfigOrExit } from './config.ts'
import { openDatabase } from './db/database.ts'
import { useEmbedded } from './db/local.ts'
import { migrate } from './db/migrate.ts'
import { recordErrors } from './error-groups/recorder.ts'
import { openJobQueue } from './jobs/job-queue.ts'
import { prepare } from './prepare.ts'
import { failStart, shutdownBy } from './shutdown.ts'
import { logger } from './telemetry/logger.ts'

interface Course {
  /** What ends before the database does, in this order. */
  readonly ending: readonly (() => unknown)[]
  /** Done once the migrations have run and the queues exist; again and again while the database is away. */
  readonly begin?: () => void | Promise<void>
  /** What the log says then. */
  readonly message: string
}

/** For entry points: what each process of the service begins with, and ends with. What keeps it from starting ends it. */
export const openProcess = async (name: 'api' | 'worker' | 'mcp', duty: Parameters<typeof openJobQueue>[2]) => {
  const config = readConfigOrExit()
  const log = logger('start')
  const embedded = config.databaseUrl === undefined ? await useEmbedded().catch(failStart) : undefined
  const url = embedded?.url ?? config.databaseUrl ?? ''
  const database = openDatabase(url, name)
  const errors = recordErrors(database.db)
  const queue = openJobQueue(url, name, duty)
  let prepared = false
  return {
    config,
    /** Of the database. */
    url,
    db: database.db,
    queue,
    /** Whether the migrations have run and the queues exist. */
    isPrepared: () => prepared,
    /** Ends the process by `ending` when it is told to, or when something fails; meanwhile it prepares, and begins. */
    run: ({ ending, begin, message }: Course): void => {
      const stopping = new AbortController()
      const { fail } = shutdownBy([
        () => stopping.abort(),
        ...ending,
        () => errors.stop(),
        () => database.close(),
        () => embedded?.stop(),
      ])
      prepare(async () => {
        const migrations = await migrate(database.db)
        await queue.start()
        prepared = true
        await begin?.()
        log.info({ migrations }, message)
      }, stopping.signal).catch(fail)
    },
  }
}
