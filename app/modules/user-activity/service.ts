import type { Database } from '../../db/database.ts'
import { newestPage } from '../../http/paging.ts'
import type { ActivityListQuery, ActivitySummary } from './routes.ts'

/** Newest first. @param workspaceId undefined: of all workspaces */
export const listActivities = async (
  db: Database,
  workspaceId: string | undefined,
  { userId, q, cursor, limit }: ActivityListQuery,
) => {
  let query = db
    .selectFrom('user_activities as activity')
    .innerJoin('users', 'users.id', 'activity.user_id')
    .select(['activity.id', 'activity.user_id', 'users.name as user_name', 'activity.action'])
    .select(['activity.method', 'activity.route', 'activity.created_at'])
  if (workspaceId !== undefined) query = query.where('activity.workspace_id', '=', workspaceId)
  if (userId !== undefined) query = query.where('activity.user_id', '=', userId)
  if (q) {
    const part = `%${q.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(({ eb, or }) =>
      or([eb('users.name', 'ilike', part), eb('activity.action', 'ilike', part), eb('activity.route', 'ilike', part)]),
    )
  }
  return await newestPage(query, { cursor, limit }, { of: 'activity' })
}

const dayMs = 24 * 3_600_000
const mostShown = 20

/** The last 24 hours. @param workspaceId undefined: of all workspaces */
export const summarizeActivities = async (db: Database, workspaceId: string | undefined): Promise<ActivitySummary> => {
  const since = new Date(Date.now() - dayMs)
  const recent = () => {
    const query = db.selectFrom('user_activities as activity').where('activity.created_at', '>', since)
    return workspaceId === undefined ? query : query.where('activity.workspace_id', '=', workspaceId)
  }
  const [total, actions, users] = await Promise.all([
    recent()
      .select(({ fn }) => [
        fn.countAll<string>().as('activities'),
        fn.count<string>('activity.user_id').distinct().as('users'),
      ])
      .executeTakeFirstOrThrow(),
    recent()
      .select(({ fn }) => ['activity.action', fn.countAll<string>().as('count')])
      .groupBy('activity.action')
      .orderBy('count', 'desc')
      .orderBy('activity.action')
      .limit(mostShown)
      .execute(),
    recent()
      .innerJoin('users', 'users.id', 'activity.user_id')
      .select(({ fn }) => [
        'users.id',
        'users.name',
        fn.countAll<string>().as('count'),
        fn.max('activity.created_at').as('last_seen'),
      ])
      .groupBy(['users.id', 'users.name'])
      .orderBy('count', 'desc')
      .orderBy('users.id')
      .limit(mostShown)
      .execute(),
  ])
  return {
    activeUsers: Number(total.users),
    totalActivities: Number(total.activities),
    topActions: actions.map(({ action, count }) => ({ action, count: Number(count) })),
    topUsers: users.map(({ id, name, count, last_seen }) => ({
      userId: id,
      userName: name,
      count: Number(count),
      lastSeen: last_seen.toISOString(),
    })),
    since: since.toISOString(),
  }
}
