import { Activities } from './activity/activities.ts'
import { createOutside } from './adapters/create.ts'
import { openCache } from './cache/cache.ts'
import { readConfigOrExit } from './config.ts'
import { openDatabase } from './db/database.ts'
import { useEmbedded } from './db/local.ts'
import { migrate } from './db/migrate.ts'
import type { Deps } from './deps.ts'
import { recordErrors } from './error-groups/recorder.ts'
import { createHealthWatch } from './health/watch.ts'
import { ActiveUsers } from './http/active-users.ts'
import { listen } from './http/listen.ts'
import { queueReader } from './jobs/depths.ts'
import { openJobQueue } from './jobs/job-queue.ts'
import { createMonitor } from './monitoring/monitor.ts'
import { prepare } from './prepare.ts'
import { Hub } from './realtime/hub.ts'
import { listenToEvents } from './realtime/listener.ts'
import { createServer } from './server.ts'
import { failStart, shutdownBy } from './shutdown.ts'
import { observe } from './telemetry/instruments.ts'
import { logger } from './telemetry/logger.ts'

/** The api: answers at once, is ready when the database is. */
const config = readConfigOrExit()
const log = logger('start')
const embedded = config.databaseUrl === undefined ? await useEmbedded().catch(failStart) : undefined
const url = embedded?.url ?? config.databaseUrl ?? ''
const database = openDatabase(url, 'api')
const errors = recordErrors(database.db)
const queue = openJobQueue(url, 'api', 'send only')
const outside = createOutside(config.outside, { db: database.db })
const cache = openCache(config.redisUrl)
observe(
  'redis_memory_usage_bytes',
  async () => await cache.memory().then((value) => (value === undefined ? [] : [{ value }])),
)
const activeUsers = new ActiveUsers()
observe('active_users_total', () =>
  activeUsers.count().map(({ workspaceId, users }) => ({ value: users, labels: { workspace: workspaceId } })),
)

const activities = new Activities(database.db)
const realtime = new Hub()
const listener = listenToEvents(url, 'api', realtime)

let prepared = false
const isPrepared = () => prepared
const readQueues = queueReader(database.db)
const health = createHealthWatch({ db: database.db, cache, outside, readQueues, isPrepared })
const monitor = createMonitor({ db: database.db, realtime, readQueues })
const deps: Deps = {
  config,
  db: database.db,
  jobs: queue,
  outside,
  cache,
  activeUsers,
  activities,
  realtime,
  health,
  monitor,
  isPrepared,
}
const app = createServer(deps)
const stopping = new AbortController()
const stopHealth = health.start()
const server = await listen(app, config).catch(failStart)
const { fail } = shutdownBy([
  () => stopping.abort(),
  () => listener.stop(),
  // Live connections have no end of their own, for which the server could wait.
  () => realtime.close(),
  () => server.close(),
  () => stopHealth(),
  () => monitor.stop(),
  () => queue.stop(1_000),
  () => outside.close(),
  () => activities.stop(),
  () => errors.stop(),
  () => database.close(),
  () => cache.close(),
  () => embedded?.stop(),
])
log.info({ url: server.url, environment: config.environment }, 'listening')

prepare(async () => {
  const migrations = await migrate(database.db)
  await queue.start()
  prepared = true
  monitor.start()
  log.info({ migrations }, 'ready')
}, stopping.signal).catch(fail)
