import { z } from '@hono/zod-openapi'
import { dealStages } from '../../../catalogue/metrics/values.ts'
import type { Deal } from '../../db/schema-crm-areas.ts'
import { currency, id, requiredText, text, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

const stage = z.enum(dealStages)

/** What fits into the column, with the two decimals that most currencies have. */
const amount = z
  .number()
  .min(0)
  .max(999_999_999_999)
  .multipleOf(0.01, { error: 'must have two decimals at most' })
  .openapi({ example: 12_500 })

export const newDealSchema = z
  .strictObject({
    title: requiredText(200).openapi({ example: 'Weekly cleaning, 400 m²' }),
    amount: amount.default(0),
    currency: currency.optional().openapi({ description: 'The pipeline’s where it is left out' }),
    contactId: id.nullable().optional(),
    pipelineId: id.optional().openapi({ description: 'The default pipeline where it is left out' }),
  })
  .openapi('NewDeal')

export type NewDeal = z.output<typeof newDealSchema>

export const dealChangesSchema = z
  .strictObject({ title: requiredText(200), amount, currency, contactId: id.nullable(), stage })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, { error: 'must change at least one field' })
  .openapi('DealChanges')

export type DealChanges = z.output<typeof dealChangesSchema>

export const dealSchema = z
  .object({
    id,
    title: z.string(),
    amount: z.number(),
    currency: z.string(),
    stage,
    pipelineId: id,
    contactId: id.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Deal')

export const dealListQuery = pagingQuery.extend({
  q: text(200).optional().openapi({ description: 'A part of the title', example: 'weekly' }),
  stage: stage.optional(),
  pipelineId: id.optional(),
  contactId: id.optional(),
})

export type DealListQuery = z.output<typeof dealListQuery>

export const dealListSchema = z
  .object({ deals: z.array(dealSchema), nextCursor: z.string().nullable() })
  .openapi('DealList')

/** A row as the API shows it. */
export const shownDeal = (row: Deal): z.input<typeof dealSchema> => ({
  id: row.id,
  title: row.title,
  amount: Number(row.amount),
  currency: row.currency,
  stage: row.stage,
  pipelineId: row.pipeline_id,
  contactId: row.contact_id,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
