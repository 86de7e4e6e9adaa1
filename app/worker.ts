import { createOutside } from './adapters/create.ts'
import { openCache } from './cache/cache.ts'
import { readConfigOrExit } from './config.ts'
import { openDatabase } from './db/database.ts'
import { useEmbedded } from './db/local.ts'
import { migrate } from './db/migrate.ts'
import { observeDatabase } from './db/statistics.ts'
import { recordErrors } from './error-groups/recorder.ts'
import { observeErrorGroups } from './error-groups/store.ts'
import { jobHandlers } from './handlers.ts'
import { observeQueues } from './jobs/depths.ts'
import { openJobQueue } from './jobs/job-queue.ts'
import { startWorkers } from './jobs/worker.ts'
import { catchUpBackup } from './modules/backups/catch-up.ts'
import { observeBackups } from './modules/backups/job.ts'
import { observePipelines } from './modules/deals/gauges.ts'
import { beginRetentionCounts } from './modules/retention/job.ts'
import { observeWebhooks } from './modules/webhooks/gauges.ts'
import { prepare } from './prepare.ts'
import { failStart, shutdownBy } from './shutdown.ts'
import { logger } from './telemetry/logger.ts'

/** The worker: runs the jobs that requests enqueue. */
const config = readConfigOrExit()
const log = logger('start')
const embedded = config.databaseUrl === undefined ? await useEmbedded().catch(failStart) : undefined
const url = embedded?.url ?? config.databaseUrl ?? ''
const database = openDatabase(url, 'worker')
const errors = recordErrors(database.db)
const queue = openJobQueue(url, 'worker', 'supervise')
const outside = createOutside(config.outside, { db: database.db })
const cache = openCache(config.redisUrl)
// Backups have a connection of their own.
const deps = { config: { ...config, databaseUrl: url }, db: database.db, jobs: queue, outside, cache }
const stopping = new AbortController()
const { fail } = shutdownBy([
  () => stopping.abort(),
  // What takes longer is given back to the queue, and runs again elsewhere.
  () => queue.stop(2_000),
  () => outside.close(),
  () => errors.stop(),
  () => database.close(),
  () => cache.close(),
  () => embedded?.stop(),
])

prepare(async () => {
  const migrations = await migrate(database.db)
  await queue.start()
  await startWorkers(queue, jobHandlers(deps))
  observeQueues(database.db)
  observeErrorGroups(database.db)
  observeDatabase(database.db)
  observeBackups(database.db)
  beginRetentionCounts()
  await catchUpBackup(database.db, queue, config.backupFolder)
  observePipelines(database.db)
  observeWebhooks(database.db)
  log.info({ migrations }, 'working')
}, stopping.signal).catch(fail)
