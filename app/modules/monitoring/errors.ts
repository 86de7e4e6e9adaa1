import type { z } from '@hono/zod-openapi'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { ErrorGroupStatus, ErrorGroupTable, ErrorOccurrenceTable } from '../../db/schema-operations.ts'
import { notFound } from '../../errors.ts'
import { newestPage, type Paging } from '../../http/paging.ts'
import type {
  errorsSchema,
  groupDetailSchema,
  groupSchema,
  groupsQuery,
  groupsSchema,
  trendQuery,
  trendSchema,
} from './schemas.ts'

type GroupsQuery = z.output<typeof groupsQuery>

const shownGroup = (row: Selectable<ErrorGroupTable>): z.input<typeof groupSchema> => ({
  id: row.id,
  type: row.error_type,
  message: row.message,
  place: row.place,
  service: row.service,
  count: Number(row.occurrences),
  firstSeen: row.first_seen.toISOString(),
  lastSeen: row.last_seen.toISOString(),
  sampleTraceId: row.sample_trace_id,
  stack: row.stack,
  status: row.status,
})

const shownOccurrence = (row: Selectable<ErrorOccurrenceTable>) => ({
  id: row.id,
  groupId: row.group_id,
  timestamp: row.created_at.toISOString(),
  message: row.message,
  service: row.service,
  environment: row.environment,
  component: row.component,
  route: row.route,
  queue: row.queue,
  userId: row.user_id,
  workspaceId: row.workspace_id,
  traceId: row.trace_id,
  correlationId: row.correlation_id,
})

/** The last errors, newest first. */
export const recentErrors = async (db: Database, limit: number): Promise<z.input<typeof errorsSchema>> => {
  const rows = await db
    .selectFrom('error_occurrences')
    .innerJoin('error_groups', 'error_groups.id', 'error_occurrences.group_id')
    .selectAll('error_occurrences')
    .select('error_groups.error_type')
    .orderBy('error_occurrences.created_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...shownOccurrence(row), type: row.error_type }))
}

/** The one that happened last comes first. */
export const errorGroups = async (
  db: Database,
  { status, service, q, cursor, limit }: GroupsQuery,
): Promise<z.input<typeof groupsSchema>> => {
  let query = db.selectFrom('error_groups').selectAll()
  if (status) query = query.where('status', '=', status)
  if (service) query = query.where('service', '=', service)
  if (q) {
    const part = `%${q.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(({ eb, or }) =>
      or([eb('error_type', 'ilike', part), eb('message', 'ilike', part), eb('place', 'ilike', part)]),
    )
  }
  const shown = await newestPage(query, { cursor, limit }, { by: 'last_seen' })
  return { groups: shown.rows.map(shownGroup), nextCursor: shown.nextCursor }
}

/** Steps of a trend: few enough to be drawn, each a multiple of the five minutes in which errors are counted. */
const stepsOf = (hours: number): number =>
  [5, 10, 30, 60, 180, 360, 720].find((minutes) => (hours * 60) / minutes <= 100) ?? 720

/** How often errors happened: all of them, or those of a group. */
export const errorTrend = async (
  db: Database,
  { hours, group }: z.output<typeof trendQuery>,
): Promise<z.input<typeof trendSchema>> => {
  const minutes = stepsOf(hours)
  const { rows } = await sql<{ at: Date; count: number }>`
    select step as at, coalesce(sum(occurrences), 0)::int as count
    from generate_series(
      date_bin(make_interval(mins => ${minutes}), now() - make_interval(hours => ${hours}), 'epoch'),
      now(), make_interval(mins => ${minutes})) as step
    left join error_group_counts
      on counted_at >= step and counted_at < step + make_interval(mins => ${minutes})
      and (${group ?? null}::uuid is null or group_id = ${group ?? null}::uuid)
    group by step order by step`.execute(db)
  return { minutes, steps: rows.map(({ at, count }) => ({ at: at.toISOString(), count })) }
}

/** A group with a page of its occurrences, newest first. @throws DomainError not_found */
export const errorGroup = async (
  db: Database,
  id: string,
  { cursor, limit }: Paging,
): Promise<z.input<typeof groupDetailSchema>> => {
  const group = await db
    .selectFrom('error_groups')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound('error group'))
  const query = db.selectFrom('error_occurrences').selectAll().where('group_id', '=', id)
  const shown = await newestPage(query, { cursor, limit })
  return { ...shownGroup(group), occurrences: shown.rows.map(shownOccurrence), nextCursor: shown.nextCursor }
}

/** @throws DomainError not_found */
export const changeGroup = async (
  db: Database,
  id: string,
  status: ErrorGroupStatus,
): Promise<z.input<typeof groupSchema>> => {
  const group = await db
    .updateTable('error_groups')
    .set({ status })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => notFound('error group'))
  return shownGroup(group)
}
