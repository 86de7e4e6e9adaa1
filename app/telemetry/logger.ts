import { createRequire } from 'node:module'
import { format } from 'node:util'
import { context, INVALID_TRACEID, type SpanContext, trace } from '@opentelemetry/api'
import { type Bindings, type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { sendLogRecord } from './log-records.ts'
import { scrub, scrubError, scrubReason, scrubText } from './privacy.ts'
import { requestContext } from './request-context.ts'
import { errorSeen } from './seen-errors.ts'
import { type Environment, environment, serviceName, telemetryDisabled } from './settings.ts'

export { type RequestContext, requestContext, setRequestContext, withRequestContext } from './request-context.ts'

export const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof logLevels)[number]

const defaultLevels: Readonly<Record<Environment, LogLevel>> = {
  production: 'info',
  staging: 'debug',
  development: 'debug',
  test: 'warn',
}

/** `LOG_LEVEL` where it is one of ours, else by `APP_ENV`. */
export const logLevel = (env: NodeJS.ProcessEnv = process.env): LogLevel =>
  logLevels.find((level) => level === env.LOG_LEVEL?.toLowerCase()) ?? defaultLevels[environment(env)]

/** Fields that stand at the top of a line; everything else that a caller passes goes into `metadata`. */
const topFields = new Set(['correlationId', 'userId', 'workspaceId', 'operation', 'tenantId', 'integrationId'])

/** What a caller passed, as the line's own fields; a value that cannot be read costs its fields, not the line. */
const readable = (passed: unknown): Record<string, unknown> => {
  try {
    return fieldsOf(passed)
  } catch {
    return { ...requestContext(), metadata: { unreadable: true } }
  }
}

/** Fields scrubbed, with the request's context. @throws what a getter of the passed value throws */
const fieldsOf = (passed: unknown): Record<string, unknown> => {
  const fields: Record<string, unknown> = { ...requestContext() }
  const metadata: Record<string, unknown> = {}
  if (passed instanceof Error) fields.error = scrubError(passed)
  else if (typeof passed === 'object' && passed !== null)
    for (const [key, value] of Object.entries(passed)) {
      if ((key === 'error' || key === 'err') && value !== undefined) fields.error = scrubError(value)
      else if (topFields.has(key)) fields[key] = scrub(value)
      else if (key === 'metadata') Object.assign(metadata, scrub(value))
      else metadata[key] = value
    }
  if (Object.keys(metadata).length > 0) fields.metadata = scrub(metadata)
  return fields
}

const messageOf = (passed: unknown, message: unknown, rest: readonly unknown[]): string => {
  if (typeof message === 'string') return scrubText(rest.length > 0 ? format(message, ...rest.map(placed)) : message)
  const error = errorIn(passed)
  return error instanceof Error ? scrubReason(error.message) : ''
}

/** What stands at a placeholder: ids, numbers, words. Text with spaces is somebody's. */
const placed = (part: unknown): unknown => (typeof part === 'string' && /\s/.test(part) ? '[text]' : scrub(part))

/** What was passed as the error, or as `error` or `err`. */
const errorIn = (passed: unknown): unknown => {
  if (passed instanceof Error) return passed
  const { error, err } = (passed ?? {}) as { error?: unknown; err?: unknown }
  return error ?? err
}

/** The active span's, by whose ids a line on stdout is found in its trace. OTLP records carry them in fields of their own. */
const activeSpan = (): SpanContext | undefined => {
  const active = disabled ? undefined : trace.getSpanContext(context.active())
  return active?.traceId === INVALID_TRACEID ? undefined : active
}

const components = new WeakMap<Logger, string>()
const componentOf = (child: Logger): string | undefined => {
  const known = components.get(child)
  if (known !== undefined) return known
  const { component } = child.bindings()
  if (typeof component !== 'string') return undefined
  components.set(child, component)
  return component
}

/** `OTEL_SDK_DISABLED`, read once: the environment is slow to read for each line. */
const disabled = telemetryDisabled()

/** Every line passes here once: scrubbed for stdout and for OTLP alike. */
const logMethod: NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']> = function logMethod(
  args,
  method,
  level,
) {
  const [first, ...others] = args as unknown[]
  const [passed, message, ...rest] = typeof first === 'string' ? [undefined, first, ...others] : [first, ...others]
  const fields = readable(passed)
  const text = messageOf(passed, message, rest)
  const span = activeSpan()
  // The message is passed as an argument of `%s`: a per cent sign in it is not a placeholder.
  method.call(this, span ? { trace_id: span.traceId, span_id: span.spanId, ...fields } : fields, '%s', text)
  if (this.levels.labels[level] === 'error') errorSeen(errorIn(passed), { component: componentOf(this) })
  if (disabled) return
  try {
    sendLogRecord(
      { level: this.levels.labels[level] ?? 'info', message: text, component: componentOf(this), fields },
      span,
    )
  } catch {
    // The line is on stdout; a record that cannot be sent must not break the caller.
  }
}

/** Options of every logger: field names, levels and scrubbing. */
const options = (env: NodeJS.ProcessEnv): LoggerOptions => ({
  level: logLevel(env),
  messageKey: 'message',
  errorKey: 'error',
  base: { service: serviceName(env) },
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
  formatters: {
    level: (label) => ({ level: label }),
  },
  // Errors come as plain objects already; pino's own serializer would add a type to them.
  serializers: { error: (error: unknown) => error },
  hooks: { logMethod },
})

/** Bytes that may wait for a slow reader of stdout before lines are dropped. */
const longestBacklog = 16 * 1024 * 1024

/** stdout without ever waiting for its reader; coloured for people in development on a terminal. */
const standardOutput = (env: NodeJS.ProcessEnv): DestinationStream => {
  if (environment(env) === 'development' && process.stdout.isTTY) {
    // Loaded only here: production installs need not have it.
    const pretty = createRequire(import.meta.url)('pino-pretty') as (options: object) => DestinationStream
    return pretty({
      messageKey: 'message',
      timestampKey: 'timestamp',
      errorKey: 'error',
      ignore: 'service,trace_flags',
    })
  }
  const destination = pino.destination({ dest: 1, sync: false, maxLength: longestBacklog })
  process.once('exit', () => {
    try {
      destination.flushSync()
    } catch {
      // Not opened yet, or the reader is gone: nothing more can be done.
    }
  })
  // A reader that went away (EPIPE) must not end the service.
  destination.on('error', () => {})
  return destination
}

let root: Logger | undefined

/** A root logger of its own; tests pass their own destination. */
export const createRootLogger = (env: NodeJS.ProcessEnv = process.env, destination = standardOutput(env)): Logger => {
  const logger = pino(options(env), destination)
  const child = logger.child
  // pino applies no formatter to what a child is bound to; children of children inherit this method.
  logger.child = function scrubbed(this: Logger, bindings: Bindings, ...rest: never[]) {
    return child.call(this, scrub(bindings) as Bindings, ...rest)
  } as typeof child
  return logger
}

/**
 * The logger of one part of the service: JSON lines `{ level, timestamp, service, component, message, metadata?,
 * correlationId?, userId?, workspaceId?, trace_id, span_id, error? }`.
 *
 * `log.info({ contactId }, 'contact created')` puts `contactId` under `metadata`; `log.error({ error }, 'enrichment failed')`
 * puts `{ name, message, stack }` under `error`.
 */
export const logger = (component: string): Logger => {
  root ??= createRootLogger()
  return root.child({ component })
}
