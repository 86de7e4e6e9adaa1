import { z } from '@hono/zod-openapi'
import { providerNames } from '../../adapters/outside.ts'
import { eventTypePattern, workflowEvents } from '../../events.ts'
import { timestamp } from '../../http/fields.ts'

export const systemStatusSchema = z
  .object({
    db: z.object({ connected: z.boolean() }),
    billy: z.object({ configured: z.boolean(), reachable: z.boolean() }),
    google: z.object({ configured: z.boolean(), gmailReachable: z.boolean(), calendarIdPresent: z.boolean() }),
  })
  .openapi('SystemStatus')

export type SystemStatus = z.output<typeof systemStatusSchema>

export const eventMetricsSchema = z
  .object({
    totalEvents: z.int(),
    eventsByType: z.record(z.string(), z.int()),
    topEvents: z
      .array(z.object({ type: z.string(), count: z.int() }))
      .openapi({ description: 'The ten most frequent types, the most frequent first' }),
    database: z.record(z.string(), z.int()).openapi({ description: 'The workspace’s rows in each table' }),
    lastUpdated: timestamp.openapi({ description: 'When this was counted' }),
  })
  .openapi('EventMetrics')

export type ShownEventMetrics = z.output<typeof eventMetricsSchema>

const instant = timestamp.nullable()

const dependencySchema = z.object({
  name: z.enum(providerNames),
  configured: z.boolean(),
  reachable: z.boolean(),
  lastSuccessAt: instant,
  lastErrorAt: instant,
  rateLimitedUntil: instant.openapi({ description: 'Until then it asked us to wait; what waits goes on by itself' }),
})

export const statusSchema = z
  .object({
    database: z.object({ connected: z.boolean() }),
    dependencies: z.array(dependencySchema),
    lastUpdated: timestamp,
  })
  .openapi('Status')

export type Status = z.output<typeof statusSchema>

/** A small fact: no texts of people. */
const fact = z.union([z.string().max(200), z.number(), z.boolean(), z.null()])
const mostFacts = 20

export const newEventSchema = z
  .strictObject({
    type: z
      .string()
      .regex(eventTypePattern, { error: 'must be lower-case letters, digits and underscores, 60 at most' })
      .refine((type) => !workflowEvents.some((own) => own === type), {
        error: 'is tracked by the workflow of leads itself; choose another name',
      })
      .openapi({ example: 'quote_downloaded' }),
    metadata: z
      .record(z.string().max(60), fact)
      .refine((facts) => Object.keys(facts).length <= mostFacts, {
        error: `must not have more than ${mostFacts} fields`,
      })
      .default({}),
  })
  .openapi('NewEvent')

export const eventsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, { error: 'must be the nextCursor of an earlier page' })
    .optional()
    .openapi({ description: '`nextCursor` of the page before' }),
  type: z.string().regex(eventTypePattern).optional(),
})

export type EventsQuery = z.output<typeof eventsQuery>

export const eventsSchema = z
  .object({
    events: z.array(
      z.object({ id: z.string(), type: z.string(), metadata: z.record(z.string(), z.unknown()), createdAt: timestamp }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('EventList')

export const trackedEventSchema = z.object({ type: z.string() }).openapi('TrackedEvent')

export const resetSchema = z.object({ deleted: z.int() }).openapi('EventsReset')
