import { sql } from 'kysely'
import { z } from 'zod'
import { indexContacts } from '../../db/contact-search.ts'
import type { Contact } from '../../db/schema.ts'
import type { Fields, LocalRow, SyncedEntity } from './entity.ts'

const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    // PostgreSQL cannot store it.
    .refine((value) => !value.includes('\u0000'))
    .nullish()
    .transform((value) => value || null)

const contactFields = z
  .object({
    name: text(200),
    email: text(254).pipe(z.email().nullable()),
    phone: text(40),
    company: text(200),
  })
  // Some know people by their company or address only; a contact of ours has a name.
  .transform((fields) => ({ ...fields, name: fields.name ?? fields.company ?? fields.email }))
  .refine(({ name }) => name !== null)

const rowOf = (contact: Pick<Contact, 'id' | 'name' | 'email' | 'phone' | 'company' | 'updated_at'>): LocalRow => ({
  id: contact.id,
  fields: { name: contact.name, email: contact.email, phone: contact.phone, company: contact.company },
  updatedAt: contact.updated_at,
})

const columnsOf = ({ fields }: LocalRow) => ({
  name: String(fields.name),
  email: textOf(fields.email),
  phone: textOf(fields.phone),
  company: textOf(fields.company),
})

const textOf = (value: Fields[string] | undefined): string | null => (value ? String(value) : null)

const shown = [
  'contacts.id',
  'contacts.name',
  'contacts.email',
  'contacts.phone',
  'contacts.company',
  'contacts.updated_at',
] as const

/**
 * Contacts. One that comes from elsewhere is searchable at once, and not enriched: who sends it knows its company. One that
 * was deleted or merged here stays so.
 */
export const contacts: SyncedEntity = {
  entity: 'contact',
  parse: (fields) => contactFields.safeParse(fields).data,
  likeness: ({ email }) => (email ? String(email).toLowerCase() : undefined),
  rows: async (trx, workspaceId, ids) => {
    if (ids.length === 0) return []
    const rows = await trx
      .selectFrom('contacts')
      .select(shown)
      .where('workspace_id', '=', workspaceId)
      .where('id', 'in', ids)
      .orderBy('id')
      .forUpdate()
      .execute()
    return rows.map(rowOf)
  },
  candidates: async (trx, { workspaceId, integrationId }, records) => {
    const emails = records.flatMap((fields) => contacts.likeness(fields) ?? [])
    if (emails.length === 0) return []
    return await trx
      .selectFrom('contacts')
      .select(['id', sql<string>`lower(email)`.as('likeness')])
      .where('workspace_id', '=', workspaceId)
      .where(sql<boolean>`lower(email) = any(${emails})`)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('external_records')
              .select('local_id')
              .where('integration_id', '=', integrationId)
              .where('entity', '=', 'contact')
              .whereRef('local_id', '=', 'contacts.id'),
          ),
        ),
      )
      .orderBy('created_at')
      .orderBy('id')
      .execute()
  },
  insert: async (trx, workspaceId, rows) => {
    if (rows.length === 0) return
    const values = rows.map((row) => ({
      id: row.id,
      workspace_id: workspaceId,
      ...columnsOf(row),
      updated_at: row.updatedAt,
    }))
    await trx.insertInto('contacts').values(values).execute()
    await indexContacts(
      trx,
      workspaceId,
      rows.map(({ id }) => id),
    )
  },
  update: async (trx, workspaceId, rows) => {
    if (rows.length === 0) return
    const changes = rows.map((row) => ({ id: row.id, ...columnsOf(row), updated_at: row.updatedAt }))
    await sql`
      update contacts set name = changes.name, email = changes.email, phone = changes.phone, company = changes.company,
        updated_at = changes.updated_at
      from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as changes(id uuid, name text, email text, phone text, company text, updated_at timestamptz)
      where contacts.workspace_id = ${workspaceId} and contacts.id = changes.id`.execute(trx)
    await indexContacts(
      trx,
      workspaceId,
      rows.map(({ id }) => id),
    )
  },
  changed: async (db, integrationId, limit) => {
    const found = await db
      .selectFrom('external_records as link')
      .innerJoin('contacts', (join) =>
        join.onRef('contacts.id', '=', 'link.local_id').onRef('contacts.workspace_id', '=', 'link.workspace_id'),
      )
      .select([...shown, 'link.external_id', 'link.local_hash'])
      .where('link.integration_id', '=', integrationId)
      .where('link.entity', '=', 'contact')
      .whereRef('contacts.updated_at', '<>', 'link.local_updated_at')
      .orderBy('contacts.updated_at')
      .limit(limit)
      .execute()
    return found.map((row) => ({
      row: rowOf(row),
      link: { external_id: row.external_id, local_hash: row.local_hash },
    }))
  },
}
