import type { Database } from './db/database.ts'
import { publish } from './realtime/publish.ts'

export interface NewNotification {
  readonly workspaceId: string
  /** Undefined: everybody in the workspace. */
  readonly userId?: string
  /** `lead.ready`, `invoice.failed` … */
  readonly type: string
  /** Ids and small facts, no texts of people. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Leaves a message for people of a workspace, and tells those who have a page open. In a transaction it is part of it. */
export const notify = async (db: Database, { workspaceId, userId, type, data }: NewNotification): Promise<void> => {
  const { id } = await db
    .insertInto('notifications')
    .values({ workspace_id: workspaceId, user_id: userId ?? null, type, data: JSON.stringify(data) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await publish(db, { workspaceId, type: 'notification', data: { notificationId: id, about: type, ...data } })
}
