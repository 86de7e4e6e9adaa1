import type { ExternalRecord, Page, SyncEntity } from '../../adapters/outside.ts'
import type { Database } from '../../db/database.ts'
import type { CrmProvider } from '../../db/schema-integrations.ts'
import type { Trx } from './entity.ts'

/** Where a run stands: the next page to ask for. */
export interface Position {
  readonly since: Date | undefined
  readonly cursor: string | undefined
  /** The newest change that was seen in this run. */
  readonly seenUntil: Date | undefined
  readonly runStartedAt: Date
  /** Up to where the runs before this one came. */
  readonly syncedUntil: Date | undefined
}

interface Whose {
  readonly integrationId: string
  readonly entity: SyncEntity
}

/** Where the run under way stands; begins one where there is none. */
export const positionOf = async (db: Database, { integrationId, entity }: Whose, now: Date): Promise<Position> => {
  const row = await db
    .selectFrom('integration_positions')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('entity', '=', entity)
    .executeTakeFirst()
  const syncedUntil = row?.synced_until ?? undefined
  if (!row?.run_started_at)
    return { since: syncedUntil, cursor: undefined, seenUntil: undefined, runStartedAt: now, syncedUntil }
  return {
    since: row.page_since ?? undefined,
    cursor: row.page_cursor ?? undefined,
    seenUntil: row.seen_until ?? undefined,
    runStartedAt: row.run_started_at,
    syncedUntil,
  }
}

/**
 * Whether nobody else has moved on from `position` meanwhile: a job that was thought dead may still be at work. Locks it until
 * the transaction ends.
 */
export const stillAt = async (trx: Trx, { integrationId, entity }: Whose, position: Position): Promise<boolean> => {
  const row = await trx
    .selectFrom('integration_positions')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('entity', '=', entity)
    .forUpdate()
    .executeTakeFirst()
  const same = (a: Date | null | undefined, b: Date | undefined) => (a?.getTime() ?? 0) === (b?.getTime() ?? 0)
  if (!row) return position.syncedUntil === undefined && position.cursor === undefined
  if (!row.run_started_at)
    return position.cursor === undefined && same(row.synced_until, position.since) && !position.seenUntil
  return (
    (row.page_cursor ?? undefined) === position.cursor &&
    same(row.page_since, position.since) &&
    same(row.run_started_at, position.runStartedAt)
  )
}

const newest = (dates: readonly (Date | undefined)[]): Date | undefined => {
  const times = dates.flatMap((date) => date?.getTime() ?? [])
  return times.length > 0 ? new Date(Math.max(...times)) : undefined
}

/** Milliseconds by which the next run overlaps with this one: what changed while we read may stand before what we have read. */
const overlapMs = 60_000

/** The position after a page; `isDone` after the last one. */
export const positionAfter = (
  provider: CrmProvider,
  position: Position,
  page: Page<ExternalRecord>,
): { next: Position; isDone: boolean } => {
  const newestHere = newest(page.items.map(({ updatedAt }) => updatedAt))
  const seenUntil = newest([position.seenUntil, newestHere])
  if (page.nextCursor === undefined) {
    const { runStartedAt, syncedUntil } = position
    const reached = seenUntil && new Date(Math.min(seenUntil.getTime(), runStartedAt.getTime() - overlapMs))
    const next = {
      ...position,
      since: undefined,
      cursor: undefined,
      seenUntil,
      syncedUntil: newest([syncedUntil, reached]),
    }
    return { next, isDone: true }
  }
  // HubSpot's cursor is a number of results to leave out: what changes while we read moves behind it, and another record into
  // its place, unseen. So the next page begins at the last change that was read, as long as that is later than the first.
  const isOffset = provider === 'hubspot'
  const hasMoved = newestHere !== undefined && newestHere.getTime() > (position.since?.getTime() ?? 0)
  if (isOffset && hasMoved)
    return { next: { ...position, since: newestHere, cursor: undefined, seenUntil }, isDone: false }
  return { next: { ...position, cursor: page.nextCursor, seenUntil }, isDone: false }
}

/** Notes the position: of a run that goes on, or of one that is done. */
export const savePosition = async (
  trx: Trx,
  { integrationId, entity }: Whose,
  position: Position,
  isDone: boolean,
): Promise<void> => {
  const values = {
    synced_until: position.syncedUntil ?? null,
    page_cursor: position.cursor ?? null,
    page_since: position.since ?? null,
    seen_until: isDone ? null : (position.seenUntil ?? null),
    run_started_at: isDone ? null : position.runStartedAt,
  }
  await trx
    .insertInto('integration_positions')
    .values({ integration_id: integrationId, entity, ...values })
    .onConflict((on) => on.columns(['integration_id', 'entity']).doUpdateSet(values))
    .execute()
}

/** The provider no longer knows the cursor: the run begins again where the one before it ended. */
export const forgetCursor = async (db: Database, { integrationId, entity }: Whose): Promise<void> => {
  await db
    .updateTable('integration_positions')
    .set({ page_cursor: null, page_since: null, seen_until: null, run_started_at: null })
    .where('integration_id', '=', integrationId)
    .where('entity', '=', entity)
    .execute()
}
