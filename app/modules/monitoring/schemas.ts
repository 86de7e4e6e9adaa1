import { z } from '@hono/zod-openapi'
import { alertSources, alertStatuses, errorGroupStatuses } from '../../db/schema-operations.ts'
import { id, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

/** What every route below /api/monitoring answers. */
export const success = <S extends z.ZodType>(data: S) => z.object({ success: z.literal(true), data })

export const failureSchema = z
  .object({ success: z.literal(false), message: z.string().openapi({ example: 'Only admins may do this.' }) })
  .openapi('MonitoringFailure')

const whole = (most: number, fallback: number) => z.coerce.number().int().min(1).max(most).default(fallback)

export const historyQuery = z.object({
  hours: whole(35 * 24, 24).openapi({ description: 'At most 35 days', example: 24 }),
})
export const requestsQuery = z.object({ limit: whole(1_000, 100) })
export const errorsQuery = z.object({ limit: whole(500, 50) })
export const alertsQuery = z.object({ status: z.enum(alertStatuses).optional(), limit: whole(500, 100) })
export const slowQuery = z.object({ limit: whole(100, 50) })
export const groupsQuery = pagingQuery.extend({
  status: z.enum(errorGroupStatuses).optional(),
  service: z.string().max(60).optional(),
  q: z.string().trim().max(200).optional().openapi({ description: 'Part of the type, the message or the place' }),
})
export const trendQuery = z.object({
  hours: whole(35 * 24, 24).openapi({ description: 'At most 35 days', example: 24 }),
  group: id.optional().openapi({ description: 'Of this group only' }),
})

const milliseconds = z.number().openapi({ description: 'Milliseconds' })
const percent = z.number().openapi({ description: 'Per cent' })
const bytes = z.number().openapi({ description: 'Bytes' })

export const snapshotSchema = z
  .object({
    timestamp,
    system: z.object({
      cpu: z.object({ usage: percent, cores: z.int() }),
      memory: z.object({ total: bytes, used: bytes, free: bytes, usagePercent: percent }),
      uptime: z.number().openapi({ description: 'Seconds since the machine started' }),
    }),
    api: z.object({
      avgResponseTime: milliseconds,
      totalRequests: z.int(),
      errorRate: percent.openapi({ description: 'Per cent of the requests answered with a status of 400 or more' }),
      requestsPerMinute: z.int(),
    }),
    database: z.object({ avgQueryTime: milliseconds, totalQueries: z.int(), slowQueries: z.int() }),
    queues: z.array(
      z.object({
        queueName: z.string(),
        waiting: z.int(),
        active: z.int(),
        completed: z.int(),
        failed: z.int(),
        delayed: z.int(),
      }),
    ),
    socket: z.object({ totalEvents: z.int(), activeConnections: z.int(), eventsPerMinute: z.int() }),
  })
  .openapi('Snapshot')

export const historySchema = z.array(
  z.object({
    timestamp,
    cpuUsage: percent,
    memoryUsage: percent,
    apiAvgResponseTime: milliseconds,
    apiRequestsPerMinute: z.number(),
    apiErrorRate: percent,
    dbAvgQueryTime: milliseconds,
    dbQueriesPerMinute: z.number(),
    socketActiveConnections: z.number(),
    socketEventsPerMinute: z.number(),
  }),
)

export const requestsSchema = z.array(
  z.object({
    timestamp,
    endpoint: z.string(),
    method: z.string(),
    statusCode: z.int(),
    responseTime: milliseconds,
    userId: z.string().optional(),
    error: z.string().optional(),
  }),
)

export const alertsSchema = z.array(
  z.object({
    id,
    type: z.string(),
    severity: z.string(),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
    status: z.enum(alertStatuses),
    source: z.enum(alertSources),
    createdAt: timestamp,
    resolvedAt: timestamp.nullable(),
  }),
)

/** An error that happened, with what is known of where. */
const occurrence = z.object({
  id,
  groupId: id,
  timestamp,
  message: z.string(),
  service: z.string(),
  environment: z.string(),
  component: z.string().nullable(),
  route: z.string().nullable(),
  queue: z.string().nullable(),
  userId: z.string().nullable(),
  workspaceId: z.string().nullable(),
  traceId: z.string().nullable(),
  correlationId: z.string().nullable(),
})

export const errorsSchema = z.array(occurrence.extend({ type: z.string() }))

export const trendSchema = z.object({
  minutes: z.int().openapi({ description: 'The length of a step' }),
  steps: z
    .array(z.object({ at: timestamp, count: z.int() }))
    .openapi({ description: 'Oldest first, also those without an error' }),
})

export const groupSchema = z
  .object({
    id,
    type: z.string(),
    message: z.string(),
    place: z.string().openapi({ description: 'The first frame of ours' }),
    service: z.string(),
    count: z.int(),
    firstSeen: timestamp,
    lastSeen: timestamp,
    sampleTraceId: z.string().nullable(),
    stack: z.string().nullable(),
    status: z.enum(errorGroupStatuses),
  })
  .openapi('ErrorGroup')

export const groupsSchema = z.object({ groups: z.array(groupSchema), nextCursor: z.string().nullable() })
export const groupDetailSchema = groupSchema.extend({
  occurrences: z.array(occurrence).openapi({ description: 'One page, newest first' }),
  nextCursor: z.string().nullable(),
})
export const groupChangeSchema = z.strictObject({ status: z.enum(errorGroupStatuses) })
