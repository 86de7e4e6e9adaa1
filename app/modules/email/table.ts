import { sql } from 'kysely'
import type { GmailMessage } from '../../adapters/outside.ts'
import type { Database } from '../../db/database.ts'
import type { Email, Mailbox } from '../../db/schema-email.ts'
import { newestPage, type Page, type Paging } from '../../http/paging.ts'
import { firstPerson } from './addresses.ts'

/** How far a mailbox has been read. */
export interface Cursor {
  readonly historyId: string | null
  readonly readingHistoryId: string | null
  readonly pageCursor: string | null
}

export const cursorOf = (row: Mailbox): Cursor => ({
  historyId: row.history_id,
  readingHistoryId: row.reading_history_id,
  pageCursor: row.page_cursor,
})

/**
 * Moves the cursor on; when that was the last page the mailbox is up to date.
 * @returns false when somebody else has moved it since `from` was read
 */
export const moveCursor = async (
  db: Database,
  id: string,
  from: Cursor,
  to: Cursor,
  hasMore: boolean,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('mailboxes')
    .set({
      history_id: to.historyId,
      reading_history_id: to.readingHistoryId,
      page_cursor: to.pageCursor,
      status: 'active',
      error: null,
      ...(!hasMore && { last_synced_at: new Date() }),
    })
    .where('id', '=', id)
    .where('history_id', 'is not distinct from', from.historyId)
    .where('reading_history_id', 'is not distinct from', from.readingHistoryId)
    .where('page_cursor', 'is not distinct from', from.pageCursor)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Which of these messages are stored. */
export const knownMessages = async (
  db: Database,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<Set<string>> => {
  if (gmailIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('emails')
    .select('gmail_id')
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_id', 'in', gmailIds)
    .execute()
  return new Set(rows.map(({ gmail_id }) => gmail_id))
}

/** A message as it is stored, and whose contact it is. */
export type MatchedEmail = Omit<Email, 'id' | 'workspace_id' | 'mailbox_id' | 'created_at'>

/** PostgreSQL cannot store NUL. */
const plain = (text: string, longest: number): string => text.replaceAll('\u0000', '').slice(0, longest)

const partsOf = (message: GmailMessage): Omit<MatchedEmail, 'contact_id'> => {
  const from = firstPerson(message.from)
  return {
    gmail_id: message.id,
    thread_id: message.threadId,
    direction: message.labels.includes('SENT') ? 'out' : 'in',
    received_at: message.receivedAt,
    from_name: plain(from.name, 200),
    from_address: plain(from.address, 254),
    to_address: plain(firstPerson(message.to).address, 254),
    subject: plain(message.subject, 500),
    snippet: plain(message.snippet, 500),
  }
}

const otherSideOf = ({ direction, from_address, to_address }: Omit<MatchedEmail, 'contact_id'>): string =>
  direction === 'in' ? from_address : to_address

/** Finds the contact on the other side of each message, by its address; the oldest where several have it. */
export const matchContacts = async (
  db: Database,
  workspaceId: string,
  messages: readonly GmailMessage[],
): Promise<MatchedEmail[]> => {
  const emails = messages.map(partsOf)
  const addresses = [...new Set(emails.map(otherSideOf))].filter((address) => address !== '')
  const contacts = addresses.length === 0 ? [] : await contactsOf(db, workspaceId, addresses)
  const byAddress = new Map(contacts.toReversed().map(({ id, address }) => [address, id]))
  return emails.map((email) => ({ ...email, contact_id: byAddress.get(otherSideOf(email)) ?? null }))
}

const contactsOf = (db: Database, workspaceId: string, addresses: readonly string[]) =>
  db
    .selectFrom('contacts')
    .select(['id', sql<string>`lower(email)`.as('address')])
    .where('workspace_id', '=', workspaceId)
    .where(sql<string>`lower(email)`, 'in', addresses)
    .orderBy('created_at')
    .execute()

/** @returns how many were not stored before */
export const storeEmails = async (
  db: Database,
  { id, workspace_id }: Pick<Mailbox, 'id' | 'workspace_id'>,
  emails: readonly MatchedEmail[],
): Promise<number> => {
  if (emails.length === 0) return 0
  const rows = await db
    .insertInto('emails')
    .values(emails.map((email) => ({ ...email, workspace_id, mailbox_id: id })))
    .onConflict((same) => same.columns(['mailbox_id', 'gmail_id']).doNothing())
    .returning('id')
    .execute()
  return rows.length
}

export interface EmailFilter extends Paging {
  readonly contactId?: string | undefined
}

/** Newest first. */
export const listEmails = async (
  db: Database,
  workspaceId: string,
  { contactId, cursor, limit }: EmailFilter,
): Promise<Page<Email>> => {
  let query = db.selectFrom('emails').selectAll().where('workspace_id', '=', workspaceId)
  if (contactId !== undefined) query = query.where('contact_id', '=', contactId)
  return await newestPage(query, { cursor, limit }, { by: 'received_at' })
}
