import { sql } from 'kysely'
import type { Database } from './database.ts'

/**
 * Writes what contacts are found by: their texts for fragments, their words for prefixes. Idempotent: it writes the whole
 * document from what a contact is now; without the contact there is nothing to write. The contact is kept from being deleted
 * meanwhile.
 */
export const indexContacts = async (db: Database, workspaceId: string, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  // Words are split at everything that is neither letter nor digit, as the search splits what people type:
  // PostgreSQL's own parser would keep `anna@holm.example` as one word.
  await sql`
    insert into contact_search (contact_id, workspace_id, text, document)
    select id, workspace_id, text, to_tsvector('simple', regexp_replace(text, '[^[:alnum:]]+', ' ', 'g'))
    from contacts,
      lateral (select lower(concat_ws(' ', name, email, phone, company, industry, notes)) as text) texts
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    for key share of contacts
    on conflict (contact_id) do update set text = excluded.text, document = excluded.document`.execute(db)
}
