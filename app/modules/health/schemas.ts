import { z } from '@hono/zod-openapi'
import { providerNames } from '../../adapters/outside.ts'
import { healthStates } from '../../health/probe.ts'
import { timestamp } from '../../http/fields.ts'

const state = z.enum(healthStates)
const bytes = z.int().openapi({ example: 73_400_320 })

export const healthSchema = z
  .object({
    status: state.openapi({
      description:
        '`error`: the database or the job queue is away, answered with 503; `degraded`: something else is not well',
    }),
    timestamp,
    service: z.string().openapi({ example: 'api' }),
    dependencies: z.object({
      database: state,
      job_queue: state,
      ghl_api: state,
      aloware_api: state,
      verity_api: state,
    }),
  })
  .openapi('Health')

const check = z.enum(['ok', 'error'])
const checks = z.object({ database: check, migrations: check, job_queue: check })
export const readySchema = z.object({ status: z.literal('ready'), checks }).openapi('Ready')
export const notReadySchema = z.object({ status: z.literal('not ready'), checks }).openapi('NotReady')
export const liveSchema = z.object({ status: z.literal('ok') }).openapi('Live')

const queue = z.object({
  queueName: z.string(),
  waiting: z.int(),
  active: z.int(),
  completed: z.int(),
  failed: z.int(),
  delayed: z.int(),
  oldestSeconds: z.number(),
})

const external = z.object({
  status: state,
  configured: z.boolean(),
  breaker: z.enum(['closed', 'half_open', 'open']),
  lastSuccessAt: timestamp.nullable(),
  lastErrorAt: timestamp.nullable(),
  rateLimitedUntil: timestamp.nullable(),
})

export const detailedSchema = z
  .object({
    status: state,
    timestamp,
    service: z.string(),
    uptime: z.number().openapi({ description: 'Seconds since the process started' }),
    memory: z.object({ rss: bytes, heapUsed: bytes, heapTotal: bytes, external: bytes }),
    database: z.object({ status: state, responseMs: z.number() }),
    redis: z
      .object({ status: state, kind: z.enum(['redis', 'memory']), memoryBytes: bytes.nullable() })
      .openapi({ description: 'The cache, whichever serves it' }),
    elasticsearch: z
      .object({ status: state, engine: z.literal('postgresql full text') })
      .openapi({ description: 'The search index' }),
    queues: z.object({ status: state, queues: z.array(queue) }),
    externalServices: z.object(
      Object.fromEntries(providerNames.map((name) => [name, external])) as Record<
        (typeof providerNames)[number],
        typeof external
      >,
    ),
  })
  .openapi('DetailedHealth')
