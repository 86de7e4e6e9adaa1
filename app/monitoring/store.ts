import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import type { AlertStatus } from '../db/schema-operations.ts'
import { publish } from '../realtime/publish.ts'
import type { LiveAlert } from './live-alerts.ts'
import type { Snapshot } from './snapshot.ts'

/** Held by the process that keeps a snapshot, until it is kept. */
const lockKey = 7_206_410

/** What lies between two kept snapshots at least: a little less than their interval. */
const apart = '1500 milliseconds'

/**
 * Keeps a snapshot and the alerts that are active at it, and tells who follows live. Of several processes one does it; the
 * others find that it is done.
 * @returns whether this process did it
 */
export const keepSnapshot = async (db: Database, snapshot: Snapshot, active: readonly LiveAlert[]): Promise<boolean> =>
  await db.transaction().execute(async (trx) => {
    if (!(await insertSnapshot(trx, snapshot))) return false
    await publish(trx, { workspaceId: null, type: 'snapshot', data: { ...snapshot } })
    await syncAlerts(trx, active)
    return true
  })

const insertSnapshot = async (
  trx: Transaction<Schema>,
  { system, api, database, socket }: Snapshot,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    insert into monitoring_snapshots (
      cpu_usage, memory_usage, api_avg_response_time, api_requests_per_minute, api_error_rate,
      db_avg_query_time, db_queries_per_minute, socket_active_connections, socket_events_per_minute
    )
    select ${system.cpu.usage}::real, ${system.memory.usagePercent}::real, ${api.avgResponseTime}::real,
      ${api.requestsPerMinute}::real, ${api.errorRate}::real, ${database.avgQueryTime}::real,
      ${database.totalQueries}::real, ${socket.activeConnections}::int, ${socket.eventsPerMinute}::real
    where pg_try_advisory_xact_lock(${lockKey})
      and not exists (select from monitoring_snapshots where taken_at > now() - ${apart}::interval)`.execute(trx)
  return numAffectedRows === 1n
}

/** Raises what is new, and resolves what is over, also what a process left behind that is gone. */
const syncAlerts = async (trx: Transaction<Schema>, active: readonly LiveAlert[]): Promise<void> => {
  for (const { type, severity, message, data, fingerprint } of active) {
    const raised = await trx
      .insertInto('monitoring_alerts')
      .values({ source: 'live', status: 'active', fingerprint, type, severity, message, data: JSON.stringify(data) })
      .onConflict((same) => same.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (raised) await tell(trx, { id: raised.id, type, severity, message, data, status: 'active' })
  }
  let over = trx
    .updateTable('monitoring_alerts')
    .set({ status: 'resolved', resolved_at: new Date() })
    .where('source', '=', 'live')
    .where('status', '=', 'active')
  const fingerprints = active.map(({ fingerprint }) => fingerprint)
  if (fingerprints.length > 0) over = over.where('fingerprint', 'not in', fingerprints)
  const resolved = await over.returning(['id', 'type', 'severity', 'message', 'data']).execute()
  for (const alert of resolved) await tell(trx, { ...alert, status: 'resolved' })
}

interface ToldAlert {
  readonly id: string
  readonly type: string
  readonly severity: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
  readonly status: AlertStatus
}

const tell = (trx: Transaction<Schema>, alert: ToldAlert): Promise<void> =>
  publish(trx, { workspaceId: null, type: 'alert', data: { ...alert } })

/** One of the alerts that Alertmanager delivers in a notification. */
export interface DeliveredAlert {
  readonly fingerprint: string
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: Date
  readonly endsAt: Date
}

/** Keeps an alert as Alertmanager sees it. Delivered again it is the same row, and one that is over does not begin anew. */
export const keepDelivered = async (db: Database, alert: DeliveredAlert): Promise<void> => {
  const { fingerprint, labels, annotations, startsAt, endsAt } = alert
  const isOver = alert.status === 'resolved'
  const row = {
    type: labels.alertname ?? 'unknown',
    severity: labels.severity ?? 'none',
    message: annotations.description ?? annotations.summary ?? '',
    data: JSON.stringify({ labels, annotations }),
    status: isOver ? 'resolved' : 'active',
    resolved_at: isOver ? endsAt : null,
  } as const
  await db.transaction().execute(async (trx) => {
    const kept = await trx
      .insertInto('monitoring_alerts')
      .values({ source: 'alertmanager', fingerprint, created_at: startsAt, ...row })
      .onConflict((same) =>
        same
          .columns(['source', 'fingerprint', 'created_at'])
          .doUpdateSet(row)
          .where('monitoring_alerts.status', '=', 'active'),
      )
      .returning(['id', 'type', 'severity', 'message', 'data', 'status'])
      .executeTakeFirst()
    if (kept) await tell(trx, { ...kept, data: { alertname: kept.type } })
  })
}
