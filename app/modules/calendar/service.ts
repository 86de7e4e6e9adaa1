import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import type { CalendarEventRow } from '../../db/schema-crm-areas.ts'
import type { Deps } from '../../deps.ts'
import { DomainError, notFound } from '../../errors.ts'
import { newestPage } from '../../http/paging.ts'
import type { CalendarListQuery, NewCalendarEvent } from './routes.ts'

/** Newest entry first; without those that are being deleted. */
export const listCalendarEvents = async (
  db: Database,
  workspaceId: string,
  { from, to, cursor, limit }: CalendarListQuery,
) => {
  let query = db
    .selectFrom('calendar_events')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('status', '<>', 'deleting')
  if (from !== undefined) query = query.where('ends_at', '>', new Date(from))
  if (to !== undefined) query = query.where('starts_at', '<', new Date(to))
  return await newestPage(query, { cursor, limit })
}

/**
 * Stores an event and, in the same transaction, enqueues its entry into Google's calendar.
 * @throws DomainError dependency_unavailable where there is no calendar to enter it into
 */
export const createCalendarEvent = async (
  { db, jobs, outside }: Pick<Deps, 'db' | 'jobs' | 'outside'>,
  workspaceId: string,
  { summary, startsAt, endsAt }: NewCalendarEvent,
): Promise<CalendarEventRow> => {
  if (!outside.isConfigured('google_calendar'))
    throw new DomainError(
      'dependency_unavailable',
      'Google Calendar is not configured. Set GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET and GOOGLE_REFRESH_TOKEN.',
    )
  return await db.transaction().execute(async (trx) => {
    const event = await trx
      .insertInto('calendar_events')
      .values({
        workspace_id: workspaceId,
        // Google allows 0-9 and a-v.
        google_id: `crm${randomUUID().replaceAll('-', '')}`,
        lead_id: null,
        summary,
        starts_at: new Date(startsAt),
        ends_at: new Date(endsAt),
        status: 'pending',
        link: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await jobs.enqueue(trx, 'calendar-sync', { workspaceId, calendarEventId: event.id })
    return event
  })
}

/** @throws DomainError not_found, also for one that is being deleted already */
export const removeCalendarEvent = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  id: string,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('calendar_events')
      .set({ status: 'deleting', updated_at: new Date() })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .where('status', '<>', 'deleting')
      .returning('id')
      .executeTakeFirstOrThrow(() => notFound('calendar event'))
    await jobs.enqueue(trx, 'calendar-sync', { workspaceId, calendarEventId: id })
  })
}
