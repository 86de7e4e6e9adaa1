import type { Deps } from '../../deps.ts'
import type { JobData } from '../../jobs/queues.ts'
import { span } from '../../telemetry/spans.ts'
import { findCompany } from './companies.ts'

/** Upper bounds of the sizes in which companies are commonly counted, each with its name. */
const sizes = [
  [10, '1-10'],
  [50, '11-50'],
  [200, '51-200'],
  [1_000, '201-1000'],
] as const

const sizeOf = (employees: number): string => sizes.find(([most]) => employees <= most)?.[1] ?? 'more than 1000'

/**
 * Looks up the company of a contact by its e-mail domain and fills what is empty; what people typed stays. Idempotent: a
 * second run asks again and writes the same. Without an e-mail address, or without the contact, there is nothing to do.
 * @throws EnrichmentError, so that the job is tried again
 */
export const enrichContact = async (
  { config, db, jobs }: Pick<Deps, 'config' | 'db' | 'jobs'>,
  { workspaceId, contactId }: JobData['contact-enrichment'],
): Promise<void> => {
  const contact = await db
    .selectFrom('contacts')
    .select('email')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', contactId)
    .executeTakeFirst()
  const email = contact?.email
  if (!email) return
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  const found = await span('enrichment', {}, () => findCompany(config.enrichmentBaseUrl, domain))
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('contacts')
      .set(({ fn, ref, val }) => ({
        company: fn.coalesce(ref('company'), val(found?.name ?? null)),
        industry: found?.industry ?? null,
        company_size: found ? sizeOf(found.employees) : null,
        enriched_at: new Date(),
      }))
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', contactId)
      // Changed meanwhile: the change has enqueued a job of its own.
      .where('email', '=', email)
      .executeTakeFirst()
    if (numUpdatedRows > 0n && found) await jobs.enqueue(trx, 'search-indexing', { workspaceId, contactId })
  })
}
