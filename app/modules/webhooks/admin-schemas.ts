import { z } from '@hono/zod-openapi'
import { webhookStatuses } from '../../../catalogue/metrics/values.ts'
import { eventSources, type StoredWebhookEvent, type SyncLogEntry } from '../../db/schema-webhooks.ts'
import { id, requiredText, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

export const eventListQuery = pagingQuery.extend({
  source: z.enum(eventSources).optional(),
  status: z.enum(webhookStatuses).optional(),
  q: z.string().trim().max(200).optional().openapi({
    description: 'The number of an event, here or there, or of what it is about, or the beginning of a type',
  }),
})

export type EventListQuery = z.output<typeof eventListQuery>

/** Without the payload: that holds personal data. */
export const eventSchema = z
  .object({
    id,
    source: z.enum(eventSources),
    eventId: z.string().openapi({ description: 'The provider’s own' }),
    type: z.string(),
    contactKey: z.string(),
    sequence: z.int().nullable(),
    status: z.enum(webhookStatuses),
    attempts: z.int(),
    receivedAt: timestamp,
    processedAt: timestamp.nullable(),
    processedOrder: z.int().nullable().openapi({ description: 'The order of being worked off, over all sources' }),
    errorMessage: z.string().nullable().openapi({ description: 'The kind of error' }),
    quarantineReason: z.string().nullable(),
    traceId: z.string().nullable().openapi({ description: 'The trace in which it arrived and was worked off' }),
  })
  .openapi('WebhookEvent')

export const eventListSchema = z
  .object({ events: z.array(eventSchema), nextCursor: z.string().nullable() })
  .openapi('WebhookEventList')

export const eventCountsSchema = z
  .object({
    counts: z.array(z.object({ source: z.enum(eventSources), status: z.enum(webhookStatuses), count: z.int() })),
  })
  .openapi('WebhookEventCounts')

export const quarantineSchema = z
  .strictObject({ reason: requiredText(500).openapi({ example: 'Holds another customer’s data' }) })
  .openapi('Quarantine')

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text))

export const shownEvent = (row: Omit<StoredWebhookEvent, 'payload'>): z.input<typeof eventSchema> => ({
  id: row.id,
  source: row.source,
  eventId: row.event_id,
  type: row.event_type,
  contactKey: row.contact_key,
  sequence: numberOrNull(row.sequence),
  status: row.status,
  attempts: row.attempts,
  receivedAt: row.received_at.toISOString(),
  processedAt: row.processed_at?.toISOString() ?? null,
  processedOrder: numberOrNull(row.processed_order),
  errorMessage: row.error_message,
  quarantineReason: row.quarantine_reason,
  traceId: row.trace_id,
})

export const syncLogQuery = pagingQuery.extend({
  status: z
    .enum(['completed', 'error', 'failed'])
    .optional()
    .openapi({ description: '`failed` is another word for `error`' }),
  direction: z.enum(['inbound', 'outbound']).optional(),
  entityType: z.string().max(60).optional(),
  provider: z.string().max(60).optional(),
})

export type SyncLogQuery = z.output<typeof syncLogQuery>

export const syncLogSchema = z
  .object({
    entries: z.array(
      z
        .object({
          id,
          workspaceId: id.nullable(),
          provider: z.string(),
          direction: z.enum(['inbound', 'outbound']),
          entityType: z.string(),
          entityId: z.string().nullable(),
          status: z.enum(['completed', 'error']),
          startedAt: timestamp,
          finishedAt: timestamp,
          errorMessage: z.string().nullable(),
        })
        .openapi('SyncLogEntry'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('SyncLog')

export const shownEntry = (row: SyncLogEntry): z.input<typeof syncLogSchema>['entries'][number] => ({
  id: row.id,
  workspaceId: row.workspace_id,
  provider: row.provider,
  direction: row.direction,
  entityType: row.entity_type,
  entityId: row.entity_id,
  status: row.status,
  startedAt: row.started_at.toISOString(),
  finishedAt: row.finished_at.toISOString(),
  errorMessage: row.error_message,
})
