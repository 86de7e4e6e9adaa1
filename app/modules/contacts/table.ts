import { type Kysely, sql, type Updateable } from 'kysely'
import type { Contact, ContactTable, Schema } from '../../db/schema.ts'
import { containing, newestPage, type Page, type Paging } from '../../http/paging.ts'
import type { NewContact } from './schemas.ts'

/** The database, or a transaction in it. */
type Db = Kysely<Schema>

export const insertContact = async (db: Db, workspaceId: string, contact: NewContact): Promise<Contact> =>
  await db
    .insertInto('contacts')
    .values({
      workspace_id: workspaceId,
      name: contact.name,
      email: contact.email ?? null,
      phone: contact.phone ?? null,
      company: contact.company ?? null,
      notes: contact.notes ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()

export const contactById = async (db: Db, workspaceId: string, id: string): Promise<Contact | undefined> =>
  await db
    .selectFrom('contacts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()

/** In any order; those of other workspaces are left out. */
export const contactsByIds = async (db: Db, workspaceId: string, ids: readonly string[]): Promise<Contact[]> =>
  await db.selectFrom('contacts').selectAll().where('workspace_id', '=', workspaceId).where('id', 'in', ids).execute()

/** Locks contacts against changes by others until the transaction ends; always in the order of ids, so that two never wait for each other. */
export const lockContacts = async (db: Db, workspaceId: string, ids: readonly string[]): Promise<Contact[]> =>
  await db
    .selectFrom('contacts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()

export const updateContact = async (
  db: Db,
  workspaceId: string,
  id: string,
  changes: Updateable<ContactTable>,
): Promise<Contact | undefined> =>
  await db
    .updateTable('contacts')
    .set({ ...changes, updated_at: new Date() })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()

/** @returns whether it was there */
export const deleteContact = async (db: Db, workspaceId: string, id: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('contacts')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The oldest of those with an e-mail address, in whatever case it is written. */
export const contactByEmail = async (db: Db, workspaceId: string, email: string): Promise<{ id: string } | undefined> =>
  await db
    .selectFrom('contacts')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where(sql<string>`lower(email)`, '=', email.toLowerCase())
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()

/** What belongs to a contact, and follows it when it is merged into another. */
const belongings = ['leads', 'deals', 'invoices'] as const

/** Hands what belongs to one contact to another. */
export const moveBelongings = async (db: Db, workspaceId: string, from: string, to: string): Promise<void> => {
  for (const table of belongings)
    await db
      .updateTable(table)
      .set({ contact_id: to, updated_at: new Date() })
      .where('workspace_id', '=', workspaceId)
      .where('contact_id', '=', from)
      .execute()
}

/** Hands one contact's messages to another, those that were read and those that are sent. */
export const moveEmails = async (db: Db, workspaceId: string, from: string, to: string): Promise<void> => {
  for (const table of ['emails', 'outgoing_emails'] as const)
    await db
      .updateTable(table)
      .set({ contact_id: to })
      .where('workspace_id', '=', workspaceId)
      .where('contact_id', '=', from)
      .execute()
}

/** Newest first. @param q words or a fragment; undefined or empty: everything */
export const listContacts = async (
  db: Db,
  workspaceId: string,
  { q, cursor, limit }: Paging & { readonly q?: string | undefined },
): Promise<Page<Contact>> => {
  let query = db.selectFrom('contacts').selectAll().where('workspace_id', '=', workspaceId)
  if (q) query = query.where('id', 'in', found(db, workspaceId, q))
  return await newestPage(query, { cursor, limit })
}

/** Contacts whose words begin with all of the words, or which contain the text as a fragment. */
const found = (db: Db, workspaceId: string, q: string) =>
  db
    .selectFrom('contact_search')
    .select('contact_id')
    .where('workspace_id', '=', workspaceId)
    .where(({ or }) => {
      const fragment = sql<boolean>`text like ${containing(q.toLowerCase())}`
      const words = prefixQuery(q)
      return words === undefined ? fragment : or([sql<boolean>`document @@ to_tsquery('simple', ${words})`, fragment])
    })

/** `Anna hol` → `anna:* & hol:*`; undefined without letters or digits. */
const prefixQuery = (typed: string): string | undefined => {
  const words = typed.toLowerCase().match(/[\p{L}\p{N}]+/gu)
  return words?.map((word) => `${word}:*`).join(' & ')
}
