import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { type ProviderName, type ProviderState, providerNames } from './outside.ts'

/** Milliseconds between two rows of a provider that is well. */
const pauseMs = 5_000

/** What the processes together know of a provider. */
export interface ProviderStatus extends ProviderState {
  readonly provider: ProviderName
  /** Undefined: never called since the database was made. */
  readonly updatedAt: Date | undefined
}

/** Every provider's status, for processes that call it seldom or never. The breaker is that of whoever called last. */
export const readProviderStatus = async (db: Database): Promise<readonly ProviderStatus[]> => {
  const rows = await db.selectFrom('provider_status').selectAll().execute()
  return providerNames.map((provider) => {
    const row = rows.find((one) => one.provider === provider)
    const until = row?.rate_limited_until
    return {
      provider,
      breaker: row?.breaker ?? 'closed',
      lastSuccessAt: row?.last_success_at ?? undefined,
      lastErrorAt: row?.last_error_at ?? undefined,
      rateLimitedUntil: until && until.getTime() > Date.now() ? until : undefined,
      updatedAt: row?.updated_at,
    }
  })
}

export interface StatusWriter {
  /** Writes soon, or at once; never throws and is not waited for. */
  note(isUrgent: boolean): void
  /** Ends; what was noted last may not be written. */
  stop(): void
}

/**
 * Keeps the row of one provider up to date, outside of whatever request or transaction is under way.
 * @param onWait told until when another process was asked to wait
 */
export const writeStatus = (
  db: Database,
  provider: ProviderName,
  read: () => ProviderState,
  onWait: (until: Date) => void,
): StatusWriter => {
  let timer: NodeJS.Timeout | undefined
  let isWriting = false
  let isStale = false
  let stopped = false
  let lastAt = Number.NEGATIVE_INFINITY

  const write = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    isWriting = true
    isStale = false
    lastAt = performance.now()
    try {
      const until = await upsert(db, provider, read())
      if (until && until.getTime() > Date.now()) onWait(until)
    } catch (error) {
      if (!stopped) reportTrouble(`cannot keep the status of ${provider}`, error)
    }
    isWriting = false
    if (isStale) begin()
  }
  const begin = (): void => {
    if (!stopped) void outsideOfRequests(write)
  }
  const later = (): void => {
    timer = outsideOfRequests(() => setTimeout(begin, pauseMs))
    timer.unref()
  }

  return {
    note: (isUrgent) => {
      if (stopped) return
      if (isWriting) {
        if (isUrgent) isStale = true
        else if (!timer) later()
        return
      }
      const isDue = performance.now() - lastAt >= pauseMs
      if (isUrgent || isDue) begin()
      else if (!timer) later()
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** @returns until when any process was asked to wait */
const upsert = async (db: Database, provider: ProviderName, state: ProviderState): Promise<Date | null> => {
  const { rate_limited_until } = await db
    .insertInto('provider_status')
    .values({
      provider,
      breaker: state.breaker,
      last_success_at: state.lastSuccessAt ?? null,
      last_error_at: state.lastErrorAt ?? null,
      rate_limited_until: state.rateLimitedUntil ?? null,
      updated_at: new Date(),
    })
    .onConflict((conflict) =>
      conflict.column('provider').doUpdateSet({
        breaker: state.breaker,
        last_success_at: latest('last_success_at'),
        last_error_at: latest('last_error_at'),
        rate_limited_until: latest('rate_limited_until'),
        updated_at: new Date(),
      }),
    )
    .returning('rate_limited_until')
    .executeTakeFirstOrThrow()
  return rate_limited_until
}

/** Of what was written and what is known here; PostgreSQL's `greatest` passes over nulls. */
const latest = (column: 'last_success_at' | 'last_error_at' | 'rate_limited_until') =>
  sql<Date | null>`greatest(${sql.ref(`provider_status.${column}`)}, ${sql.ref(`excluded.${column}`)})`
