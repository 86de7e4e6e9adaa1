import { sql } from 'kysely'
import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import { span } from '../../telemetry/spans.ts'

/**
 * Writes what a contact is found by: its texts for fragments, its words for prefixes. Idempotent: it writes the whole
 * document from what the contact is now; without the contact there is nothing to write.
 */
export const indexContact = async (
  { db }: Pick<Deps, 'db'>,
  { workspaceId, contactId }: JobData['search-indexing'],
): Promise<void> => {
  await span('search indexing', {}, () =>
    // Words are split at everything that is neither letter nor digit, as the search splits what people type:
    // PostgreSQL's own parser would keep `anna@holm.example` as one word.
    sql`
      insert into contact_search (contact_id, workspace_id, text, document)
      select id, workspace_id, text, to_tsvector('simple', regexp_replace(text, '[^[:alnum:]]+', ' ', 'g'))
      from contacts,
        lateral (select lower(concat_ws(' ', name, email, phone, company, industry, notes)) as text) texts
      where workspace_id = ${workspaceId} and id = ${contactId}
      on conflict (contact_id) do update set text = excluded.text, document = excluded.document`.execute(db),
  )
}
