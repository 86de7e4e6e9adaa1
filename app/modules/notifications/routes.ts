import { createRoute, z } from '@hono/zod-openapi'
import type { Database } from '../../db/database.ts'
import type { Notification } from '../../db/schema-crm-areas.ts'
import type { Deps } from '../../deps.ts'
import type { SignedInUser } from '../../http/env.ts'
import { id, timestamp } from '../../http/fields.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { newestPage, type Page, type Paging, pagingQuery } from '../../http/paging.ts'
import { signedIn } from '../../http/session.ts'

const notificationSchema = z
  .object({
    id,
    type: z.string().openapi({ example: 'lead.ready' }),
    data: z.record(z.string(), z.unknown()),
    createdAt: timestamp,
  })
  .openapi('Notification')

const list = createRoute({
  method: 'get',
  path: '/api/notifications',
  tags: ['Notifications'],
  middleware: signedIn,
  summary: 'List one’s notifications and those for the whole workspace, newest first',
  request: { query: pagingQuery },
  responses: {
    200: answer(
      z
        .object({ notifications: z.array(notificationSchema), nextCursor: z.string().nullable() })
        .openapi('NotificationList'),
      'One page',
    ),
    ...problems(401, 422, 503),
  },
})

const shown = (row: Notification) => ({
  id: row.id,
  type: row.type,
  data: row.data,
  createdAt: row.created_at.toISOString(),
})

const listNotifications = async (db: Database, user: SignedInUser, paging: Paging): Promise<Page<Notification>> => {
  const query = db
    .selectFrom('notifications')
    .selectAll()
    .where('workspace_id', '=', user.workspaceId)
    .where(({ or, eb }) => or([eb('user_id', 'is', null), eb('user_id', '=', user.id)]))
  return await newestPage(query, paging)
}

export const notificationRoutes = ({ db }: Deps) =>
  createRoutes().openapi(list, async (c) => {
    const { rows, nextCursor } = await listNotifications(db, c.get('user'), c.req.valid('query'))
    return c.json({ notifications: rows.map(shown), nextCursor }, 200)
  })
