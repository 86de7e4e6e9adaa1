import { AdapterError, type BillyInvoice } from '../../adapters/outside.ts'
import type { Invoice } from '../../db/schema-crm-areas.ts'
import { trackEvent } from '../../events.ts'
import type { JobDeps } from '../../handlers.ts'
import type { JobData } from '../../jobs/queues.ts'
import type { Attempt } from '../../jobs/worker.ts'
import { notify } from '../../notifications.ts'
import { publish } from '../../realtime/publish.ts'
import { counter } from '../../telemetry/instruments.ts'
import { logger } from '../../telemetry/logger.ts'

type Services = Pick<JobDeps, 'db' | 'outside'>

const entered = counter('invoices_total')

/**
 * Makes an invoice at Billy. Billy knows it by our id, so that a second run, also after a crash between Billy's answer and
 * our note of it, finds the invoice that is there. It fails for good when Billy refuses it, or with the last attempt; people
 * may then send it again.
 * @throws AdapterError while trying again may help
 */
export const sendInvoice = async (
  services: Services,
  { workspaceId, invoiceId }: JobData['invoice-creation'],
  { isLast }: Attempt,
): Promise<void> => {
  const invoice = await begin(services, workspaceId, invoiceId)
  if (!invoice) return
  try {
    await succeed(
      services,
      invoice,
      await services.outside.billy.createInvoice(asked(invoice), { tenantId: workspaceId }),
    )
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    // A provider that asks to wait is no reason to give up.
    if (error.reason === 'rate_limited' || (error.retryable && !isLast)) throw error
    await fail(services, invoice, error)
  }
}

const asked = (invoice: Invoice) => ({
  externalId: invoice.id,
  customer: { externalId: invoice.contact_id ?? invoice.id, name: invoice.customer_name },
  currency: invoice.currency,
  entryDate: invoice.created_at,
  lines: invoice.lines,
})

/** Undefined: there is nothing left to do. */
const begin = async ({ db }: Services, workspaceId: string, id: string): Promise<Invoice | undefined> => {
  const before = await db
    .selectFrom('invoices')
    .select('status')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  const invoice = await db
    .updateTable('invoices')
    .set(({ eb }) => ({ status: 'sending', attempts: eb('attempts', '+', 1), updated_at: new Date() }))
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('status', 'in', ['draft', 'sending'])
    .returningAll()
    .executeTakeFirst()
  if (invoice && before?.status === 'draft') entered.add(1, { status: 'sending' })
  return invoice
}

const succeed = async ({ db }: Services, { id, workspace_id }: Invoice, made: BillyInvoice): Promise<void> => {
  const isFirst = await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('invoices')
      .set({
        status: 'sent',
        billy_id: made.id,
        invoice_no: made.invoiceNo,
        error_reason: null,
        sent_at: new Date(),
        updated_at: new Date(),
      })
      .where('id', '=', id)
      .where('status', '=', 'sending')
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await trackEvent(trx, { workspaceId: workspace_id, type: 'invoice_sent', metadata: { invoiceId: id } })
    await publish(trx, { workspaceId: workspace_id, type: 'invoice.sent', data: { invoiceId: id } })
    return true
  })
  if (!isFirst) return
  entered.add(1, { status: 'sent' })
  logger('invoices').info({ workspaceId: workspace_id, invoiceId: id }, 'the invoice is at Billy')
}

const fail = async (
  { db }: Services,
  { id, workspace_id }: Invoice,
  { reason, status }: AdapterError,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('invoices')
      .set({ status: 'failed', error_reason: reason, updated_at: new Date() })
      .where('id', '=', id)
      .where('status', '=', 'sending')
      .execute()
    await trackEvent(trx, { workspaceId: workspace_id, type: 'invoice_failed', metadata: { invoiceId: id, reason } })
    await notify(trx, { workspaceId: workspace_id, type: 'invoice.failed', data: { invoiceId: id, reason } })
  })
  entered.add(1, { status: 'failed' })
  logger('invoices').warn({ workspaceId: workspace_id, invoiceId: id, reason, status }, 'the invoice failed for good')
}
