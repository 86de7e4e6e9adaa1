import { setTimeout as sleep } from 'node:timers/promises'
import { databaseIsAway } from './errors.ts'
import { logger } from './telemetry/logger.ts'

/** Milliseconds between attempts while the database is away. */
const pauseMs = 1_000

/**
 * Does what a process needs before it can work (migrations, queues), again and again while the database is away.
 * @throws what is wrong other than that; when `signal` aborts it returns without having finished
 */
export const prepare = async (steps: () => Promise<void>, signal: AbortSignal): Promise<void> => {
  const log = logger('start')
  while (!signal.aborted) {
    try {
      return await steps()
    } catch (error) {
      if (signal.aborted) return
      if (!databaseIsAway(error)) throw error
      log.warn({ error }, 'the database does not answer yet; trying again')
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
}
