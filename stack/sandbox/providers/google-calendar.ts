import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { wantsBearer } from '../kit/credentials.ts'
import { firstOf, fromCursor, readNumber, readTime, toCursor } from '../kit/paging.ts'
import { dataEnd, personOf } from '../kit/people.ts'
import { draw } from '../kit/random.ts'
import { type Kept, Records } from '../kit/records.ts'
import { BadRequest, readJson } from '../problem.ts'
import type { ProviderApp } from './provider.ts'

export interface CalendarOptions {
  readonly isAccessToken: (token: string) => boolean
  readonly now?: () => number
}

interface Event extends Kept {
  readonly summary: string
  readonly description: string | undefined
  readonly startsAt: number
  readonly endsAt: number
  readonly attendees: readonly { readonly email: string }[]
  readonly createdAt: number
}

const size = 500
const quarterHour = 15 * 60_000

/** About one a day, from the October before this year to the March after it. */
function madeEvents(now: number): readonly Event[] {
  const first = Date.UTC(new Date(now).getUTCFullYear() - 1, 9, 1, 7)
  return Array.from({ length: size }, (_, number) => {
    const random = draw('calendar', number)
    const { first: name, last, email, company } = personOf(random.int(0, 4_999))
    const startsAt = first + Math.floor((number * 546) / size) * 86_400_000 + random.int(0, 36) * quarterHour
    return {
      id: random.name(26, '0123456789abcdefghijklmnopqrstuv'),
      summary: `${random.pick(['Meeting', 'Call', 'Demo', 'Workshop', 'Lunch'])} with ${name} ${last}, ${company}`,
      description: undefined,
      startsAt,
      endsAt: startsAt + random.int(1, 8) * quarterHour,
      attendees: [{ email }],
      createdAt: dataEnd - (size - number) * 3_600_000,
      modifiedAt: dataEnd - (size - number) * 3_600_000,
    }
  })
}

export function googleCalendar({ isAccessToken, now = Date.now }: CalendarOptions): ProviderApp {
  const events = new Records<Event>({ make: () => madeEvents(now()), now })

  const app = new Hono()
  app.use(wantsBearer('google-calendar', isAccessToken))
  app.use('/calendars/:calendarId/*', (c, next) => {
    if (c.req.param('calendarId') === 'primary') return next()
    throw new BadRequest('not_found', 'There is no such calendar; there is one, "primary".', 404)
  })
  app.get('/calendars/:calendarId', (c) =>
    c.json({ kind: 'calendar#calendar', id: c.req.param('calendarId'), summary: 'CRM', timeZone: 'Europe/Copenhagen' }),
  )
  app.get('/calendars/:calendarId/events', (c) => {
    const from = readTime(c, 'timeMin') ?? Number.NEGATIVE_INFINITY
    const to = readTime(c, 'timeMax') ?? Number.POSITIVE_INFINITY
    const changedSince = readTime(c, 'updatedMin') ?? Number.NEGATIVE_INFINITY
    const token = c.req.query('pageToken')
    const [time, id] = token ? fromCursor(token, 2) : [Number.NEGATIVE_INFINITY, '']
    const rest = events
      .list()
      .filter(({ startsAt, endsAt, modifiedAt }) => endsAt > from && startsAt < to && modifiedAt >= changedSince)
      .filter((event) => event.startsAt > Number(time) || (event.startsAt === time && event.id > String(id)))
      .sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1))
    const { items, last } = firstOf(rest, readNumber(c, 'maxResults', { fallback: 250, most: 2_500 }))
    return c.json({
      kind: 'calendar#events',
      items: items.map(shown),
      ...(last && { nextPageToken: toCursor([last.startsAt, last.id]) }),
    })
  })
  app.get('/calendars/:calendarId/events/:eventId', (c) => c.json(shown(find(events, c.req.param('eventId')))))
  app.post('/calendars/:calendarId/events', async (c) => {
    const { id, start, end, ...given } = await readJson(c, written)
    if (id !== undefined && events.get(id)) {
      throw new BadRequest('duplicate', 'The requested identifier already exists.', 409)
    }
    const event = events.put({
      id: id ?? randomBytes(13).toString('hex'),
      summary: given.summary,
      description: given.description,
      attendees: given.attendees,
      startsAt: Date.parse(start.dateTime),
      endsAt: Date.parse(end.dateTime),
      createdAt: now(),
    })
    return c.json(shown(event))
  })
  app.delete('/calendars/:calendarId/events/:eventId', (c) => {
    events.remove(find(events, c.req.param('eventId')).id)
    return c.body(null, 204)
  })

  return {
    name: 'google-calendar',
    path: '/calendar/v3',
    sets: [events],
    app,
    // A quarter of an hour later than before.
    touch: (count) =>
      events
        .touch(count, (event) => ({
          ...event,
          startsAt: event.startsAt + quarterHour,
          endsAt: event.endsAt + quarterHour,
        }))
        .map(({ id }) => id),
  }
}

const moment = z.object({ dateTime: z.iso.datetime({ offset: true, error: 'write 2026-01-31T12:00:00Z' }) })
const written = z
  .object({
    /** As Google wants it: letters a to v and digits. */
    id: z
      .string()
      .regex(/^[a-v0-9]{5,1024}$/, { error: 'an id has 5 to 1024 of the letters a to v and digits' })
      .optional(),
    summary: z.string().max(1_000).default(''),
    description: z.string().max(8_000).optional(),
    start: moment,
    end: moment,
    attendees: z
      .array(z.object({ email: z.string().max(320) }))
      .max(200)
      .default([]),
  })
  .refine(({ start, end }) => Date.parse(end.dateTime) >= Date.parse(start.dateTime), {
    error: 'end must not be before start',
  })

function find(events: Records<Event>, id: string): Event {
  const event = events.get(id)
  if (event) return event
  throw new BadRequest('not_found', 'The calendar has no such event.', 404)
}

const iso = (time: number): string => new Date(time).toISOString()

const shown = ({ id, summary, description, startsAt, endsAt, attendees, createdAt, modifiedAt }: Event) => ({
  kind: 'calendar#event',
  id,
  status: 'confirmed',
  summary,
  ...(description !== undefined && { description }),
  start: { dateTime: iso(startsAt) },
  end: { dateTime: iso(endsAt) },
  attendees,
  created: iso(createdAt),
  updated: iso(modifiedAt),
})
