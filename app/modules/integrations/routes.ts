import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { pagingQuery } from '../../http/paging.ts'
import { signedIn } from '../../http/session.ts'
import {
  integrationChangesSchema,
  integrationListSchema,
  integrationSchema,
  newIntegrationSchema,
  requestedSyncsSchema,
  shownIntegration,
  syncRequestSchema,
} from './schemas.ts'
import { changeIntegration, createIntegration, listIntegrations, readIntegration, syncNow } from './service.ts'

const shared = { tags: ['Integrations'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/integrations',
  summary: 'List the workspace’s integrations with other CRMs, newest first',
  request: { query: pagingQuery },
  responses: { 200: answer(integrationListSchema, 'One page'), ...problems(401, 422, 503) },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/integrations',
  summary: 'Begin to synchronize with another CRM',
  description: 'One integration per provider. The first sync begins within a minute, or when it is asked for.',
  request: { body: jsonBody(newIntegrationSchema) },
  responses: { 201: answer(integrationSchema, 'Created'), ...problems(400, 401, 409, 422, 503) },
})

const read = createRoute({
  ...shared,
  method: 'get',
  path: '/api/integrations/{id}',
  summary: 'Read an integration',
  request: { params: idParam },
  responses: { 200: answer(integrationSchema, 'The integration'), ...problems(401, 404, 422, 503) },
})

const update = createRoute({
  ...shared,
  method: 'patch',
  path: '/api/integrations/{id}',
  summary: 'Pause or resume an integration, or change how often it runs',
  request: { params: idParam, body: jsonBody(integrationChangesSchema) },
  responses: { 200: answer(integrationSchema, 'The integration'), ...problems(400, 401, 404, 422, 503) },
})

const sync = createRoute({
  ...shared,
  method: 'post',
  path: '/api/integrations/{id}/sync',
  summary: 'Synchronize now',
  description: 'It happens in the background. What is under way already is not begun twice.',
  request: { params: idParam, body: jsonBody(syncRequestSchema) },
  responses: { 202: answer(requestedSyncsSchema, 'Asked for'), ...problems(400, 401, 404, 409, 422, 503) },
})

export const integrationRoutes = (deps: Deps) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listIntegrations(deps.db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ integrations: rows.map(shownIntegration), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const created = await createIntegration(deps.db, c.get('user').workspaceId, c.req.valid('json'))
      c.set('audit', { targetId: created.id, details: { provider: created.provider } })
      return c.json(shownIntegration(created), 201, { location: `/api/integrations/${created.id}` })
    })
    .openapi(read, async (c) => {
      const integration = await readIntegration(deps.db, c.get('user').workspaceId, c.req.valid('param').id)
      return c.json(shownIntegration(integration), 200)
    })
    .openapi(update, async (c) => {
      const { workspaceId } = c.get('user')
      const { status } = c.req.valid('json')
      if (status !== undefined) c.set('audit', { details: { status } })
      const changed = await changeIntegration(deps.db, workspaceId, c.req.valid('param').id, c.req.valid('json'))
      return c.json(shownIntegration(changed), 200)
    })
    .openapi(sync, async (c) => {
      const { workspaceId } = c.get('user')
      const requested = await syncNow(deps, workspaceId, c.req.valid('param').id, c.req.valid('json').entities)
      return c.json({ syncs: requested.map(({ id, entity, isNew }) => ({ id, entity, isNew })) }, 202)
    })
