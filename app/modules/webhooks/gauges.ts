import { sql } from 'kysely'
import { webhookStatuses } from '../../../catalogue/metrics/values.ts'
import type { Database } from '../../db/database.ts'
import { type EventSource, eventSources, type WebhookStatus } from '../../db/schema-webhooks.ts'
import { observe } from '../../telemetry/instruments.ts'

/** Counting reads an index from end to end: once a quarter of a minute is often enough for a sum that grows slowly. */
const countsFreshMs = 15_000

/** How many events there are by source and status. */
export const observeWebhooks = (db: Database): void => {
  const counts = keptFor(countsFreshMs, () => countEvents(db))
  observe('webhook_events_stored', async () => {
    const rows = await counts()
    return eventSources.flatMap((source) =>
      webhookStatuses.map((status) => ({
        value: rows.find((row) => row.source === source && row.status === status)?.count ?? 0,
        labels: { source, status },
      })),
    )
  })
}

/** How old the oldest pending event of each source is. The api tells it too: it must be known most of all when no worker runs. */
export const observePendingWebhooks = (db: Database): void => {
  observe('webhook_oldest_pending_age_seconds', async () => {
    const { rows } = await sql<{ source: EventSource; seconds: number }>`
      select source, extract(epoch from now() - min(received_at))::float8 as seconds
      from stored_webhook_events where status = 'pending' group by source`.execute(db)
    return eventSources.map((source) => ({
      value: Math.max(0, rows.find((row) => row.source === source)?.seconds ?? 0),
      labels: { source },
    }))
  })
}

interface Count {
  readonly source: EventSource
  readonly status: WebhookStatus
  readonly count: number
}

/** Those that are there, by source and status. */
export const countEvents = async (db: Database): Promise<Count[]> => {
  const { rows } = await sql<Count>`
    select source, status, count(*)::int as count from stored_webhook_events group by source, status`.execute(db)
  return rows
}

/** Reads at most once in a while, and never twice at the same time; a failure is not kept. */
const keptFor = <T>(freshMs: number, read: () => Promise<T>): (() => Promise<T>) => {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined
  return () => {
    if (!kept || Date.now() >= kept.until) {
      const value = read()
      kept = { value, until: Date.now() + freshMs }
      value.catch(() => {
        kept = undefined
      })
    }
    return kept.value
  }
}
