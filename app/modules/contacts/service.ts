import type { Transaction } from 'kysely'
import type { Contact, Schema } from '../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { invalid, notFound } from '../../errors.ts'
import type { Page } from '../../http/paging.ts'
import { publish } from '../../realtime/publish.ts'
import { span } from '../../telemetry/spans.ts'
import type { ContactChanges, ContactListQuery, NewContact } from './schemas.ts'
import {
  contactByEmail,
  contactById,
  deleteContact,
  insertContact,
  listContacts,
  lockContacts,
  moveBelongings,
  moveEmails,
  updateContact,
} from './table.ts'

type Services = Pick<Deps, 'db' | 'jobs'>

/** A contact that was just made. */
export interface CreatedContact extends Contact {
  /** Another contact with the same e-mail address, with which people may want to merge it. */
  readonly duplicateOf: string | null
}

/** Stores a contact and, in the same transaction, enqueues its enrichment and its indexing: both happen, or neither. */
export const createContact = async (
  { db, jobs }: Services,
  workspaceId: string,
  contact: NewContact,
): Promise<CreatedContact> => {
  const duplicateOf = await span('validation', {}, async (validation) => {
    const known = contact.email ? await contactByEmail(db, workspaceId, contact.email) : undefined
    validation.setAttribute('crm.contact.is_duplicate', known !== undefined)
    return known?.id ?? null
  })
  return await span('database write', {}, () =>
    db.transaction().execute(async (trx) => {
      const created = await insertContact(trx, workspaceId, contact)
      await enqueueEnrichment(jobs, trx, created)
      await enqueueIndexing(jobs, trx, created)
      await tell(trx, 'created', created)
      return { ...created, duplicateOf }
    }),
  )
}

/** @throws DomainError not_found, also for contacts of other workspaces */
export const readContact = async ({ db }: Services, workspaceId: string, id: string): Promise<Contact> => {
  const contact = await contactById(db, workspaceId, id)
  if (!contact) throw notFound('contact')
  return contact
}

export const searchContacts = (
  { db }: Services,
  workspaceId: string,
  query: ContactListQuery,
): Promise<Page<Contact>> => listContacts(db, workspaceId, query)

/** A new e-mail address means perhaps a new company: it is enriched again. @throws DomainError not_found */
export const changeContact = async (
  { db, jobs }: Services,
  workspaceId: string,
  id: string,
  changes: ContactChanges,
): Promise<Contact> =>
  await db.transaction().execute(async (trx) => {
    const [before] = await lockContacts(trx, workspaceId, [id])
    const changed = before && (await updateContact(trx, workspaceId, id, changes))
    if (!changed) throw notFound('contact')
    if (changed.email !== before.email) await enqueueEnrichment(jobs, trx, changed)
    await enqueueIndexing(jobs, trx, changed)
    await tell(trx, 'changed', changed)
    return changed
  })

/** Its leads stay, without a contact. @throws DomainError not_found */
export const removeContact = async ({ db }: Services, workspaceId: string, id: string): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    if (!(await deleteContact(trx, workspaceId, id))) throw notFound('contact')
    await tell(trx, 'removed', { workspace_id: workspaceId, id })
  })
}

/**
 * Merges `sourceId` into `id`: fields that are empty here are taken from there, notes are joined, leads and e-mails move over, and the
 * source is removed.
 * @throws DomainError not_found when either is missing, validation when both are the same
 */
export const mergeContacts = async (
  { db, jobs }: Services,
  workspaceId: string,
  id: string,
  sourceId: string,
): Promise<Contact> => {
  if (id === sourceId) throw invalid([{ field: 'sourceId', message: 'must be another contact' }])
  return await db.transaction().execute(async (trx) => {
    const locked = await lockContacts(trx, workspaceId, [id, sourceId])
    const target = locked.find((contact) => contact.id === id)
    const source = locked.find((contact) => contact.id === sourceId)
    if (!target || !source) throw notFound('contact')
    await moveBelongings(trx, workspaceId, sourceId, id)
    await moveEmails(trx, workspaceId, sourceId, id)
    await deleteContact(trx, workspaceId, sourceId)
    const merged = await updateContact(trx, workspaceId, id, mergedFields(target, source))
    if (!merged) throw notFound('contact')
    await enqueueIndexing(jobs, trx, merged)
    await tell(trx, 'removed', { workspace_id: workspaceId, id: sourceId })
    await tell(trx, 'changed', merged)
    return merged
  })
}

const mergedFields = (target: Contact, source: Contact) => ({
  email: target.email ?? source.email,
  phone: target.phone ?? source.phone,
  company: target.company ?? source.company,
  industry: target.industry ?? source.industry,
  company_size: target.company_size ?? source.company_size,
  enriched_at: target.enriched_at ?? source.enriched_at,
  notes: [target.notes, source.notes].filter(Boolean).join('\n\n') || null,
})

/** Those who have the list open. */
const tell = (
  trx: Transaction<Schema>,
  what: 'created' | 'changed' | 'removed',
  { workspace_id, id }: Pick<Contact, 'workspace_id' | 'id'>,
): Promise<void> => publish(trx, { workspaceId: workspace_id, type: `contact.${what}`, data: { contactId: id } })

const enqueueEnrichment = (jobs: Deps['jobs'], trx: Transaction<Schema>, contact: Contact): Promise<void> =>
  jobs.enqueue(trx, 'contact-enrichment', { workspaceId: contact.workspace_id, contactId: contact.id })

const enqueueIndexing = (jobs: Deps['jobs'], trx: Transaction<Schema>, contact: Contact): Promise<void> =>
  jobs.enqueue(trx, 'search-indexing', { workspaceId: contact.workspace_id, contactId: contact.id })
