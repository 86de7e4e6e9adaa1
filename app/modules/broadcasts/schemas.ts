import { z } from '@hono/zod-openapi'
import { type Broadcast, broadcastStatuses } from '../../db/schema-webhooks.ts'
import { id, requiredText, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

export const newBroadcastSchema = z
  .strictObject({
    name: requiredText(200).openapi({ example: 'Spring offer' }),
    message: requiredText(1_600),
    contactIds: z.array(id).min(1).max(1_000).openapi({ description: 'Those without a phone number are left out' }),
  })
  .openapi('NewBroadcast')

export type NewBroadcast = z.output<typeof newBroadcastSchema>

const count = z.int().openapi({ example: 12 })

export const broadcastSchema = z
  .object({
    id,
    name: z.string(),
    message: z.string(),
    status: z.enum(broadcastStatuses),
    recipients: z
      .object({ total: count, pending: count, sent: count, delivered: count, failed: count })
      .openapi({ description: 'Each is counted once, by its last known state' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Broadcast')

export const broadcastListSchema = z
  .object({ broadcasts: z.array(broadcastSchema), nextCursor: z.string().nullable() })
  .openapi('BroadcastList')

export const broadcastListQuery = pagingQuery.extend({ status: z.enum(broadcastStatuses).optional() })

export type BroadcastListQuery = z.output<typeof broadcastListQuery>

export interface CountedBroadcast extends Broadcast {
  readonly pending: number
  readonly sent: number
  readonly delivered: number
  readonly failed: number
}

/** A row as the API shows it. */
export const shownBroadcast = (row: CountedBroadcast): z.input<typeof broadcastSchema> => {
  const { pending, sent, delivered, failed } = row
  return {
    id: row.id,
    name: row.name,
    message: row.message,
    status: row.status,
    recipients: { total: pending + sent + delivered + failed, pending, sent, delivered, failed },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
