import { z } from '@hono/zod-openapi'
import { syncEntities } from '../../../catalogue/metrics/values.ts'
import { crmProviders, type Integration, integrationStatuses } from '../../db/schema-integrations.ts'
import { id, timestamp } from '../../http/fields.ts'

const provider = z.enum(crmProviders)
const frequencySeconds = z
  .int()
  .min(60)
  .max(86_400)
  .openapi({ example: 300, description: 'Seconds between two scheduled syncs.' })

export const newIntegrationSchema = z
  .strictObject({ provider, frequencySeconds: frequencySeconds.default(300) })
  .openapi('NewIntegration')

export type NewIntegration = z.output<typeof newIntegrationSchema>

export const integrationChangesSchema = z
  .strictObject({
    status: z
      .enum(['active', 'paused'])
      .optional()
      .openapi({ description: '`paused` stops what would begin by itself.' }),
    frequencySeconds: frequencySeconds.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, { error: 'name at least one field to change' })
  .openapi('IntegrationChanges')

export type IntegrationChanges = z.output<typeof integrationChangesSchema>

export const integrationSchema = z
  .object({
    id,
    provider,
    status: z.enum(integrationStatuses),
    frequencySeconds: z.int(),
    lastSuccessAt: timestamp.nullable(),
    lastErrorAt: timestamp.nullable(),
    errorCount: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Integration')

export const integrationListSchema = z
  .object({ integrations: z.array(integrationSchema), nextCursor: z.string().nullable() })
  .openapi('IntegrationList')

export const syncRequestSchema = z
  .strictObject({ entities: z.array(z.enum(syncEntities)).min(1).max(syncEntities.length).optional() })
  .openapi('SyncRequest')

export const requestedSyncsSchema = z
  .object({
    syncs: z.array(
      z.object({
        id,
        entity: z.enum(syncEntities),
        isNew: z.boolean().openapi({ description: 'False: one was under way already, and does this as well.' }),
      }),
    ),
  })
  .openapi('RequestedSyncs')

/** A row as the API shows it. */
export const shownIntegration = (row: Integration): z.input<typeof integrationSchema> => ({
  id: row.id,
  provider: row.provider,
  status: row.status,
  frequencySeconds: row.frequency_seconds,
  lastSuccessAt: row.last_success_at?.toISOString() ?? null,
  lastErrorAt: row.last_error_at?.toISOString() ?? null,
  errorCount: row.error_count,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
