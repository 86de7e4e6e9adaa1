import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type BroadcastStatus, type RecipientStatus, recipientStatuses } from '../../db/schema-webhooks.ts'
import { notFound } from '../../errors.ts'
import { newestPage } from '../../http/paging.ts'

export interface BroadcastQuery {
  readonly workspaceId: string
  readonly status: BroadcastStatus | undefined
  readonly cursor: string | undefined
  readonly limit: number
}

const columns = ['id', 'name', 'status', 'error_message', 'created_at', 'updated_at'] as const

interface Row {
  readonly id: string
  readonly name: string
  readonly status: BroadcastStatus
  readonly error_message: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

const shown = ({ id, name, status, error_message, created_at, updated_at }: Row) => ({
  id,
  name,
  status,
  error: error_message,
  createdAt: created_at.toISOString(),
  updatedAt: updated_at.toISOString(),
})

/** Newest first. @throws DomainError validation for a cursor that is none of ours */
export const listBroadcasts = async (db: Database, { workspaceId, status, cursor, limit }: BroadcastQuery) => {
  let query = db.selectFrom('broadcasts').select(columns).where('workspace_id', '=', workspaceId)
  if (status !== undefined) query = query.where('status', '=', status)
  const { rows, nextCursor } = await newestPage(query, { cursor, limit })
  return { broadcasts: rows.map(shown), nextCursor }
}

/** A broadcast and what became of its messages. @throws DomainError not_found, also for another workspace's */
export const broadcastState = async (db: Database, workspaceId: string, id: string) => {
  const row = await db
    .selectFrom('broadcasts')
    .select([...columns, 'message'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('broadcast'))
  const counted = await db
    .selectFrom('broadcast_recipients')
    .select(['status', sql<number>`count(*)::int`.as('count')])
    .where('broadcast_id', '=', id)
    .groupBy('status')
    .execute()
  const of = (status: RecipientStatus): number => counted.find((one) => one.status === status)?.count ?? 0
  return {
    ...shown(row),
    message: row.message,
    recipients: Object.fromEntries(recipientStatuses.map((status) => [status, of(status)])),
  }
}
