import { createRoute, z } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { idParam } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { listEvents, listSyncLog, quarantineEvent, readEvent, replayEvent } from './admin.ts'
import {
  eventCountsSchema,
  eventListQuery,
  eventListSchema,
  eventSchema,
  quarantineSchema,
  shownEntry,
  shownEvent,
  syncLogQuery,
  syncLogSchema,
} from './admin-schemas.ts'
import { countEvents } from './gauges.ts'
import { processPending } from './pending.ts'

/** What operators do with webhook events, and what they look up. */
export const webhookAdminRoutes = (deps: Pick<Deps, 'config' | 'db' | 'jobs'>) => {
  const shared = { tags: ['Operations'], middleware: operatorsOnly(deps.config.adminSecret) }

  const events = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/events',
    summary: 'List webhook events, newest first',
    request: { query: eventListQuery },
    responses: { 200: answer(eventListSchema, 'One page'), ...problems(401, 403, 422, 503) },
  })
  const counts = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/events/counts',
    summary: 'How many webhook events there are by source and status',
    responses: { 200: answer(eventCountsSchema, 'Those that are there'), ...problems(401, 403, 503) },
  })
  const event = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/events/{id}',
    summary: 'Read a webhook event',
    request: { params: idParam },
    responses: { 200: answer(eventSchema, 'The event'), ...problems(401, 403, 404, 422, 503) },
  })
  const replay = createRoute({
    ...shared,
    method: 'post',
    path: '/api/admin/events/{id}/replay',
    summary: 'Work a webhook event off once more',
    request: { params: idParam },
    responses: { 202: answer(eventSchema, 'Pending again'), ...problems(401, 403, 404, 422, 503) },
  })
  const quarantine = createRoute({
    ...shared,
    method: 'post',
    path: '/api/admin/events/{id}/quarantine',
    summary: 'Put a webhook event aside, so that its successors go on',
    request: { params: idParam, body: jsonBody(quarantineSchema) },
    responses: { 200: answer(eventSchema, 'Put aside'), ...problems(400, 401, 403, 404, 409, 422, 503) },
  })
  const syncLog = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/sync-log',
    summary: 'List what was brought into step with other systems, newest first',
    request: { query: syncLogQuery },
    responses: { 200: answer(syncLogSchema, 'One page'), ...problems(401, 403, 422, 503) },
  })
  const pending = createRoute({
    ...shared,
    method: 'post',
    path: '/api/jobs/process-pending',
    summary: 'Enqueue what is pending and has no job',
    description: 'At most 500 contacts at once: call it again until it enqueues nothing.',
    responses: {
      200: answer(z.object({ enqueued: z.int() }).openapi('ProcessPending'), 'Enqueued'),
      ...problems(401, 403, 503),
    },
  })

  return createRoutes()
    .openapi(events, async (c) => {
      const { rows, nextCursor } = await listEvents(deps, c.req.valid('query'))
      return c.json({ events: rows.map(shownEvent), nextCursor }, 200)
    })
    .openapi(counts, async (c) => c.json({ counts: await countEvents(deps.db) }, 200))
    .openapi(event, async (c) => c.json(shownEvent(await readEvent(deps, c.req.valid('param').id)), 200))
    .openapi(replay, async (c) => c.json(shownEvent(await replayEvent(deps, c.req.valid('param').id)), 202))
    .openapi(quarantine, async (c) => {
      const { reason } = c.req.valid('json')
      c.set('audit', { reason })
      return c.json(shownEvent(await quarantineEvent(deps, c.req.valid('param').id, reason)), 200)
    })
    .openapi(syncLog, async (c) => {
      const { rows, nextCursor } = await listSyncLog(deps, c.req.valid('query'))
      return c.json({ entries: rows.map(shownEntry), nextCursor }, 200)
    })
    .openapi(pending, async (c) => {
      const enqueued = await processPending(deps)
      c.set('audit', { details: { enqueued } })
      return c.json({ enqueued }, 200)
    })
}
