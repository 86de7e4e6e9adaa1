import { z } from '@hono/zod-openapi'
import { type Lead, leadStatuses } from '../../db/schema.ts'
import { id, requiredText, text, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

const status = z.enum(leadStatuses)

export const newLeadSchema = z
  .strictObject({
    title: requiredText(200).openapi({ example: 'Office cleaning, 400 m²' }),
    source: requiredText(50).default('web').openapi({ example: 'web' }),
    contactId: id.nullable().optional(),
  })
  .openapi('NewLead')

export type NewLead = z.output<typeof newLeadSchema>

export const leadStatusSchema = z.strictObject({ status }).openapi('LeadStatusChange')

export const leadSchema = z
  .object({
    id,
    title: z.string(),
    source: z.string(),
    status,
    contactId: id.nullable(),
    region: z.string().nullable().openapi({ description: 'ISO 3166-1, found by the workflow', example: 'DK' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Lead')

export const leadListQuery = pagingQuery.extend({
  q: text(200).optional().openapi({ description: 'A part of the title', example: 'cleaning' }),
  status: status.optional(),
})

export type LeadListQuery = z.output<typeof leadListQuery>

export const leadListSchema = z
  .object({ leads: z.array(leadSchema), nextCursor: z.string().nullable() })
  .openapi('LeadList')

/** A row as the API shows it. */
export const shownLead = (row: Lead): z.input<typeof leadSchema> => ({
  id: row.id,
  title: row.title,
  source: row.source,
  status: row.status,
  contactId: row.contact_id,
  region: row.region,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
