import { z } from '@hono/zod-openapi'
import { dealStages } from '../../../catalogue/metrics/values.ts'
import type { Pipeline } from '../../db/schema-crm-areas.ts'
import { currency, id, requiredText, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

export const newPipelineSchema = z
  .strictObject({
    name: requiredText(100).openapi({ example: 'Office cleaning' }),
    currency: currency.default('DKK'),
  })
  .openapi('NewPipeline')

export type NewPipeline = z.output<typeof newPipelineSchema>

export const pipelineSchema = z
  .object({
    id,
    name: z.string(),
    currency: z.string(),
    isDefault: z.boolean().openapi({ description: 'Takes the deals that name no pipeline' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Pipeline')

export const pipelineListQuery = pagingQuery

export type PipelineListQuery = z.output<typeof pipelineListQuery>

export const pipelineListSchema = z
  .object({ pipelines: z.array(pipelineSchema), nextCursor: z.string().nullable() })
  .openapi('PipelineList')

const stageSchema = z.object({
  stage: z.enum(dealStages),
  deals: z.int(),
  value: z
    .number()
    .openapi({ description: 'Sum of the amounts in the pipeline’s currency; other currencies are left out' }),
})

export const pipelineBoardSchema = pipelineSchema.extend({ stages: z.array(stageSchema) }).openapi('PipelineBoard')

/** A row as the API shows it. */
export const shownPipeline = (row: Pipeline): z.input<typeof pipelineSchema> => ({
  id: row.id,
  name: row.name,
  currency: row.currency,
  isDefault: row.is_default,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
