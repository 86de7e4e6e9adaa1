import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { outsideOfRequests } from '../telemetry/request-context.ts'
import { within } from '../time-limit.ts'

/** What came of asking something whether it is there. */
export interface Found {
  readonly answers: boolean
  /** How often in a row there was no answer. */
  readonly misses: number
  /** How long the answer took, in milliseconds. */
  readonly ms: number
  readonly at: Date
  readonly lastSuccessAt: Date | undefined
  readonly lastErrorAt: Date | undefined
}

export interface Asker {
  /** Asks; everybody who does at once shares one question. Never throws, and never takes longer than the limit. */
  ask(): Promise<Found>
  last(): Found | undefined
}

/**
 * One question that is asked again and again.
 * @param question answers false, or throws, when the thing cannot be used
 */
export const asker = (question: () => Promise<boolean>, limitMs: number): Asker => {
  let known: Found | undefined
  let asking: Promise<Found> | undefined

  const ask = async (): Promise<Found> => {
    const startedAt = performance.now()
    const answers = await within(limitMs, question()).catch(() => false)
    const at = new Date()
    known = {
      answers,
      misses: answers ? 0 : (known?.misses ?? 0) + 1,
      ms: performance.now() - startedAt,
      at,
      lastSuccessAt: answers ? at : known?.lastSuccessAt,
      lastErrorAt: answers ? known?.lastErrorAt : at,
    }
    asking = undefined
    return known
  }
  return {
    ask: () => {
      // Nobody's request: no spans.
      asking ??= outsideOfRequests(() => context.with(suppressTracing(context.active()), ask))
      return asking
    },
    last: () => known,
  }
}

/**
 * What is read at most once at a time: a database that hangs must not pile up what waits for it.
 * @returns the last that was read, where nothing comes within the limit; it may be undefined
 */
export const reader = <T>(read: () => Promise<T>, limitMs: number): (() => Promise<T | undefined>) => {
  let last: T | undefined
  let reading: Promise<T> | undefined
  return async () => {
    reading ??= read()
      .then((value) => {
        last = value
        return value
      })
      .finally(() => {
        reading = undefined
      })
    return await within(limitMs, reading).catch(() => last)
  }
}
