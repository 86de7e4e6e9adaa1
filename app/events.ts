import type { Database } from './db/database.ts'
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
  counted.add(1, { event_type: type })
}
