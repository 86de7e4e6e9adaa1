import { z } from '@hono/zod-openapi'
import { healthStates } from '../../health/probe.ts'
import type { LiveMessage } from '../../live/messages.ts'
import { badgeNames } from '../../live/status.ts'

const instant = z.string().nullable().openapi({ format: 'date-time' })

export const badgeName = z.enum(badgeNames)

export const badgeSchema = z
  .object({
    name: badgeName,
    state: z.enum([...healthStates, 'off']).openapi({ description: '`off`: not configured' }),
    reason: z.enum(['ok', 'not_configured', 'unreachable', 'rate_limited', 'breaker_open', 'backed_up', 'slow']),
    lastSuccessAt: instant,
    lastErrorAt: instant,
    rateLimitedUntil: instant.openapi({ description: 'Until then it asked us to wait; what waits goes on by itself' }),
    checkedAt: z.string().openapi({ format: 'date-time' }),
    waiting: z.int().openapi({ description: 'Jobs that cannot be done without it' }),
  })
  .openapi('Badge')

/** What it holds is described where it is made: `app/live/messages.ts`. */
export const messagesSchema = z
  .array(
    z.custom<LiveMessage>().openapi({
      type: 'object',
      properties: { type: { type: 'string', enum: ['status', 'operations'] }, data: { type: 'object' } },
      required: ['type', 'data'],
    }),
  )
  .openapi('LiveMessages')
