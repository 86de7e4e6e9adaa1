import { z } from '@hono/zod-openapi'
import { type TextMessage, textStatuses } from '../../db/schema-webhooks.ts'
import { id, requiredText, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

export const newTextSchema = z
  .strictObject({
    contactId: id,
    message: requiredText(1_600).openapi({ description: 'Ten segments at most', example: 'We come at 10.' }),
  })
  .openapi('NewText')

export type NewText = z.output<typeof newTextSchema>

export const textSchema = z
  .object({
    id,
    contactId: id.nullable(),
    direction: z.enum(['inbound', 'outbound']),
    message: z.string(),
    status: z.enum(textStatuses),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Text')

export const textListQuery = pagingQuery.extend({ contactId: id.optional(), status: z.enum(textStatuses).optional() })

export type TextListQuery = z.output<typeof textListQuery>

export const textListSchema = z
  .object({ texts: z.array(textSchema), nextCursor: z.string().nullable() })
  .openapi('TextList')

/** A row as the API shows it. */
export const shownText = (row: TextMessage): z.input<typeof textSchema> => ({
  id: row.id,
  contactId: row.contact_id,
  direction: row.direction,
  message: row.message,
  status: row.status,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
