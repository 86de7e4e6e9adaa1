import { createRoute, z } from '@hono/zod-openapi'
import type { CalendarEventRow } from '../../db/schema-crm-areas.ts'
import type { Deps } from '../../deps.ts'
import { id, idParam, requiredText, timestamp } from '../../http/fields.ts'
import { answer, createRoutes, jsonBody, problems } from '../../http/openapi.ts'
import { pagingQuery } from '../../http/paging.ts'
import { signedIn } from '../../http/session.ts'
import { createCalendarEvent, listCalendarEvents, removeCalendarEvent } from './service.ts'

const instant = z.iso.datetime({ offset: true, error: 'must be a time, such as 2026-11-23T09:00:00Z' })

const newEventSchema = z
  .strictObject({
    summary: requiredText(200).openapi({ example: 'Visit the office' }),
    startsAt: instant,
    endsAt: instant,
  })
  .refine(({ startsAt, endsAt }) => Date.parse(endsAt) > Date.parse(startsAt), {
    path: ['endsAt'],
    error: 'must be after startsAt',
  })
  .openapi('NewCalendarEvent')

const eventSchema = z
  .object({
    id,
    summary: z.string(),
    startsAt: timestamp,
    endsAt: timestamp,
    leadId: id.nullable(),
    status: z.enum(['pending', 'synced']).openapi({ description: '`synced` once it stands in Google’s calendar' }),
    link: z.string().nullable(),
    createdAt: timestamp,
  })
  .openapi('CalendarEvent')

const listQuery = pagingQuery.extend({
  from: instant.optional().openapi({ description: 'Events that end after this' }),
  to: instant.optional().openapi({ description: 'Events that begin before this' }),
})

export type CalendarListQuery = z.output<typeof listQuery>
export type NewCalendarEvent = z.output<typeof newEventSchema>

const shared = { tags: ['Calendar'], middleware: signedIn }

const list = createRoute({
  ...shared,
  method: 'get',
  path: '/api/calendar-events',
  summary: 'List calendar events, the newest entry first',
  request: { query: listQuery },
  responses: {
    200: answer(
      z.object({ events: z.array(eventSchema), nextCursor: z.string().nullable() }).openapi('CalendarEventList'),
      'One page',
    ),
    ...problems(401, 422, 503),
  },
})

const create = createRoute({
  ...shared,
  method: 'post',
  path: '/api/calendar-events',
  summary: 'Create a calendar event',
  description: 'It is entered into Google’s calendar in the background, also when Google is away at the moment.',
  request: { body: jsonBody(newEventSchema) },
  responses: { 201: answer(eventSchema, 'Created'), ...problems(400, 401, 422, 503) },
})

const remove = createRoute({
  ...shared,
  method: 'delete',
  path: '/api/calendar-events/{id}',
  summary: 'Delete a calendar event',
  request: { params: idParam },
  responses: { 204: { description: 'Deleted; Google’s calendar follows' }, ...problems(401, 404, 422, 503) },
})

const shown = (row: CalendarEventRow): z.input<typeof eventSchema> => ({
  id: row.id,
  summary: row.summary,
  startsAt: row.starts_at.toISOString(),
  endsAt: row.ends_at.toISOString(),
  leadId: row.lead_id,
  status: row.status === 'synced' ? 'synced' : 'pending',
  link: row.link,
  createdAt: row.created_at.toISOString(),
})

export const calendarRoutes = (deps: Deps) =>
  createRoutes()
    .openapi(list, async (c) => {
      const { rows, nextCursor } = await listCalendarEvents(deps.db, c.get('user').workspaceId, c.req.valid('query'))
      return c.json({ events: rows.map(shown), nextCursor }, 200)
    })
    .openapi(create, async (c) => {
      const event = await createCalendarEvent(deps, c.get('user').workspaceId, c.req.valid('json'))
      return c.json(shown(event), 201)
    })
    .openapi(remove, async (c) => {
      await removeCalendarEvent(deps, c.get('user').workspaceId, c.req.valid('param').id)
      return c.body(null, 204)
    })
