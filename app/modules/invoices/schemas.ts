import { z } from '@hono/zod-openapi'
import { invoiceStatuses } from '../../../catalogue/metrics/values.ts'
import type { Invoice } from '../../db/schema-crm-areas.ts'
import { currency, id, requiredText, timestamp } from '../../http/fields.ts'
import { pagingQuery } from '../../http/paging.ts'

const status = z.enum(invoiceStatuses)

const line = z.strictObject({
  description: requiredText(200).openapi({ example: 'Window cleaning' }),
  quantity: z.number().positive().max(1_000_000).default(1),
  unitPrice: z.number().min(0).max(999_999_999).openapi({ description: 'In whole units of the currency, without tax' }),
})

/** More fit on no invoice that people read. */
const mostLines = 50

export const newInvoiceSchema = z
  .strictObject({
    externalId: requiredText(100)
      .optional()
      .openapi({ description: 'Your own name for it: the same one again is the same invoice', example: 'order-17' }),
    contactId: id.optional(),
    customerName: requiredText(200).optional().openapi({ description: 'Needed where there is no contact' }),
    currency: currency.default('DKK'),
    lines: z.array(line).min(1).max(mostLines),
  })
  .refine(({ contactId, customerName }) => contactId !== undefined || customerName !== undefined, {
    path: ['contactId'],
    error: 'must be given where there is no customerName',
  })
  .openapi('NewInvoice')

export type NewInvoice = z.output<typeof newInvoiceSchema>

export const invoiceSchema = z
  .object({
    id,
    externalId: z.string(),
    dealId: id.nullable(),
    contactId: id.nullable(),
    customerName: z.string(),
    currency: z.string(),
    amount: z.number(),
    lines: z.array(z.object({ description: z.string(), quantity: z.number(), unitPrice: z.number() })),
    status: status.openapi({ description: 'draft: waits for Billy; sending: is being sent, or tried again' }),
    errorReason: z.string().nullable().openapi({ description: 'Why it failed', example: 'invalid_data' }),
    invoiceNo: z.string().nullable().openapi({ description: 'Billy’s number' }),
    sentAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Invoice')

export const invoiceListQuery = pagingQuery.extend({ status: status.optional(), dealId: id.optional() })

export type InvoiceListQuery = z.output<typeof invoiceListQuery>

export const invoiceListSchema = z
  .object({ invoices: z.array(invoiceSchema), nextCursor: z.string().nullable() })
  .openapi('InvoiceList')

/** A row as the API shows it. */
export const shownInvoice = (row: Invoice): z.input<typeof invoiceSchema> => ({
  id: row.id,
  externalId: row.external_id,
  dealId: row.deal_id,
  contactId: row.contact_id,
  customerName: row.customer_name,
  currency: row.currency,
  amount: Number(row.amount),
  lines: row.lines.map((one) => ({ ...one })),
  status: row.status,
  errorReason: row.error_reason,
  invoiceNo: row.invoice_no,
  sentAt: row.sent_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})
