import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { ExternalRecord, Page } from '../../adapters/outside.ts'
import type { Database } from '../../db/database.ts'
import type { SyncedEntity, Trx } from './entity.ts'
import { countRecords, holdJob } from './jobs-table.ts'
import { type About, type Counts, measureRecords } from './measure.ts'
import { type Agreement, planPage, readRecords } from './plan.ts'
import { type Position, positionAfter, savePosition, stillAt } from './position.ts'

export interface PageOf extends About {
  readonly syncJobId: string
}

/** `overtaken`: another process has stored this page meanwhile, and goes on from it. */
export type Stored =
  | { readonly outcome: 'overtaken' }
  | { readonly outcome: 'more' | 'last'; readonly next: Position; readonly counts: Counts }

/**
 * Writes a page of records, what both sides now agree on, and where the next page begins: all of it, or nothing. So a page
 * that is read twice is written once.
 */
export const storePage = async (
  db: Database,
  synced: SyncedEntity,
  about: PageOf,
  position: Position,
  page: Page<ExternalRecord>,
): Promise<Stored> => {
  const stored = await db.transaction().execute(async (trx): Promise<Stored> => {
    await oneAtATime(trx, about)
    if (!(await holdJob(trx, about.syncJobId)) || !(await stillAt(trx, about, position)))
      return { outcome: 'overtaken' }
    const counts = await storeRecords(trx, synced, about, page.items)
    const { next, isDone } = positionAfter(about.provider, position, page)
    await savePosition(trx, about, next, isDone)
    await countRecords(trx, about.syncJobId, counts, isDone)
    return { outcome: isDone ? 'last' : 'more', next, counts }
  })
  if (stored.outcome !== 'overtaken') measureRecords(about, stored.counts)
  return stored
}

/** Milliseconds that a page waits for those before it. An idle transaction is ended after ten seconds. */
const turn = { limit: 9_000, ask: 50 } as const

/**
 * Two integrations of a workspace that bring the same person at once must not make two of them. It asks again and again, since
 * a statement that waits would be ended as one that hangs.
 */
const oneAtATime = async (trx: Trx, { workspaceId, entity }: About): Promise<void> => {
  const key = `sync ${entity} ${workspaceId}`
  const deadline = Date.now() + turn.limit
  for (;;) {
    const { rows } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtext(${key})) as mine`.execute(trx)
    if (rows[0]?.mine) return
    if (Date.now() > deadline)
      throw new DOMException('other pages of the workspace are still being stored', 'TimeoutError')
    await sleep(turn.ask)
  }
}

const storeRecords = async (
  trx: Trx,
  synced: SyncedEntity,
  about: PageOf,
  items: readonly ExternalRecord[],
): Promise<Counts> => {
  const { readable, unreadable } = readRecords(synced, items)
  await noteUnreadable(trx, about, unreadable)
  if (readable.length === 0) return { created: 0, updated: 0, conflicts: 0, failed: unreadable.length }
  const links = await trx
    .selectFrom('external_records')
    .select(['external_id', 'local_id', 'external_hash', 'local_hash'])
    .where('integration_id', '=', about.integrationId)
    .where('entity', '=', about.entity)
    .where(sql<boolean>`external_id = any(${readable.map(({ externalId }) => externalId)})`)
    .execute()
  const linked = new Set(links.map((link) => link.external_id))
  const unknown = readable.filter(({ externalId }) => !linked.has(externalId)).map(({ fields }) => fields)
  const candidates = await synced.candidates(trx, about, unknown)
  const ids = [...new Set([...links.map((link) => link.local_id), ...candidates.map(({ id }) => id)])]
  const rows = await synced.rows(trx, about.workspaceId, ids)
  const plan = planPage(synced, readable, { links, rows, candidates }, new Date())
  await synced.insert(trx, about.workspaceId, plan.create)
  await synced.update(trx, about.workspaceId, plan.update)
  await saveAgreements(trx, about, plan.agreements)
  return { ...plan.counts, failed: unreadable.length }
}

const noteUnreadable = async (trx: Trx, about: PageOf, externalIds: readonly string[]): Promise<void> => {
  if (externalIds.length === 0) return
  const error = {
    workspace_id: about.workspaceId,
    integration_id: about.integrationId,
    sync_job_id: about.syncJobId,
    entity: about.entity,
    kind: 'invalid_data',
    retryable: false,
  }
  await trx
    .insertInto('integration_errors')
    .values(externalIds.map((external_id) => ({ ...error, external_id })))
    .execute()
}

const saveAgreements = async (trx: Trx, about: About, agreements: readonly Agreement[]): Promise<void> => {
  if (agreements.length === 0) return
  const values = agreements.map((one) => ({
    integration_id: about.integrationId,
    entity: about.entity,
    external_id: one.externalId,
    workspace_id: about.workspaceId,
    local_id: one.localId,
    external_updated_at: one.externalUpdatedAt,
    external_hash: one.externalHash,
    local_updated_at: one.localUpdatedAt,
    local_hash: one.localHash,
  }))
  await trx
    .insertInto('external_records')
    .values(values)
    .onConflict((on) =>
      on.columns(['integration_id', 'entity', 'external_id']).doUpdateSet(({ ref }) => ({
        local_id: ref('excluded.local_id'),
        external_updated_at: ref('excluded.external_updated_at'),
        external_hash: ref('excluded.external_hash'),
        local_updated_at: ref('excluded.local_updated_at'),
        local_hash: ref('excluded.local_hash'),
      })),
    )
    .execute()
  const conflicts = agreements.filter(({ isConflict }) => isConflict).map(({ externalId }) => externalId)
  if (conflicts.length === 0) return
  await trx
    .updateTable('external_records')
    .set(({ eb }) => ({ conflicts: eb('conflicts', '+', 1), last_conflict_at: new Date() }))
    .where('integration_id', '=', about.integrationId)
    .where('entity', '=', about.entity)
    .where('external_id', 'in', conflicts)
    .execute()
}
