import type { Database } from './db/database.ts'
import { publish } from './realtime/publish.ts'
import { counter } from './telemetry/instruments.ts'

/** The events of the lead workflow; others are custom. */
export const workflowEvents = [
  'workflow_complete',
  'calendar_event_created',
  'sales_notified',
  'geo_tag_added',
] as const

export interface BusinessEvent {
  readonly workspaceId: string
  /** `workflow_complete`, `invoice_sent` …: letters, digits and underscores, up to 60 characters. */
  readonly type: string
  /** Ids and small facts, no texts of people. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

const counted = counter('crm_events_total')

/** What may be a label. */
export const eventTypePattern = /^[a-z][a-z0-9_]{0,59}$/

/**
 * Notes that something happened, in the database and in `crm_events_total`. In a transaction the row is part of it.
 * @throws RangeError when the type is no name
 */
export const trackEvent = async (db: Database, { workspaceId, type, metadata = {} }: BusinessEvent): Promise<void> => {
  if (!eventTypePattern.test(type))
    throw new RangeError('an event type has lower-case letters, digits and underscores, 60 at most')
  await db
    .insertInto('business_events')
    .values({ workspace_id: workspaceId, type, metadata: JSON.stringify(metadata) })
    .execute()
  await publish(db, { workspaceId, type: 'event.tracked', data: { event: type } })
  counted.add(1, { event_type: type })
}

export interface EventCount {
  readonly type: string
  readonly count: number
}

/** Each type of event of a workspace with how often it happened, the most frequent first. */
const countEvents = async (db: Database, workspaceId: string): Promise<EventCount[]> => {
  const rows = await db
    .selectFrom('business_events')
    .select(({ fn }) => ['type', fn.countAll<string>().as('count')])
    .where('workspace_id', '=', workspaceId)
    .groupBy('type')
    .orderBy('count', 'desc')
    .orderBy('type')
    .execute()
  return rows.map(({ type, count }) => ({ type, count: Number(count) }))
}

export interface EventMetrics {
  readonly totalEvents: number
  readonly eventsByType: Readonly<Record<string, number>>
}

/** How often each type of event happened in a workspace, as far back as events are kept. */
export const getMetrics = async (db: Database, workspaceId: string): Promise<EventMetrics> => {
  const counts = await countEvents(db, workspaceId)
  return {
    totalEvents: counts.reduce((sum, { count }) => sum + count, 0),
    eventsByType: Object.fromEntries(counts.map(({ type, count }) => [type, count])),
  }
}

/** The `n` most frequent types of event in a workspace. */
export const getTopEvents = async (db: Database, workspaceId: string, n: number): Promise<EventCount[]> =>
  (await countEvents(db, workspaceId)).slice(0, n)

export interface ListedEvent extends Pick<BusinessEvent, 'type'> {
  readonly id: string
  readonly metadata: Record<string, unknown>
  readonly createdAt: string
}

/** The events of a workspace, newest first. @param options.cursor the id after which the page begins */
export const listEvents = async (
  db: Database,
  workspaceId: string,
  options: { readonly limit: number; readonly cursor?: string | undefined; readonly type?: string | undefined },
): Promise<{ events: ListedEvent[]; nextCursor: string | null }> => {
  const { limit, cursor, type } = options
  let query = db
    .selectFrom('business_events')
    .select(['id', 'type', 'metadata', 'created_at'])
    .where('workspace_id', '=', workspaceId)
  if (type !== undefined) query = query.where('type', '=', type)
  if (cursor !== undefined) query = query.where('id', '<', cursor)
  const rows = await query
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    events: shown.map(({ id, type, metadata, created_at }) => ({
      id,
      type,
      metadata,
      createdAt: created_at.toISOString(),
    })),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** Forgets events: of a workspace, or of all. The counters of metrics go on. @returns how many there were */
export const resetEvents = async (db: Database, workspaceId: string | undefined): Promise<number> => {
  let query = db.deleteFrom('business_events')
  if (workspaceId !== undefined) query = query.where('workspace_id', '=', workspaceId)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}
