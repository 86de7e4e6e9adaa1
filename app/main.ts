import { listen } from './http/listen.ts'
import { observeQueues } from './jobs/depths.ts'
import { observePendingWebhooks } from './modules/webhooks/gauges.ts'
import { openDeps } from './open-deps.ts'
import { openProcess } from './process.ts'
import { listenToEvents } from './realtime/listener.ts'
import { createServer } from './server.ts'
import { failStart } from './shutdown.ts'
import { observe } from './telemetry/instruments.ts'
import { logger } from './telemetry/logger.ts'

/** The api: answers at once, is ready when the database is. */
const { config, url, db, queue, isPrepared, run } = await openProcess('api', 'send only')
const deps = openDeps({ config, db, jobs: queue, isPrepared })
const { outside, cache, activeUsers, activities, audit, realtime, health, monitor, live } = deps
observe(
  'redis_memory_usage_bytes',
  async () => await cache.memory().then((value) => (value === undefined ? [] : [{ value }])),
)
observe('active_users_total', () =>
  activeUsers.count().map(({ workspaceId, users }) => ({ value: users, labels: { workspace: workspaceId } })),
)
const listener = listenToEvents(url, 'api', realtime)
const stopHealth = health.start()
const server = await listen(createServer(deps), config).catch(failStart)
logger('start').info({ url: server.url, environment: config.environment }, 'listening')

run({
  ending: [
    () => listener.stop(),
    // Live connections have no end of their own, for which the server could wait.
    () => realtime.close(),
    () => live.stop(),
    () => server.close(),
    () => stopHealth(),
    () => monitor.stop(),
    () => queue.stop(1_000),
    () => outside.close(),
    () => activities.stop(),
    () => audit.stop(),
    () => cache.close(),
  ],
  begin: () => {
    monitor.start()
    // As the worker does: what waits must be known most of all when no worker runs.
    observeQueues(db)
    observePendingWebhooks(db)
  },
  message: 'ready',
})
