import type { Database } from '../../db/database.ts'
import { newestPage } from '../../http/paging.ts'
import type { AuditListQuery } from './routes.ts'

/** Newest first, of all workspaces: the service is operated as a whole. */
export const listAudit = async (db: Database, { action, outcome, userId, targetId, cursor, limit }: AuditListQuery) => {
  let query = db
    .selectFrom('audit_log as entry')
    .leftJoin('users', 'users.id', 'entry.user_id')
    .selectAll('entry')
    .select('users.name as user_name')
  if (action !== undefined) query = query.where('entry.action', '=', action)
  if (outcome !== undefined) query = query.where('entry.outcome', '=', outcome)
  if (userId !== undefined) query = query.where('entry.user_id', '=', userId)
  if (targetId !== undefined) query = query.where('entry.target_id', '=', targetId)
  return await newestPage(query, { cursor, limit }, { of: 'entry' })
}
