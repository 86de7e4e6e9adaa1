import type { Activities } from './activity/activities.ts'
import type { Outside } from './adapters/outside.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { Cache } from './cache/cache.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import type { HealthWatch } from './health/watch.ts'
import type { ActiveUsers } from './http/active-users.ts'
import type { JobQueue } from './jobs/job-queue.ts'
import type { Live } from './live/live.ts'
import type { Monitor } from './monitoring/monitor.ts'
import type { Hub } from './realtime/hub.ts'

/** What modules are given in place of importing each other. */
export interface Deps {
  readonly config: Config
  readonly db: Database
  readonly jobs: JobQueue
  /** The outside world: providers, and how they are. */
  readonly outside: Outside
  readonly cache: Cache
  readonly activeUsers: ActiveUsers
  /** What signed-in users do. */
  readonly activities: Activities
  /** What operators do. */
  readonly audit: AuditLog
  /** Who follows events live at this process. */
  readonly realtime: Hub
  readonly health: HealthWatch
  readonly monitor: Monitor
  /** What pages that are kept open are told every two seconds. */
  readonly live: Live
  /** Whether the migrations have run and the queues exist. */
  readonly isPrepared: () => boolean
}
