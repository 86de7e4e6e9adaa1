import type { Database } from '../../db/database.ts'
import { referencedContact } from '../../db/referenced-contact.ts'
import type { TextMessage } from '../../db/schema-webhooks.ts'
import type { Deps } from '../../deps.ts'
import { invalid, notFound } from '../../errors.ts'
import { newestPage } from '../../http/paging.ts'
import { dialled } from '../../phone.ts'
import type { NewText, TextListQuery } from './schemas.ts'

/**
 * Stores a text message and, in the same transaction, enqueues its sending.
 * @throws DomainError validation when the contact is not one of the workspace's, or has no phone number
 */
export const sendText = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  { contactId, message }: NewText,
): Promise<TextMessage> =>
  await db.transaction().execute(async (trx) => {
    const contact = await referencedContact(trx, workspaceId, contactId)
    if (!dialled(contact.phone))
      throw invalid([{ field: 'contactId', message: 'has no phone number; give the contact one first' }])
    const text = await trx
      .insertInto('text_messages')
      .values({ workspace_id: workspaceId, contact_id: contactId, direction: 'outbound', message, status: 'queued' })
      .returningAll()
      .executeTakeFirstOrThrow()
    await jobs.enqueue(trx, 'text-sending', { workspaceId, textId: text.id })
    return text
  })

/** @throws DomainError not_found, also for messages of other workspaces */
export const readText = async (db: Database, workspaceId: string, id: string): Promise<TextMessage> => {
  return await db
    .selectFrom('text_messages')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('text message'))
}

/** Newest first. */
export const listTexts = async (
  db: Database,
  workspaceId: string,
  { contactId, status, cursor, limit }: TextListQuery,
) => {
  let query = db.selectFrom('text_messages').selectAll().where('workspace_id', '=', workspaceId)
  if (contactId !== undefined) query = query.where('contact_id', '=', contactId)
  if (status !== undefined) query = query.where('status', '=', status)
  return await newestPage(query, { cursor, limit })
}
