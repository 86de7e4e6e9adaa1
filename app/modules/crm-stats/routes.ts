import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { listEvents, resetEvents, trackEvent } from '../../events.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { signedIn } from '../../http/session.ts'
import { eventMetrics, forgetEventMetrics } from './event-metrics.ts'
import {
  eventMetricsSchema,
  eventsQuery,
  eventsSchema,
  newEventSchema,
  resetSchema,
  statusSchema,
  systemStatusSchema,
  trackedEventSchema,
} from './schemas.ts'
import { status, systemStatus } from './status.ts'

const shared = { tags: ['Status'], middleware: signedIn }
const noStore = { 'cache-control': 'no-store' }

/** Pages that answer also while the database hangs, to whoever was signed in before. */
export const statusPaths: ReadonlySet<string> = new Set(['/api/crm/stats/system-status', '/api/status'])

const readSystemStatus = createRoute({
  ...shared,
  method: 'get',
  path: '/api/crm/stats/system-status',
  summary: 'Are the database, Billy and Google there? Answers within 3 s',
  responses: { 200: answer(systemStatusSchema, 'As it is now'), ...problems(401, 503) },
})

const readStatus = createRoute({
  ...shared,
  method: 'get',
  path: '/api/status',
  summary: 'How is each dependency? Answers within 3 s',
  responses: { 200: answer(statusSchema, 'As it is now'), ...problems(401, 503) },
})

const readEventMetrics = createRoute({
  ...shared,
  method: 'get',
  path: '/api/crm/stats/event-metrics',
  summary: 'What happened in the workspace, and how much it holds',
  responses: { 200: answer(eventMetricsSchema, 'At most 5 s old'), ...problems(401, 503) },
})

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/crm/events',
  summary: 'List the events of the workspace, newest first',
  request: { query: eventsQuery },
  responses: { 200: answer(eventsSchema, 'One page'), ...problems(401, 422, 503) },
})

const track = createRoute({
  ...shared,
  method: 'post',
  path: '/api/crm/events',
  summary: 'Track an event of your own',
  request: { body: jsonBody(newEventSchema) },
  responses: { 201: answer(trackedEventSchema, 'Tracked'), ...problems(400, 401, 422, 503) },
})

export const crmStatsRoutes = (deps: Deps) => {
  const { config, db } = deps
  const reset = createRoute({
    method: 'post',
    path: '/api/crm/events/reset',
    tags: ['Status'],
    middleware: operatorsOnly(config.adminSecret),
    summary: 'Forget the events: an admin’s workspace’s, or with the admin secret all',
    responses: { 200: answer(resetSchema, 'How many there were'), ...problems(401, 403, 503) },
  })

  return createRoutes()
    .openapi(readSystemStatus, async (c) => c.json(await systemStatus(deps), 200, noStore))
    .openapi(readStatus, async (c) => c.json(await status(deps), 200, noStore))
    .openapi(readEventMetrics, async (c) => c.json(await eventMetrics(deps, c.get('user').workspaceId), 200, noStore))
    .openapi(list, async (c) => c.json(await listEvents(db, c.get('user').workspaceId, c.req.valid('query')), 200))
    .openapi(track, async (c) => {
      const { type, metadata } = c.req.valid('json')
      await trackEvent(db, { workspaceId: c.get('user').workspaceId, type, metadata })
      return c.json({ type }, 201)
    })
    .openapi(reset, async (c) => {
      const workspaceId = c.get('user')?.workspaceId
      const deleted = await resetEvents(db, workspaceId)
      c.set('audit', { details: { deleted } })
      if (workspaceId !== undefined) await forgetEventMetrics(deps, workspaceId)
      return c.json({ deleted }, 200)
    })
}
