import { createOutside } from './adapters/create.ts'
import { openCache } from './cache/cache.ts'
import { observeDatabase } from './db/statistics.ts'
import { observeErrorGroups } from './error-groups/store.ts'
import { jobHandlers } from './handlers.ts'
import { observeQueues } from './jobs/depths.ts'
import { startWorkers } from './jobs/worker.ts'
import { catchUpBackup } from './modules/backups/catch-up.ts'
import { observeBackups } from './modules/backups/job.ts'
import { observePipelines } from './modules/deals/gauges.ts'
import { beginRetentionCounts } from './modules/retention/job.ts'
import { observePendingWebhooks, observeWebhooks } from './modules/webhooks/gauges.ts'
import { openProcess } from './process.ts'

/** The worker: runs the jobs that requests enqueue. */
const { config, url, db, queue, run } = await openProcess('worker', 'supervise')
const outside = createOutside(config.outside, { db })
const cache = openCache(config.redisUrl)
// Backups have a connection of their own.
const deps = { config: { ...config, databaseUrl: url }, db, jobs: queue, outside, cache }

run({
  ending: [
    // What takes longer is given back to the queue, and runs again elsewhere.
    () => queue.stop(2_000),
    () => outside.close(),
    () => cache.close(),
  ],
  begin: async () => {
    await startWorkers(queue, jobHandlers(deps))
    observeQueues(db)
    observeErrorGroups(db)
    observeDatabase(db)
    observeBackups(db)
    beginRetentionCounts()
    await catchUpBackup(db, queue, config.backupFolder)
    observePipelines(db)
    observeWebhooks(db)
    observePendingWebhooks(db)
  },
  message: 'working',
})
