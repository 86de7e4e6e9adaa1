import { z } from '@hono/zod-openapi'
import type { Contact } from '../../db/schema.ts'
import { id, requiredText, text, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

const phone = z
  .string()
  .trim()
  .max(40)
  .regex(/^\+?[\d\s().-]{5,}$/, { error: 'must be a phone number, such as +45 12 34 56 78' })

/** What people may set. Empty fields are null. */
const fields = {
  name: requiredText(200).openapi({ example: 'Anna Holm' }),
  email: z.email().max(254).nullable().openapi({ example: 'anna@holm.example' }),
  phone: phone.nullable().openapi({ example: '+45 12 34 56 78' }),
  company: text(200).nullable().openapi({ example: 'Holm Rengøring' }),
  notes: text(10_000).nullable(),
}

export const newContactSchema = z
  .strictObject({
    name: fields.name,
    email: fields.email.optional(),
    phone: fields.phone.optional(),
    company: fields.company.optional(),
    notes: fields.notes.optional(),
  })
  .openapi('NewContact')

export type NewContact = z.output<typeof newContactSchema>

export const contactChangesSchema = z
  .strictObject(fields)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, { error: 'must change at least one field' })
  .openapi('ContactChanges')

export type ContactChanges = z.output<typeof contactChangesSchema>

export const contactSchema = z
  .object({
    id,
    ...fields,
    email: z.string().nullable(),
    phone: z.string().nullable(),
    industry: z.string().nullable().openapi({ description: 'Found by enrichment', example: 'Cleaning' }),
    companySize: z.string().nullable().openapi({ description: 'Found by enrichment', example: '11-50' }),
    enrichedAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Contact')

export const createdContactSchema = contactSchema
  .extend({
    duplicateOf: id
      .nullable()
      .openapi({ description: 'Another contact with this e-mail address; merge them if they are one' }),
  })
  .openapi('CreatedContact')

export const contactListQuery = pagingQuery.extend({
  q: text(200).optional().openapi({ description: 'Words, their beginnings, or fragments', example: 'holm' }),
})

export type ContactListQuery = z.output<typeof contactListQuery>

export const contactListSchema = z
  .object({ contacts: z.array(contactSchema), nextCursor: z.string().nullable() })
  .openapi('ContactList')

export const mergeSchema = z
  .strictObject({ sourceId: id.openapi({ description: 'The contact that is merged into this one and then removed' }) })
  .openapi('ContactMerge')

/** A row as the API shows it. */
export const shownContact = (row: Contact): z.input<typeof contactSchema> => ({
  id: row.id,
  name: row.name,
  email: row.email,
  phone: row.phone,
  company: row.company,
  notes: row.notes,
  industry: row.industry,
  companySize: row.company_size,
  enrichedAt: row.enriched_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
