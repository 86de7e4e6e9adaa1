import { createRoute, z } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { id, timestamp } from '../../http/fields.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { pagingQuery } from '../../http/paging.ts'
import { listActivities, summarizeActivities } from './service.ts'

const activitySchema = z
  .object({
    id,
    userId: id,
    userName: z.string(),
    action: z.string().openapi({ example: 'contact.created' }),
    method: z.string(),
    route: z.string().openapi({ example: '/api/contacts' }),
    createdAt: timestamp,
  })
  .openapi('UserActivity')

const listQuery = pagingQuery.extend({
  userId: id.optional(),
  q: z.string().trim().max(100).optional().openapi({ description: 'Part of a user’s name, an action or a route' }),
})

export type ActivityListQuery = z.output<typeof listQuery>

const summarySchema = z
  .object({
    activeUsers: z.int().openapi({ description: 'Users who did something in the last 24 hours' }),
    totalActivities: z.int(),
    topActions: z.array(z.object({ action: z.string(), count: z.int() })),
    topUsers: z.array(z.object({ userId: id, userName: z.string(), count: z.int(), lastSeen: timestamp })),
    since: timestamp,
  })
  .openapi('UserActivitySummary')

export type ActivitySummary = z.output<typeof summarySchema>

/** What people do: for admins that of their workspace, with the admin secret that of all. */
export const userActivityRoutes = ({ config, db }: Deps) => {
  const shared = { tags: ['Operations'], middleware: operatorsOnly(config.adminSecret) }
  const list = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/user-activity',
    summary: 'What users did, newest first; reading the same again counts once in five minutes',
    request: { query: listQuery },
    responses: {
      200: answer(
        z
          .object({ activities: z.array(activitySchema), nextCursor: z.string().nullable() })
          .openapi('UserActivityList'),
        'One page',
      ),
      ...problems(401, 403, 422, 503),
    },
  })
  const summary = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/user-activity/summary',
    summary: 'Active users and what they did in the last 24 hours',
    responses: { 200: answer(summarySchema, 'The last 24 hours'), ...problems(401, 403, 503) },
  })

  return createRoutes()
    .openapi(summary, async (c) => c.json(await summarizeActivities(db, c.get('user')?.workspaceId), 200))
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listActivities(db, c.get('user')?.workspaceId, c.req.valid('query'))
      const activities = rows.map(({ user_id, user_name, created_at, ...row }) => ({
        ...row,
        userId: user_id,
        userName: user_name,
        createdAt: created_at.toISOString(),
      }))
      return c.json({ activities, nextCursor }, 200)
    })
}
