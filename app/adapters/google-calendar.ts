import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { type Adapter, createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { type Credentials, createHttp } from './http.ts'
import type { Calendar, CalendarEvent } from './outside.ts'

const operations = {
  token: 'other',
  calendar: 'other',
  create_event: 'event',
  event: 'event',
  list_events: 'event',
  delete_event: 'event',
} as const

const calendarSchema = z.object({ id: z.string() })
const instant = z.object({ dateTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)) })
const createdSchema = z.object({ id: z.string().min(1), htmlLink: z.string().optional() })
/** Events of whole days have a date and no time; they are none of ours. */
const eventSchema = z.object({
  id: z.string().min(1),
  summary: z.string().default(''),
  start: instant.optional().catch(undefined),
  end: instant.optional().catch(undefined),
})
const listSchema = z.object({ items: z.array(eventSchema).default([]), nextPageToken: z.string().optional() })

/** The most that Google gives on a page. */
const longestPage = 2_500

/** Google Calendar's REST API, for the one calendar that is configured. */
export const createCalendar = (
  config: OutsideConfig['google'],
  credentialsOf: (adapter: Adapter<'token'>) => Credentials,
  options: ClientOptions,
): Client<Calendar> => {
  const adapter = createAdapter({ ...options, provider: 'google_calendar', operations })
  const { request, once } = createHttp(adapter, {
    baseUrl: config.calendarBaseUrl,
    credentials: credentialsOf(adapter),
  })
  const path = `/calendars/${encodeURIComponent(config.calendarId)}`
  const eventPath = (id: string) => `${path}/events/${encodeURIComponent(id)}`
  const linkOf = ({ id, htmlLink }: z.infer<typeof createdSchema>) => ({ id, link: htmlLink })
  const found = calendarSchema.transform(() => true)

  const calendar: Calendar = {
    calendarExists: (context) => request('calendar', { path, schema: found, answers: { 404: false } }, context),
    createEvent: async ({ id, summary, startsAt, endsAt }, context) => {
      const created = await request(
        'create_event',
        {
          method: 'POST',
          path: `${path}/events`,
          json: { id, summary, start: { dateTime: startsAt.toISOString() }, end: { dateTime: endsAt.toISOString() } },
          schema: createdSchema,
          answers: { 409: undefined },
          isIdempotent: true,
        },
        context,
      )
      if (created) return linkOf(created)
      return linkOf(
        await request('event', { path: eventPath(id), schema: createdSchema, answers: { 404: { id } } }, context),
      )
    },
    listEvents: async ({ from, to, cursor, limit }, context) => {
      const query = {
        timeMin: from.toISOString(),
        timeMax: to.toISOString(),
        maxResults: Math.min(limit, longestPage),
        pageToken: cursor,
      }
      const read = await request('list_events', { path: `${path}/events`, query, schema: listSchema }, context)
      return { items: read.items.flatMap(eventOf), nextCursor: read.nextPageToken }
    },
    deleteEvent: (id, context) =>
      request(
        'delete_event',
        {
          method: 'DELETE',
          path: eventPath(id),
          schema: z.unknown().transform(() => undefined),
          answers: { 404: undefined, 410: undefined },
        },
        context,
      ),
  }
  return {
    api: calendar,
    adapter,
    probe: (limitMs) => once('calendar', { path, schema: calendarSchema }, limitMs),
  }
}

const eventOf = ({ id, summary, start, end }: z.infer<typeof eventSchema>): CalendarEvent[] =>
  start && end ? [{ id, summary, startsAt: start.dateTime, endsAt: end.dateTime }] : []
