import type { Database } from '../../db/database.ts'
import { referencedContact } from '../../db/referenced-contact.ts'
import type { Lead, LeadStatus } from '../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { conflict, notFound } from '../../errors.ts'
import { containing, newestPage } from '../../http/paging.ts'
import { publish } from '../../realtime/publish.ts'
import { counter } from '../../telemetry/instruments.ts'
import type { LeadListQuery, NewLead } from './schemas.ts'

/** Where a lead may go from each status. Steps may be skipped and taken back; a lost lead may come back, a won one is a customer. */
const nextStatuses: Readonly<Record<LeadStatus, readonly LeadStatus[]>> = {
  new: ['contacted', 'qualified', 'won', 'lost'],
  contacted: ['new', 'qualified', 'won', 'lost'],
  qualified: ['contacted', 'won', 'lost'],
  won: [],
  lost: ['new', 'contacted'],
}

const created = counter('leads_created_total')

/** Sources are typed by people and programs; only what looks like a name may be a label. */
const sourceLabel = (source: string): string =>
  /^[a-z][a-z0-9_-]{0,29}$/i.test(source) ? source.toLowerCase() : 'other'

/**
 * Stores a lead and, in the same transaction, enqueues its workflow.
 * @throws DomainError validation when the contact is not one of the workspace's
 */
export const createLead = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  given: NewLead,
): Promise<Lead> => {
  const lead = await db.transaction().execute(async (trx) => {
    const stored = await insertLead(trx, workspaceId, given)
    await trx.insertInto('lead_workflows').values({ lead_id: stored.id, workspace_id: workspaceId }).execute()
    await jobs.enqueue(trx, 'lead-workflow', { workspaceId, leadId: stored.id })
    await publish(trx, { workspaceId, type: 'lead.created', data: { leadId: stored.id } })
    return stored
  })
  created.add(1, { source: sourceLabel(lead.source) })
  return lead
}

const insertLead = async (trx: Database, workspaceId: string, { title, source, contactId = null }: NewLead) => {
  if (contactId !== null) await referencedContact(trx, workspaceId, contactId)
  return await trx
    .insertInto('leads')
    .values({ workspace_id: workspaceId, contact_id: contactId, title, source })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** @throws DomainError not_found, also for leads of other workspaces */
export const readLead = async (db: Database, workspaceId: string, id: string): Promise<Lead> => {
  return await leadById(db, workspaceId, id).executeTakeFirstOrThrow(() => notFound('lead'))
}

/** Newest first. */
export const listLeads = async (db: Database, workspaceId: string, { q, status, cursor, limit }: LeadListQuery) => {
  let query = db.selectFrom('leads').selectAll().where('workspace_id', '=', workspaceId)
  if (q) query = query.where('title', 'ilike', containing(q))
  if (status) query = query.where('status', '=', status)
  return await newestPage(query, { cursor, limit })
}

/** Its follow-up leaves the calendar; what its workflow has not done yet is not done. @throws DomainError not_found */
export const removeLead = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  id: string,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await leadById(trx, workspaceId, id)
      .forUpdate()
      .executeTakeFirstOrThrow(() => notFound('lead'))
    const followUps = await trx
      .updateTable('calendar_events')
      .set({ status: 'deleting', updated_at: new Date() })
      .where('lead_id', '=', id)
      .returning('id')
      .execute()
    for (const followUp of followUps)
      await jobs.enqueue(trx, 'calendar-sync', { workspaceId, calendarEventId: followUp.id })
    await trx.deleteFrom('leads').where('id', '=', id).execute()
    await publish(trx, { workspaceId, type: 'lead.removed', data: { leadId: id } })
  })
}

/** The same status again changes nothing. @throws DomainError not_found, or conflict for a step that does not exist */
export const changeStatus = async (db: Database, workspaceId: string, id: string, status: LeadStatus): Promise<Lead> =>
  await db.transaction().execute(async (trx) => {
    const lead = await leadById(trx, workspaceId, id)
      .forUpdate()
      .executeTakeFirstOrThrow(() => notFound('lead'))
    if (lead.status === status) return lead
    if (!nextStatuses[lead.status].includes(status))
      throw conflict(`A lead that is ${lead.status} cannot become ${status}.`)
    await publish(trx, { workspaceId, type: 'lead.changed', data: { leadId: id, status } })
    return await trx
      .updateTable('leads')
      .set({ status, updated_at: new Date() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })

const leadById = (db: Database, workspaceId: string, id: string) =>
  db.selectFrom('leads').selectAll().where('workspace_id', '=', workspaceId).where('id', '=', id)
