import type { CallContext } from '../../adapters/outside.ts'
import type { Deps } from '../../deps.ts'
import { notFound } from '../../errors.ts'
import type { JobData } from '../../jobs/queues.ts'
import { logSync } from '../../sync-log.ts'
import { span } from '../../telemetry/spans.ts'

const provider = 'ghl'

/** Asks for a contact to be written to GHL. @throws DomainError not_found, also for contacts of other workspaces */
export const requestExport = async (
  { db, jobs }: Pick<Deps, 'db' | 'jobs'>,
  workspaceId: string,
  contactId: string,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('contacts')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', contactId)
      .executeTakeFirstOrThrow(() => notFound('contact'))
    await jobs.enqueue(trx, 'contact-export', { workspaceId, contactId })
  })
}

/**
 * Writes a contact to GHL as it is now, and remembers which one it is there. Idempotent: by the link, and without one GHL finds
 * the contact by its address. Each attempt is a line of `sync_log`. A contact that is gone meanwhile is not written.
 * @throws AdapterError, so that the job is tried again
 */
export const exportContact = async (
  { db, outside }: Pick<Deps, 'db' | 'outside'>,
  { workspaceId, contactId }: JobData['contact-export'],
): Promise<void> => {
  const contact = await db
    .selectFrom('contacts')
    .leftJoin('contact_links', (join) =>
      join.onRef('contact_links.contact_id', '=', 'contacts.id').on('contact_links.provider', '=', provider),
    )
    .select(['contacts.name', 'email', 'phone', 'company', 'contact_links.external_id as externalId'])
    .where('contacts.workspace_id', '=', workspaceId)
    .where('contacts.id', '=', contactId)
    .executeTakeFirst()
  if (!contact) return
  const { externalId, ...fields } = contact
  const operation = {
    workspaceId,
    provider,
    direction: 'outbound',
    entityType: 'contact',
    entityId: contactId,
    startedAt: new Date(),
  } as const
  const context: CallContext = { tenantId: workspaceId }
  try {
    const written = await span('contact export', {}, () =>
      outside.ghl.write('contact', { externalId: externalId ?? undefined, fields }, context),
    )
    const count = await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('contact_links')
        .values({ workspace_id: workspaceId, provider, external_id: written.externalId, contact_id: contactId })
        .onConflict((same) =>
          same.columns(['workspace_id', 'provider', 'external_id']).doUpdateSet({ synced_at: new Date() }),
        )
        .execute()
      return await logSync(trx, operation)
    })
    count()
  } catch (error) {
    const count = await logSync(db, { ...operation, error })
    count()
    throw error
  }
}
