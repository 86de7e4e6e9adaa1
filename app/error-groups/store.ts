import { type Insertable, sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { ErrorOccurrenceTable } from '../db/schema-operations.ts'
import { observe } from '../telemetry/instruments.ts'

export type NewOccurrence = Omit<Insertable<ErrorOccurrenceTable>, 'id' | 'group_id'> & {
  readonly message: string
  readonly service: string
}

/** A group as it waits to be written. */
export interface PendingGroup {
  readonly fingerprint: string
  readonly type: string
  readonly place: string
  readonly message: string
  readonly service: string
  readonly stack: string | undefined
  sampleTraceId: string | undefined
  count: number
  readonly firstSeen: Date
  lastSeen: Date
  readonly occurrences: NewOccurrence[]
}

/** Occurrences that are kept of a group: the last ones are the ones that are looked at. */
const keptOccurrences = 100

/** @returns how many of the groups are new; one that was resolved and happens again is open again, and not new */
export const keepErrors = async (db: Database, groups: readonly PendingGroup[]): Promise<number> =>
  await db.transaction().execute(async (trx) => {
    let fresh = 0
    // In one order in every process, so that two never wait for each other.
    for (const group of groups.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))) {
      const { id, isNew } = await trx
        .insertInto('error_groups')
        .values({
          fingerprint: group.fingerprint,
          error_type: group.type,
          message: group.message,
          place: group.place,
          service: group.service,
          stack: group.stack ?? null,
          sample_trace_id: group.sampleTraceId ?? null,
          occurrences: group.count,
          first_seen: group.firstSeen,
          last_seen: group.lastSeen,
        })
        .onConflict((same) =>
          same.column('fingerprint').doUpdateSet({
            occurrences: sql<number>`error_groups.occurrences + excluded.occurrences`,
            last_seen: sql<Date>`greatest(error_groups.last_seen, excluded.last_seen)`,
            sample_trace_id: sql<string>`coalesce(excluded.sample_trace_id, error_groups.sample_trace_id)`,
            status: 'open',
          }),
        )
        .returning(['id', sql<boolean>`xmax = 0`.as('isNew')])
        .executeTakeFirstOrThrow()
      if (isNew) fresh++
      await sql`
        insert into error_group_counts (group_id, counted_at, occurrences)
        values (${id}, date_bin('5 minutes', ${group.lastSeen}::timestamptz, 'epoch'), ${group.count})
        on conflict (group_id, counted_at)
        do update set occurrences = error_group_counts.occurrences + excluded.occurrences`.execute(trx)
      await trx
        .insertInto('error_occurrences')
        .values(group.occurrences.map((occurrence) => ({ ...occurrence, group_id: id })))
        .execute()
      await sql`
        delete from error_occurrences where group_id = ${id} and created_at < (
          select created_at from error_occurrences where group_id = ${id}
          order by created_at desc offset ${keptOccurrences - 1} limit 1)`.execute(trx)
    }
    return fresh
  })

/** `error_groups`, read at each scrape. */
export const observeErrorGroups = (db: Database): (() => void) =>
  observe('error_groups', async () => {
    const { count } = await db
      .selectFrom('error_groups')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return [{ value: Number(count) }]
  })
