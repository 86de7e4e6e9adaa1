import { randomUUID } from 'node:crypto'
import type { Insertable, Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import type { Invoice, InvoiceTable } from '../../db/schema-crm-areas.ts'
import type { Deps } from '../../deps.ts'
import { conflict, invalid, notFound } from '../../errors.ts'
import { newestPage } from '../../http/paging.ts'
import { counter } from '../../telemetry/instruments.ts'
import type { InvoiceListQuery, NewInvoice } from './schemas.ts'

type Services = Pick<Deps, 'db' | 'jobs'>
type Trx = Transaction<Schema>

const entered = counter('invoices_total')

interface Stored {
  readonly invoice: Invoice
  /** False: it was there already. */
  readonly isNew: boolean
}

/** Rounded to the two decimals that are stored. */
const amountOf = (lines: NewInvoice['lines']): number =>
  Math.round(lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0) * 100) / 100

/** @throws DomainError validation when the contact is none of the workspace's */
export const createInvoice = async (
  { db, jobs }: Services,
  workspaceId: string,
  { externalId, contactId, customerName, currency, lines }: NewInvoice,
): Promise<Stored> =>
  await counted(
    await db.transaction().execute(async (trx) => {
      const name = customerName ?? (await contactName(trx, workspaceId, contactId))
      if (name === undefined || (contactId && !(await contactName(trx, workspaceId, contactId))))
        throw invalid([{ field: 'contactId', message: 'there is no such contact' }])
      return await store(trx, jobs, {
        workspace_id: workspaceId,
        contact_id: contactId ?? null,
        deal_id: null,
        external_id: externalId ?? randomUUID(),
        customer_name: name,
        currency,
        amount: amountOf(lines),
        lines: JSON.stringify(lines),
      })
    }),
  )

/**
 * The one invoice of a deal: made at the first call, sent again when it has failed, else as it is.
 * @throws DomainError not_found, or conflict for a deal without an amount
 */
export const invoiceDeal = async ({ db, jobs }: Services, workspaceId: string, dealId: string): Promise<Stored> =>
  await counted(
    await db.transaction().execute(async (trx) => {
      const deal = await trx
        .selectFrom('deals')
        .leftJoin('contacts', 'contacts.id', 'deals.contact_id')
        .selectAll('deals')
        .select('contacts.name as customer')
        .where('deals.workspace_id', '=', workspaceId)
        .where('deals.id', '=', dealId)
        .executeTakeFirstOrThrow(() => notFound('deal'))
      const amount = Number(deal.amount)
      if (amount === 0) throw conflict('A deal without an amount has nothing to invoice.')
      const stored = await store(trx, jobs, {
        workspace_id: workspaceId,
        contact_id: deal.contact_id,
        deal_id: dealId,
        external_id: `deal-${dealId}`,
        customer_name: deal.customer ?? deal.title,
        currency: deal.currency,
        amount,
        lines: JSON.stringify([{ description: deal.title, quantity: 1, unitPrice: amount }]),
      })
      if (stored.isNew || stored.invoice.status !== 'failed') return stored
      return { invoice: await restart(trx, jobs, stored.invoice), isNew: true }
    }),
  )

/** Sends a failed one again. @throws DomainError not_found, or conflict for one that has not failed */
export const retryInvoice = async ({ db, jobs }: Services, workspaceId: string, id: string): Promise<Invoice> => {
  const { invoice } = await counted(
    await db.transaction().execute(async (trx) => {
      const before = await invoiceById(trx, workspaceId, id)
        .forUpdate()
        .executeTakeFirstOrThrow(() => notFound('invoice'))
      if (before.status !== 'failed') throw conflict(`An invoice that is ${before.status} is not sent again.`)
      return { invoice: await restart(trx, jobs, before), isNew: true }
    }),
  )
  return invoice
}

/** @throws DomainError not_found, also for invoices of other workspaces */
export const readInvoice = async (db: Database, workspaceId: string, id: string): Promise<Invoice> => {
  return await invoiceById(db, workspaceId, id).executeTakeFirstOrThrow(() => notFound('invoice'))
}

/** Newest first. */
export const listInvoices = async (
  db: Database,
  workspaceId: string,
  { status, dealId, cursor, limit }: InvoiceListQuery,
) => {
  let query = db.selectFrom('invoices').selectAll().where('workspace_id', '=', workspaceId)
  if (status) query = query.where('status', '=', status)
  if (dealId) query = query.where('deal_id', '=', dealId)
  return await newestPage(query, { cursor, limit })
}

/** Stores a draft and enqueues its creation at Billy; what bears the same external id already is left as it is. */
const store = async (trx: Trx, jobs: Deps['jobs'], row: Insertable<InvoiceTable>): Promise<Stored> => {
  const stored = await trx
    .insertInto('invoices')
    .values(row)
    .onConflict((there) => there.columns(['workspace_id', 'external_id']).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (stored) {
    await enqueue(trx, jobs, stored)
    return { invoice: stored, isNew: true }
  }
  const known = await trx
    .selectFrom('invoices')
    .selectAll()
    .where('workspace_id', '=', row.workspace_id)
    .where('external_id', '=', row.external_id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { invoice: known, isNew: false }
}

const restart = async (trx: Trx, jobs: Deps['jobs'], { id }: Invoice): Promise<Invoice> => {
  const again = await trx
    .updateTable('invoices')
    .set({ status: 'draft', attempts: 0, error_reason: null, updated_at: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await enqueue(trx, jobs, again)
  return again
}

const enqueue = (trx: Trx, jobs: Deps['jobs'], { workspace_id, id }: Invoice): Promise<void> =>
  jobs.enqueue(trx, 'invoice-creation', { workspaceId: workspace_id, invoiceId: id })

const counted = async (stored: Stored): Promise<Stored> => {
  if (stored.isNew) entered.add(1, { status: 'draft' })
  return stored
}

const contactName = async (
  db: Database,
  workspaceId: string,
  contactId: string | undefined,
): Promise<string | undefined> => {
  if (contactId === undefined) return undefined
  const contact = await db
    .selectFrom('contacts')
    .select('name')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', contactId)
    .forKeyShare()
    .executeTakeFirst()
  return contact?.name
}

const invoiceById = (db: Database, workspaceId: string, id: string) =>
  db.selectFrom('invoices').selectAll().where('workspace_id', '=', workspaceId).where('id', '=', id)
