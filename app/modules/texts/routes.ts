import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { newTextSchema, shownText, textListQuery, textListSchema, textSchema } from './schemas.ts'
import { listTexts, readText, sendText } from './service.ts'

const shared = { tags: ['Texting'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/texts',
  summary: 'List text messages, newest first',
  request: { query: textListQuery },
  responses: { 200: answer(textListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/texts',
  summary: 'Send a text message to a contact',
  description: 'Sent in the background; `status` says what became of it, as soon as Aloware knows.',
  request: { body: jsonBody(newTextSchema) },
  responses: { 202: answer(textSchema, 'Will be sent'), ...problems(400, 401, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/texts/{id}',
  summary: 'Read a text message',
  request: { params: idParam },
  responses: { 200: answer(textSchema, 'The text message'), ...problems(401, 404, 422, 503) },
})

export const textRoutes = (deps: Pick<Deps, 'db' | 'jobs'>) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listTexts(deps.db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ texts: rows.map(shownText), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const text = await sendText(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownText(text), 202, { location: `/api/texts/${text.id}` })
    })
    .openapi(read, async (c) => {
      const text = await readText(deps.db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownText(text), 200)
    })
