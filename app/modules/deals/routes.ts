import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { dealChangesSchema, dealListQuery, dealListSchema, dealSchema, newDealSchema, shownDeal } from './schemas.ts'
import { changeDeal, createDeal, listDeals, readDeal } from './service.ts'

const shared = { tags: ['Deals'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/deals',
  summary: 'List deals, newest first',
  request: { query: dealListQuery },
  responses: { 200: answer(dealListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/deals',
  summary: 'Create a deal',
  request: { body: jsonBody(newDealSchema) },
  responses: { 201: answer(dealSchema, 'Created'), ...problems(400, 401, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/deals/{id}',
  summary: 'Read a deal',
  request: { params: idParam },
  responses: { 200: answer(dealSchema, 'The deal'), ...problems(401, 404, 422, 503) },
})

const update = createRoute({
  ...shared,
  method: 'patch',
  path: '/api/deals/{id}',
  summary: 'Change a deal, or move it to another stage',
  request: { params: idParam, body: jsonBody(dealChangesSchema) },
  responses: { 200: answer(dealSchema, 'The deal'), ...problems(400, 401, 404, 409, 422, 503) },
})

export const dealRoutes = ({ db }: Deps) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listDeals(db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ deals: rows.map(shownDeal), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const deal = await createDeal(db, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownDeal(deal), 201, { location: `/api/deals/${deal.id}` })
    })
    .openapi(read, async (c) => {
      const deal = await readDeal(db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownDeal(deal), 200)
    })
    .openapi(update, async (c) => {
      const { workspaceId } = c.get('user')
      const deal = await changeDeal(db, workspaceId, c.req.valid('param').id, c.req.valid('json'))
      return c.json(shownDeal(deal), 200)
    })
