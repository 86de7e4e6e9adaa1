import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api'
import { setGlobalErrorHandler } from '@opentelemetry/core'
import { logger } from './logger.ts'
import { outsideOfRequests } from './request-context.ts'

/**
 * Telemetry's own troubles as a few log lines: each kind at most once a minute, with the number that were kept back.
 * A collector that is away for an hour costs 60 lines, not one for each failed batch.
 */
const quietMs = 60_000
/** Kinds remembered; beyond that all count as one. */
const mostKinds = 50

const kinds = new Map<string, { until: number; suppressed: number }>()

const admitted = (kind: string, now: number): number | undefined => {
  const key = kinds.size >= mostKinds && !kinds.has(kind) ? 'other' : kind
  const known = kinds.get(key)
  if (known && now < known.until) {
    known.suppressed++
    return undefined
  }
  kinds.set(key, { until: now + quietMs, suppressed: 0 })
  return known?.suppressed ?? 0
}

/** Logs that telemetry itself failed at something, throttled by `what`. Never throws. */
export const reportTrouble = (what: string, cause?: unknown): void => {
  const suppressed = admitted(what, Date.now())
  if (suppressed === undefined) return
  try {
    const reason = cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : cause
    const fields = { ...(reason !== undefined && { reason }), ...(suppressed > 0 && { suppressed }) }
    outsideOfRequests(() => logger('telemetry').warn(fields, what))
  } catch {
    // Telemetry never throws into the service.
  }
}

const textOf = (args: unknown[]): string =>
  args
    .map((arg) => (arg instanceof Error ? arg.message : typeof arg === 'string' ? arg : ''))
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, 300)

/** The SDK's own messages, warnings and errors only, through `reportTrouble`. */
const throttled: DiagLogger = {
  error: (...args) => reportTrouble(textOf(args).replaceAll(/\d+/g, 'N')),
  warn: (...args) => reportTrouble(textOf(args).replaceAll(/\d+/g, 'N')),
  info: () => {},
  debug: () => {},
  verbose: () => {},
}

/** Sends the SDK's messages and export errors into our log. `OTEL_LOG_LEVEL` brings back the SDK's own console logger. */
export const listenToSdk = (): void => {
  if (!process.env.OTEL_LOG_LEVEL) diag.setLogger(throttled, { logLevel: DiagLogLevel.WARN })
  setGlobalErrorHandler((error) =>
    reportTrouble('the collector cannot be reached or refuses; records are dropped and counted', error),
  )
}
