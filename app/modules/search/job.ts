import { indexContacts } from '../../db/contact-search.ts'
import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import { span } from '../../telemetry/spans.ts'

/** Makes a contact findable. Idempotent. */
export const indexContact = async (
  { db }: Pick<Deps, 'db'>,
  { workspaceId, contactId }: JobData['search-indexing'],
): Promise<void> => {
  await span('search indexing', {}, () => indexContacts(db, workspaceId, [contactId]))
}
