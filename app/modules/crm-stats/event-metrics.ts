import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { getMetrics, getTopEvents } from '../../events.ts'
import type { ShownEventMetrics } from './schemas.ts'

/** Seconds for which the figures are given again: counting reads every row of the workspace. */
const freshSeconds = 5
/** The tables change with the version of the service only. */
const tablesFreshSeconds = 3_600
const topEvents = 10

const cacheKey = (workspaceId: string): string => `event-metrics:${workspaceId}`

/** What happened in a workspace, and how much it holds. */
export const eventMetrics = async (
  { db, cache }: Pick<Deps, 'db' | 'cache'>,
  workspaceId: string,
): Promise<ShownEventMetrics> =>
  await cache.remember(cacheKey(workspaceId), freshSeconds, async () => {
    const tables = await cache.remember('tables-of-workspaces', tablesFreshSeconds, () => tablesOfWorkspaces(db))
    const [metrics, top, database] = await Promise.all([
      getMetrics(db, workspaceId),
      getTopEvents(db, workspaceId, topEvents),
      rowCounts(db, workspaceId, tables),
    ])
    return {
      totalEvents: metrics.totalEvents,
      eventsByType: { ...metrics.eventsByType },
      topEvents: top,
      database,
      lastUpdated: new Date().toISOString(),
    }
  })

/** After a reset nobody sees the old figures. */
export const forgetEventMetrics = async ({ cache }: Pick<Deps, 'cache'>, workspaceId: string): Promise<void> =>
  await cache.delete(cacheKey(workspaceId))

/** Every table that belongs to workspaces, whichever part of the service it is of. */
const tablesOfWorkspaces = async (db: Database): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'workspace_id' order by table_name`.execute(db)
  return rows.map(({ name }) => name)
}

const rowCounts = async (
  db: Database,
  workspaceId: string,
  tables: readonly string[],
): Promise<Record<string, number>> => {
  if (tables.length === 0) return {}
  const counts = tables.map(
    (table) => sql`
      select ${table}::text as name, count(*)::int as count from ${sql.table(table)} where workspace_id = ${workspaceId}`,
  )
  const { rows } = await sql<{ name: string; count: number }>`${sql.join(counts, sql` union all `)}`.execute(db)
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}
