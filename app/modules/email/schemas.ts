import { z } from '@hono/zod-openapi'
import {
  type Email,
  emailDirections,
  type Mailbox,
  mailboxStatuses,
  type OutgoingEmail,
  outgoingStatuses,
} from '../../db/schema-email.ts'
import { id, requiredText, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

const address = z.email().max(254)

/** A line of a mail's head: a line break would begin another header. */
const line = (longest: number) => requiredText(longest).regex(/^[^\r\n]*$/, { error: 'must be one line' })

export const newEmailSchema = z
  .strictObject({
    contactId: id.optional().openapi({ description: 'To this contact’s address' }),
    to: address.optional().openapi({ example: 'anna@holm.example' }),
    subject: line(200).openapi({ example: 'Your offer' }),
    text: requiredText(20_000).openapi({ example: 'Hello Anna, …' }),
  })
  .refine(({ contactId, to }) => (contactId === undefined) !== (to === undefined), {
    error: 'give either to or contactId',
    path: ['to'],
  })
  .openapi('NewEmail')

export type NewEmail = z.output<typeof newEmailSchema>

export const outgoingSchema = z
  .object({
    id,
    contactId: id.nullable(),
    to: z.string(),
    subject: z.string(),
    status: z
      .enum(outgoingStatuses)
      .openapi({ description: '`deferred` is tried again; `delivered`, `bounced` and `failed` are final' }),
    attempts: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('OutgoingEmail')

export const outgoingListQuery = pagingQuery.extend({ status: z.enum(outgoingStatuses).optional() })

export const outgoingListSchema = z
  .object({ emails: z.array(outgoingSchema), nextCursor: z.string().nullable() })
  .openapi('Outbox')

export const emailSchema = z
  .object({
    id,
    threadId: z.string(),
    direction: z.enum(emailDirections),
    from: z.object({ name: z.string(), address: z.string() }),
    to: z.string(),
    subject: z.string(),
    snippet: z.string(),
    contactId: id.nullable(),
    receivedAt: timestamp,
  })
  .openapi('Email')

export const emailListQuery = pagingQuery.extend({ contactId: id.optional() })

export const emailListSchema = z
  .object({ emails: z.array(emailSchema), nextCursor: z.string().nullable() })
  .openapi('EmailList')

export const mailboxSchema = z
  .object({
    id,
    status: z.enum(mailboxStatuses).openapi({ description: '`error`: the last sync failed, and is tried again' }),
    error: z.string().nullable().openapi({ description: 'The kind of error', example: 'dependency_unavailable' }),
    lastSyncedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .openapi('Mailbox')

export const mailboxListSchema = z
  .object({ mailboxes: z.array(mailboxSchema), nextCursor: z.string().nullable() })
  .openapi('MailboxList')

export const shownOutgoing = (row: OutgoingEmail): z.input<typeof outgoingSchema> => ({
  id: row.id,
  contactId: row.contact_id,
  to: row.to_address,
  subject: row.subject,
  status: row.status,
  attempts: row.attempts,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export const shownEmail = (row: Email): z.input<typeof emailSchema> => ({
  id: row.id,
  threadId: row.thread_id,
  direction: row.direction,
  from: { name: row.from_name, address: row.from_address },
  to: row.to_address,
  subject: row.subject,
  snippet: row.snippet,
  contactId: row.contact_id,
  receivedAt: row.received_at.toISOString(),
})

export const shownMailbox = (row: Mailbox): z.input<typeof mailboxSchema> => ({
  id: row.id,
  status: row.status,
  error: row.error,
  lastSyncedAt: row.last_synced_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})
