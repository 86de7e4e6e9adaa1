import { z } from '@hono/zod-openapi'
import { spanKinds } from '../../adapters/tempo.ts'
import { timestamp } from '../../http/fields.ts'

export const journeysQuery = z.object({ limit: z.coerce.number().int().min(1).max(20).default(5) })

const traceId = z.string().openapi({ example: '0af7651916cd43dd8448eb211c80319c' })

export const journeysSchema = z
  .object({
    at: timestamp,
    journeys: z.array(
      z.object({
        name: z.string().openapi({ example: 'contact-creation' }),
        steps: z
          .array(z.object({ name: z.string(), spans: z.array(z.string()) }))
          .openapi({ description: 'In their order, with the names of their spans' }),
        traces: z.array(
          z.object({
            traceId,
            startedAt: timestamp,
            durationMs: z.number().openapi({ description: 'With the jobs that it set off' }),
            failed: z.boolean().openapi({ description: 'Whether any of its spans did' }),
          }),
        ),
      }),
    ),
  })
  .openapi('Journeys')

export const traceParam = z.object({
  id: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, { error: 'must be the id of a trace: 32 digits and letters from a to f' })
    .transform((text) => text.toLowerCase())
    .openapi({ param: { name: 'id', in: 'path' }, type: 'string', example: '0af7651916cd43dd8448eb211c80319c' }),
})

export const traceSchema = z
  .object({
    traceId,
    total: z.int().openapi({ description: 'Of which the first 1,000 are here' }),
    spans: z.array(
      z.object({
        spanId: z.string(),
        parentId: z.string().openapi({ description: 'Empty for the first' }),
        service: z.string(),
        name: z.string(),
        kind: z.enum(spanKinds),
        startedAt: z.number().openapi({ description: 'Milliseconds since 1970' }),
        durationMs: z.number(),
        failed: z.boolean(),
        attributes: z.record(z.string(), z.string()),
      }),
    ),
  })
  .openapi('Trace')
