import type { z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { AlertStatus } from '../../db/schema-operations.ts'
import type { Monitor } from '../../monitoring/monitor.ts'
import type { alertsSchema, historySchema, requestsSchema } from './schemas.ts'

/** Most rows of a history: a page draws no more. */
const mostRows = 1_440

/** Averages of the kept snapshots, oldest first: one row a minute up to a day, fewer beyond. */
export const history = async (db: Database, hours: number): Promise<z.input<typeof historySchema>> => {
  const minutes = Math.ceil((hours * 60) / mostRows)
  const { rows } = await sql<z.input<typeof historySchema>[number] & { timestamp: Date }>`
    select date_bin(make_interval(mins => ${minutes}), taken_at, 'epoch') as "timestamp",
      avg(cpu_usage) as "cpuUsage",
      avg(memory_usage) as "memoryUsage",
      avg(api_avg_response_time) as "apiAvgResponseTime",
      avg(api_requests_per_minute) as "apiRequestsPerMinute",
      avg(api_error_rate) as "apiErrorRate",
      avg(db_avg_query_time) as "dbAvgQueryTime",
      avg(db_queries_per_minute) as "dbQueriesPerMinute",
      avg(socket_active_connections)::float8 as "socketActiveConnections",
      avg(socket_events_per_minute) as "socketEventsPerMinute"
    from monitoring_snapshots
    where taken_at > now() - make_interval(hours => ${hours})
    group by 1
    order by 1 desc
    limit ${mostRows}`.execute(db)
  return rows.reverse().map(({ timestamp, ...figures }) => ({
    timestamp: (timestamp as Date).toISOString(),
    ...(Object.fromEntries(
      Object.entries(figures).map(([name, value]) => [name, Math.round(Number(value) * 100) / 100]),
    ) as typeof figures),
  }))
}

export const recentRequests = (monitor: Monitor, limit: number): z.input<typeof requestsSchema> =>
  monitor.recentRequests(limit).map(({ at, endpoint, method, status, durationMs, userId, errorType }) => ({
    timestamp: new Date(at).toISOString(),
    endpoint,
    method,
    statusCode: status,
    responseTime: Math.round(durationMs * 100) / 100,
    ...(userId !== undefined && { userId }),
    ...(errorType !== undefined && { error: errorType }),
  }))

/** Newest first, live ones and those of Alertmanager. */
export const alerts = async (
  db: Database,
  { status, limit }: { status?: AlertStatus | undefined; limit: number },
): Promise<z.input<typeof alertsSchema>> => {
  let query = db.selectFrom('monitoring_alerts').selectAll()
  if (status) query = query.where('status', '=', status)
  const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute()
  return rows.map(({ created_at, resolved_at, fingerprint: _, ...row }) => ({
    ...row,
    createdAt: created_at.toISOString(),
    resolvedAt: resolved_at?.toISOString() ?? null,
  }))
}
