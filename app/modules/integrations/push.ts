import { AdapterError, type CallContext, type CrmSource } from '../../adapters/outside.ts'
import type { Database } from '../../db/database.ts'
import { logSync } from '../../sync-log.ts'
import { hashOf, type LocalChange, type SyncedEntity } from './entity.ts'
import { countRecords, holdJob } from './jobs-table.ts'
import { type Counts, measureRecords, noCounts } from './measure.ts'
import type { PageOf } from './store-page.ts'

/** Rows that are looked at before the clock is. */
const batchSize = 25

/**
 * Sends rows that changed here to where they came from, a batch at a time. Rows that were made here stay here: sending a new
 * one twice would make two of it. A row that they refuse for good counts as failed, and is sent again when it changes again.
 * @returns whether more may be left; `undefined` when the job is no longer under way
 */
export const pushBatch = async (
  db: Database,
  source: Pick<CrmSource, 'write'>,
  synced: SyncedEntity,
  about: PageOf,
  context: CallContext,
): Promise<{ hasMore: boolean; counts: Counts } | undefined> => {
  const changes = await synced.changed(db, about.integrationId, batchSize)
  let counts = noCounts
  for (const change of changes) {
    const startedAt = new Date()
    const outcome = await push(source, synced, change, context)
    const counted = { ...noCounts, updated: outcome === 'sent' ? 1 : 0, failed: outcome === 'refused' ? 1 : 0 }
    const count = await db.transaction().execute(async (trx) => {
      if (!(await holdJob(trx, about.syncJobId))) return undefined
      await trx
        .updateTable('external_records')
        .set({
          local_updated_at: change.row.updatedAt,
          // After a refusal both sides still differ, which a later change there must find out.
          ...(outcome !== 'refused' && {
            local_hash: hashOf(change.row.fields),
            external_hash: hashOf(change.row.fields),
          }),
        })
        .where('integration_id', '=', about.integrationId)
        .where('entity', '=', about.entity)
        .where('external_id', '=', change.link.external_id)
        .execute()
      if (outcome === 'refused') await noteRefusal(trx, about, change.link.external_id)
      if (outcome === 'same') return () => {}
      await countRecords(trx, about.syncJobId, counted, false)
      return await logSync(trx, {
        workspaceId: about.workspaceId,
        provider: about.provider,
        direction: 'outbound',
        entityType: about.entity,
        entityId: change.row.id,
        startedAt,
        ...(outcome === 'refused' && { error: 'refused' }),
      })
    })
    if (!count) return undefined
    count()
    measureRecords(about, counted)
    counts = { ...counts, updated: counts.updated + counted.updated, failed: counts.failed + counted.failed }
  }
  return { hasMore: changes.length === batchSize, counts }
}

/** @throws AdapterError when the provider is away: the job is tried again */
const push = async (
  source: Pick<CrmSource, 'write'>,
  { entity, parse }: SyncedEntity,
  { row, link }: LocalChange,
  context: CallContext,
): Promise<'sent' | 'refused' | 'same'> => {
  // Something else about it changed: notes, say.
  if (hashOf(row.fields) === link.local_hash) return 'same'
  if (!parse(row.fields)) return 'refused'
  try {
    await source.write(entity, { externalId: link.external_id, fields: row.fields }, context)
    return 'sent'
  } catch (error) {
    const isRefused = error instanceof AdapterError && ['invalid_data', 'not_found'].includes(error.reason)
    if (isRefused && error.status !== undefined && error.status >= 400) return 'refused'
    throw error
  }
}

const noteRefusal = async (db: Database, about: PageOf, externalId: string): Promise<void> => {
  await db
    .insertInto('integration_errors')
    .values({
      workspace_id: about.workspaceId,
      integration_id: about.integrationId,
      sync_job_id: about.syncJobId,
      entity: about.entity,
      kind: 'refused',
      external_id: externalId,
      retryable: false,
    })
    .execute()
}
