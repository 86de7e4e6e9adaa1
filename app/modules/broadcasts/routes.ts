import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import {
  broadcastListQuery,
  broadcastListSchema,
  broadcastSchema,
  newBroadcastSchema,
  shownBroadcast,
} from './schemas.ts'
import { createBroadcast, listBroadcasts, readBroadcast } from './service.ts'

const shared = { tags: ['Broadcasts'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/broadcasts',
  summary: 'List broadcasts, newest first',
  request: { query: broadcastListQuery },
  responses: { 200: answer(broadcastListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/broadcasts',
  summary: 'Send one message to many contacts',
  description: 'Sent in the background; `recipients` says what became of the messages, as Verity reports them.',
  request: { body: jsonBody(newBroadcastSchema) },
  responses: { 202: answer(broadcastSchema, 'Will be sent'), ...problems(400, 401, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/broadcasts/{id}',
  summary: 'Read a broadcast, with what became of its messages',
  request: { params: idParam },
  responses: { 200: answer(broadcastSchema, 'The broadcast'), ...problems(401, 404, 422, 503) },
})

export const broadcastRoutes = (deps: Pick<Deps, 'db' | 'jobs'>) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listBroadcasts(deps.db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ broadcasts: rows.map(shownBroadcast), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const broadcast = await createBroadcast(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownBroadcast(broadcast), 202, { location: `/api/broadcasts/${broadcast.id}` })
    })
    .openapi(read, async (c) => {
      const broadcast = await readBroadcast(deps.db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownBroadcast(broadcast), 200)
    })
