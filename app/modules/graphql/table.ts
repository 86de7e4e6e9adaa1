import type { Database } from '../../db/database.ts'
import { newestPage } from '../../http/paging.ts'
import type { Page } from './page.ts'

export interface ShownUser {
  readonly id: string
  readonly name: string
}

export interface ShownActivity {
  readonly id: string
  readonly userId: string
  readonly action: string
  readonly createdAt: string
}

export const usersByIds = async (
  db: Database,
  workspaceId: string,
  ids: readonly string[],
): Promise<readonly ShownUser[]> =>
  await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .execute()

export interface ActivityQuery {
  readonly workspaceId: string
  /** Undefined: everybody's. */
  readonly userId: string | undefined
  readonly cursor: string | undefined
  readonly limit: number
}

/** What people did, newest first. */
export const listActivities = async (
  db: Database,
  { workspaceId, userId, cursor, limit }: ActivityQuery,
): Promise<Page<ShownActivity>> => {
  let query = db
    .selectFrom('user_activities')
    .select(['id', 'user_id', 'action', 'created_at'])
    .where('workspace_id', '=', workspaceId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  const { rows, nextCursor } = await newestPage(query, { cursor, limit })
  return {
    rows: rows.map((row) => ({
      id: row.id,
      userId: row.user_id,
      action: row.action,
      createdAt: row.created_at.toISOString(),
    })),
    nextCursor,
  }
}
