import { trackEvent } from '../../events.ts'
import type { JobDeps } from '../../handlers.ts'
import type { JobData } from '../../jobs/queues.ts'
import { publish } from '../../realtime/publish.ts'

/**
 * Brings Google's calendar to where ours is: enters a pending event, or removes one that is being deleted. Idempotent, and
 * whichever of two jobs about one event comes last leaves it as it should be.
 * @throws AdapterError, so that it is tried again
 */
export const syncCalendarEvent = async (
  { db, outside }: Pick<JobDeps, 'db' | 'outside'>,
  { workspaceId, calendarEventId }: JobData['calendar-sync'],
): Promise<void> => {
  const context = { tenantId: workspaceId }
  const event = await db
    .selectFrom('calendar_events')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', calendarEventId)
    .executeTakeFirst()
  if (!event || event.status === 'synced') return
  const remove = async () => {
    await outside.calendar.deleteEvent(event.google_id, context)
    await db.deleteFrom('calendar_events').where('id', '=', event.id).where('status', '=', 'deleting').execute()
  }
  if (event.status === 'deleting') return await remove()

  const { link } = await outside.calendar.createEvent(
    { id: event.google_id, summary: event.summary, startsAt: event.starts_at, endsAt: event.ends_at },
    context,
  )
  const isWanted = await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('calendar_events')
      .set({ status: 'synced', link: link ?? null, updated_at: new Date() })
      .where('id', '=', event.id)
      .where('status', '=', 'pending')
      .executeTakeFirst()
    if (numUpdatedRows > 0n) {
      const data = { calendarEventId: event.id }
      await trackEvent(trx, { workspaceId, type: 'calendar_event_created', metadata: data })
      await publish(trx, { workspaceId, type: 'calendar.synced', data })
      return true
    }
    const now = await trx.selectFrom('calendar_events').select('status').where('id', '=', event.id).executeTakeFirst()
    return now?.status === 'synced'
  })
  // Deleted while Google was asked: what was just entered goes again.
  if (!isWanted) await remove()
}
