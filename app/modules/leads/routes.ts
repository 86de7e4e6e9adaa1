import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { leadListQuery, leadListSchema, leadSchema, leadStatusSchema, newLeadSchema, shownLead } from './schemas.ts'
import { changeStatus, createLead, listLeads, readLead, removeLead } from './service.ts'

const shared = { tags: ['Leads'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/leads',
  summary: 'List leads, newest first',
  request: { query: leadListQuery },
  responses: { 200: answer(leadListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/leads',
  summary: 'Create a lead',
  description: 'Its workflow follows in the background: qualify, geo-tag, calendar event, notify sales, complete.',
  request: { body: jsonBody(newLeadSchema) },
  responses: { 201: answer(leadSchema, 'Created'), ...problems(400, 401, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/leads/{id}',
  summary: 'Read a lead',
  request: { params: idParam },
  responses: { 200: answer(leadSchema, 'The lead'), ...problems(401, 404, 422, 503) },
})

const update = createRoute({
  ...shared,
  method: 'patch',
  path: '/api/leads/{id}',
  summary: 'Change the status of a lead',
  request: { params: idParam, body: jsonBody(leadStatusSchema) },
  responses: { 200: answer(leadSchema, 'The lead'), ...problems(400, 401, 404, 409, 422, 503) },
})

const remove = createRoute({
  ...shared,
  method: 'delete',
  path: '/api/leads/{id}',
  summary: 'Delete a lead, and its follow-up in the calendar',
  request: { params: idParam },
  responses: { 204: { description: 'Deleted' }, ...problems(401, 404, 422, 503) },
})

export const leadRoutes = (deps: Deps) => {
  const { db } = deps
  return createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listLeads(db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ leads: rows.map(shownLead), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const lead = await createLead(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shownLead(lead), 201, { location: `/api/leads/${lead.id}` })
    })
    .openapi(read, async (c) => {
      const lead = await readLead(db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownLead(lead), 200)
    })
    .openapi(update, async (c) => {
      const { workspaceId } = c.get('user')
      const lead = await changeStatus(db, workspaceId, c.req.valid('param').id, c.req.valid('json').status)
      return c.json(shownLead(lead), 200)
    })
    .openapi(remove, async (c) => {
      await removeLead(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.body(null, 204)
    })
}
