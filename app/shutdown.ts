import { logger } from './telemetry/logger.ts'
import { shutdownTelemetry } from './telemetry/shutdown.ts'

/** Milliseconds for everything, telemetry included; the process ends then in any case. */
const limitMs = 8_000

/**
 * Ends the process on SIGTERM or SIGINT (exit code 0), on an error nobody caught (1), or when told to: the steps in order,
 * a failing one does not keep the next from running, and telemetry last. A second signal ends it at once.
 */
export const shutdownBy = (steps: readonly (() => unknown)[]): { readonly fail: (error: unknown) => void } => {
  const log = logger('shutdown')
  let stopping = false
  const stop = async (code: number): Promise<void> => {
    if (stopping) process.exit(code || 1)
    stopping = true
    setTimeout(() => process.exit(code || 1), limitMs).unref()
    for (const step of steps)
      try {
        await step()
      } catch (error) {
        log.warn({ error }, 'a step of the shutdown failed')
      }
    log.info('stopped')
    await shutdownTelemetry()
    process.exit(code)
  }
  const fail = (error: unknown): void => {
    log.error({ error }, 'stopping because of an error')
    if (!stopping) void stop(1)
  }
  process.on('SIGTERM', () => void stop(0))
  process.on('SIGINT', () => void stop(0))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  return { fail }
}

/** For entry points: what kept the service from starting, on stderr without a stack, and exit code 1. */
export const failStart = (error: Error): never => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
