import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { pagingQuery } from '../../http/paging.ts'
import { changeGroup, errorGroup, errorGroups, errorTrend, recentErrors } from './errors.ts'
import { failures } from './failures.ts'
import {
  errorsQuery,
  errorsSchema,
  groupChangeSchema,
  groupDetailSchema,
  groupSchema,
  groupsQuery,
  groupsSchema,
  success,
  trendQuery,
  trendSchema,
} from './schemas.ts'

/** Errors, and the groups they belong to. */
export const errorRoutes = ({ config, db }: Deps) => {
  const shared = { tags: ['Monitoring'], middleware: operatorsOnly(config.adminSecret) }

  const list = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/errors',
    summary: 'The last errors, newest first',
    request: { query: errorsQuery },
    responses: { 200: answer(success(errorsSchema), 'Errors'), ...failures(401, 403, 422, 503) },
  })
  const groups = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/error-groups',
    summary: 'Errors of one type from one place are a group; the one that happened last comes first',
    request: { query: groupsQuery },
    responses: { 200: answer(success(groupsSchema), 'One page'), ...failures(401, 403, 422, 503) },
  })
  const trend = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/error-trend',
    summary: 'How often errors happened, of all groups or of one',
    request: { query: trendQuery },
    responses: { 200: answer(success(trendSchema), 'The trend'), ...failures(401, 403, 422, 503) },
  })
  const read = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/error-groups/{id}',
    summary: 'A group, with a page of its occurrences',
    request: { params: idParam, query: pagingQuery },
    responses: { 200: answer(success(groupDetailSchema), 'The group'), ...failures(401, 403, 404, 422, 503) },
  })
  const change = createRoute({
    ...shared,
    method: 'patch',
    path: '/api/monitoring/error-groups/{id}',
    summary: 'Resolve a group; when it happens again it is open again',
    request: { params: idParam, body: jsonBody(groupChangeSchema) },
    responses: { 200: answer(success(groupSchema), 'The group'), ...failures(400, 401, 403, 404, 422, 503) },
  })

  return createRoutes()
    .openapi(list, async (c) =>
      c.json({ success: true as const, data: await recentErrors(db, c.req.valid('query').limit) }, 200),
    )
    .openapi(groups, async (c) =>
      c.json({ success: true as const, data: await errorGroups(db, c.req.valid('query')) }, 200),
    )
    .openapi(trend, async (c) =>
      c.json({ success: true as const, data: await errorTrend(db, c.req.valid('query')) }, 200),
    )
    .openapi(read, async (c) => {
      const data = await errorGroup(db, c.req.valid('param').id, c.req.valid('query'))
      return c.json({ success: true as const, data }, 200)
    })
    .openapi(change, async (c) => {
      const { status } = c.req.valid('json')
      c.set('audit', { details: { status } })
      const data = await changeGroup(db, c.req.valid('param').id, status)
      return c.json({ success: true as const, data }, 200)
    })
}
