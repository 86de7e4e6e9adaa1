import { Activities } from './activity/activities.ts'
import { createOutside } from './adapters/create.ts'
import { AuditLog } from './audit/audit-log.ts'
import { openCache } from './cache/cache.ts'
import type { Deps } from './deps.ts'
import { createHealthWatch } from './health/watch.ts'
import { ActiveUsers } from './http/active-users.ts'
import { queueReader } from './jobs/depths.ts'
import { createLive } from './live/live.ts'
import { createMonitor } from './monitoring/monitor.ts'
import { Hub } from './realtime/hub.ts'

/**
 * What requests are answered with, over a database and its queue. Whoever opens it also ends it: `realtime`, `live`,
 * `monitor`, `outside`, `activities`, `audit` and `cache`.
 * @param healthFreshMs for how long the state of a dependency serves everybody who asks
 */
export const openDeps = (
  { config, db, jobs, isPrepared }: Pick<Deps, 'config' | 'db' | 'jobs' | 'isPrepared'>,
  healthFreshMs?: number,
): Deps => {
  const outside = createOutside(config.outside, { db })
  const cache = openCache(config.redisUrl)
  const realtime = new Hub()
  const readQueues = queueReader(db)
  const activeUsers = new ActiveUsers()
  const health = createHealthWatch({ db, cache, outside, readQueues, isPrepared }, healthFreshMs)
  const monitor = createMonitor({ db, realtime, readQueues })
  return {
    config,
    db,
    jobs,
    outside,
    cache,
    activeUsers,
    activities: new Activities(db),
    audit: new AuditLog(db),
    realtime,
    health,
    monitor,
    live: createLive({ db, cache, outside, activeUsers, realtime, health, monitor, isPrepared }),
    isPrepared,
  }
}
