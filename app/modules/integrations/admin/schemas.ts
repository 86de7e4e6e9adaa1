import { z } from '@hono/zod-openapi'
import { adapterTypes, serviceBusQueues, syncEntities } from '../../../../catalogue/metrics/values.ts'
import { crmProviders, integrationStatuses, syncStatuses, syncTriggers } from '../../../db/schema-integrations.ts'
import { id, timestamp } from '../../../http/fields.ts'
import { pagingQuery } from '../../../http/paging.ts'
import { filterQuery } from './filter.ts'

const count = z.int().nonnegative()
const whose = { integrationId: id, tenantId: id, tenantName: z.string(), provider: z.enum(crmProviders) }

/** `{ active: 3, paused: 0, error: 1, total: 4 }` */
const counts = <const N extends readonly string[]>(names: N) =>
  z.object(
    Object.fromEntries([...names, 'total'].map((name) => [name, count])) as Record<N[number] | 'total', typeof count>,
  )

export const statsSchema = z
  .object({
    integrations: counts(integrationStatuses),
    jobs24h: counts(syncStatuses),
    topIntegrations: z
      .array(z.object({ ...whose, status: z.enum(integrationStatuses), jobs: count, records: count }))
      .openapi({ description: 'The ten that moved the most records in 24 hours.' }),
    errorTrend: z.array(z.object({ hour: timestamp, errors: count, failedJobs: count })),
    lastUpdated: timestamp,
  })
  .openapi('IntegrationStats')

export const connections = ['ok', 'unreachable', 'not_configured'] as const

export const healthQuery = pagingQuery.extend(filterQuery.shape)

export const healthSchema = z
  .object({
    integrations: z.array(
      z.object({
        ...whose,
        status: z.enum(integrationStatuses),
        lastSuccessAt: timestamp.nullable(),
        lastErrorAt: timestamp.nullable(),
        frequencySeconds: count,
        errorCount: count,
        failuresInRow: count,
        isOverdue: z.boolean().openapi({ description: 'No success for twice the frequency, and not paused.' }),
        connection: z.enum(connections).openapi({ description: 'A probe of the provider, made now.' }),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('IntegrationHealth')

const job = z.object({
  id,
  ...whose,
  entity: z.enum(syncEntities),
  trigger: z.enum(syncTriggers),
  status: z.enum(syncStatuses),
  requestedAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  durationMs: count.nullable().openapi({ description: 'From the request to the end.' }),
  created: count,
  updated: count,
  failed: count,
  conflicts: count,
  errorKind: z.string().nullable(),
  correlationId: z.string().nullable(),
})

export type ShownJob = z.input<typeof job>

const limit = (usual: number) => z.coerce.number().int().min(1).max(100).default(usual).openapi({ example: usual })

export const activityQuery = pagingQuery
  .extend({ limit: limit(100), jobStatus: z.enum(syncStatuses).optional(), entity: z.enum(syncEntities).optional() })
  .extend(filterQuery.shape)

export const activitySchema = z
  .object({
    live: z.array(job).openapi({ description: 'Waiting or at work, the oldest first; 100 at most.' }),
    jobs: z.array(job).openapi({ description: 'The last ones, newest first.' }),
    nextCursor: z.string().nullable(),
    records24h: z.object({ created: count, updated: count, failed: count, conflicts: count }),
    durationTrend: z.array(
      z.object({ hour: timestamp, jobs: count, averageMs: z.number().nullable(), p95Ms: z.number().nullable() }),
    ),
  })
  .openapi('SyncActivity')

export const errorsQuery = pagingQuery
  .extend({ limit: limit(50), kind: z.string().max(60).optional() })
  .extend(filterQuery.shape)

export const errorsSchema = z
  .object({
    errors: z.array(
      z.object({
        id,
        ...whose,
        syncJobId: id.nullable(),
        entity: z.enum(syncEntities),
        kind: z.string().openapi({ example: 'dependency_unavailable' }),
        externalId: z.string().nullable().openapi({ description: 'The record; null when a whole attempt failed.' }),
        retryable: z.boolean(),
        at: timestamp,
      }),
    ),
    nextCursor: z.string().nullable(),
    rateTrend: z.array(
      z.object({ hour: timestamp, errors: count, jobs: count, failedJobs: count, failedShare: z.number().nullable() }),
    ),
    byIntegration: z
      .array(z.object({ ...whose, errors: count, lastAt: timestamp }))
      .openapi({ description: 'Errors of 24 hours; the ten with the most.' }),
    topTypes: z.array(z.object({ kind: z.string(), count })).openapi({ description: 'Of 24 hours; ten at most.' }),
    failedJobs: z.array(job).openapi({ description: 'The last that failed for good.' }),
  })
  .openapi('IntegrationErrors')

export const performanceSchema = z
  .discriminatedUnion('source', [
    z.object({
      source: z.literal('prometheus'),
      windowMinutes: count,
      integrations: z
        .array(z.object(whose))
        .openapi({ description: 'Those that the figures are of; 100 at most, the newest.' }),
      averageDuration: z.array(z.object({ integrationId: z.string(), milliseconds: z.number() })),
      recordsPerSecond: z.array(z.object({ integrationId: z.string(), value: z.number() })),
      queueDepth: z.array(z.object({ queueName: z.enum(serviceBusQueues), waiting: count, dead: count })),
      latencyByAdapter: z.array(
        z.object({ adapterType: z.enum(adapterTypes), averageSeconds: z.number(), p95Seconds: z.number().nullable() }),
      ),
    }),
    z.object({ source: z.literal('unavailable'), reason: z.string() }),
  ])
  .openapi('IntegrationPerformance')
