import type { Generated, Selectable } from 'kysely'
import type { CreatedAt, UpdatedAt } from './schema.ts'

export const mailboxStatuses = ['new', 'active', 'error'] as const
export const emailDirections = ['in', 'out'] as const
export const outgoingStatuses = ['queued', 'delivered', 'bounced', 'deferred', 'failed'] as const
export type OutgoingStatus = (typeof outgoingStatuses)[number]

export interface MailboxTable {
  id: Generated<string>
  workspace_id: string
  /** SHA-256 of the address in lower case, in hex. */
  address_hash: string
  status: Generated<(typeof mailboxStatuses)[number]>
  /** Why the last sync failed: the kind of error. */
  error: string | null
  /** Everything up to here has been read; null while the whole mailbox is read (anew). */
  history_id: string | null
  /** Where the history goes on once the whole mailbox has been read. */
  reading_history_id: string | null
  /** The next page, of the mailbox or of its history. */
  page_cursor: string | null
  /** A job waits to read what is new; null once it has begun. */
  sync_requested_at: Date | null
  last_synced_at: Date | null
  created_at: CreatedAt
}

export interface EmailTable {
  id: Generated<string>
  workspace_id: string
  mailbox_id: string
  gmail_id: string
  thread_id: string
  direction: (typeof emailDirections)[number]
  received_at: Date
  from_name: string
  /** Lower case; empty where the message has none that can be read. */
  from_address: string
  to_address: string
  subject: string
  snippet: string
  contact_id: string | null
  created_at: CreatedAt
}

export interface OutgoingEmailTable {
  id: Generated<string>
  workspace_id: string
  contact_id: string | null
  to_address: string
  subject: string
  text: string
  status: Generated<OutgoingStatus>
  attempts: Generated<number>
  created_at: CreatedAt
  updated_at: UpdatedAt
}

export interface EmailTables {
  mailboxes: MailboxTable
  emails: EmailTable
  outgoing_emails: OutgoingEmailTable
}

export type Mailbox = Selectable<MailboxTable>
export type Email = Selectable<EmailTable>
export type OutgoingEmail = Selectable<OutgoingEmailTable>
