import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Database } from '../db/database.ts'
import { reportTrouble } from '../telemetry/diagnostics.ts'
import { counter } from '../telemetry/instruments.ts'
import { scrubError } from '../telemetry/privacy.ts'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { type SeenError, seenErrors } from '../telemetry/seen-errors.ts'
import { environment, serviceName } from '../telemetry/settings.ts'
import { fingerprintOf } from './fingerprint.ts'
import { keepErrors, type NewOccurrence, type PendingGroup } from './store.ts'

const flushEveryMs = 2_000

/** What waits for the database: groups, and occurrences of each. Beyond that they are counted in their group only. */
const mostGroups = 200
const mostOccurrences = 10

const longestMessage = 500
const longestStack = 8_000

const occurrences = counter('error_occurrences_total')
const newGroups = counter('error_groups_new_total')

export interface ErrorRecorder {
  /** Writes what waits. @throws when the database is away; what waits then waits on */
  flush(): Promise<void>
  /** Ends the listening, and writes what waits if the database is there. */
  stop(): Promise<void>
}

/**
 * Keeps every error that the process meets in its group, off the path of requests: in batches, in bounded memory, and
 * patiently while the database is away. Never throws into the service.
 */
export const recordErrors = (db: Database): ErrorRecorder => {
  let pending = new Map<string, PendingGroup>()
  let flushing: Promise<void> | undefined
  // So that the first error is a rise.
  occurrences.add(0, { error_type: 'Error' })

  const stopListening = seenErrors.listen((seen) => {
    const { fingerprint, type, place } = fingerprintOf(seen.error, seen.route ?? seen.queue ?? seen.component)
    occurrences.add(1, { error_type: type })
    const known = pending.get(fingerprint)
    if (!known && pending.size >= mostGroups) return
    const { message, stack } = scrubError(seen.error)
    const occurrence = occurrenceOf(seen, message.slice(0, longestMessage))
    if (known) {
      known.count++
      known.lastSeen = seen.at
      known.sampleTraceId ??= seen.traceId
      if (known.occurrences.length < mostOccurrences) known.occurrences.push(occurrence)
      return
    }
    pending.set(fingerprint, {
      fingerprint,
      type,
      place,
      message: occurrence.message,
      service: occurrence.service,
      stack: stack?.slice(0, longestStack),
      sampleTraceId: seen.traceId,
      count: 1,
      firstSeen: seen.at,
      lastSeen: seen.at,
      occurrences: [occurrence],
    })
  })

  const write = async (): Promise<void> => {
    if (pending.size === 0) return
    const taken = pending
    pending = new Map()
    try {
      newGroups.add(await keepErrors(db, [...taken.values()]))
    } catch (error) {
      pending = merged(taken, pending)
      throw error
    }
  }
  const flush = async (): Promise<void> => {
    await flushing?.catch(() => {})
    flushing = write().finally(() => {
      flushing = undefined
    })
    await flushing
  }
  const timer = outsideOfRequests(() =>
    setInterval(() => {
      if (flushing) return
      // Nobody's request: no spans.
      context.with(suppressTracing(context.active()), () => {
        flush().catch((error: unknown) => reportTrouble('errors wait for the database to be kept', error))
      })
    }, flushEveryMs),
  )
  timer.unref()
  return {
    flush,
    stop: async () => {
      stopListening()
      clearInterval(timer)
      await flush().catch(() => {})
    },
  }
}

const occurrenceOf = (
  { at, traceId, context: about, component, route, queue }: SeenError,
  message: string,
): NewOccurrence => ({
  created_at: at,
  message,
  service: serviceName(),
  environment: environment(),
  component: component ?? null,
  route: route ?? null,
  queue: queue ?? null,
  user_id: about.userId ?? null,
  workspace_id: about.workspaceId ?? null,
  trace_id: traceId ?? null,
  correlation_id: about.correlationId ?? null,
})

/** What could not be written, with what came meanwhile, within the same bounds. */
const merged = (older: Map<string, PendingGroup>, newer: Map<string, PendingGroup>): Map<string, PendingGroup> => {
  for (const group of newer.values()) {
    const known = older.get(group.fingerprint)
    if (!known) {
      if (older.size < mostGroups) older.set(group.fingerprint, group)
      continue
    }
    known.count += group.count
    known.lastSeen = group.lastSeen
    known.occurrences.push(...group.occurrences.slice(0, mostOccurrences - known.occurrences.length))
  }
  return older
}
