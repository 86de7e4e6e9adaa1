import { setTimeout as wait } from 'node:timers/promises'

/**
 * Yields once for each beat, `perSecond` of them, whether or not what earlier beats began has ended: a slow service
 * gets as many requests as a quick one. Beats that are more than a second late are left out, not caught up with.
 */
export async function* pace(perSecond: number, signal: AbortSignal): AsyncGenerator<void> {
  const interval = 1_000 / perSecond
  let next = performance.now()
  while (!signal.aborted) {
    const early = next - performance.now()
    if (early > 0) await pause(early, signal)
    if (signal.aborted) return
    yield
    next = Math.max(next + interval, performance.now() - 1_000)
  }
}

/** Waits, but no longer than until the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined)
