import { type Attributes, logs, SeverityNumber } from '@opentelemetry/api'

/** One log line in parts, already scrubbed. */
export interface LogLine {
  readonly level: string
  readonly message: string
  readonly component: string | undefined
  readonly fields: Readonly<Record<string, unknown>>
}

const severities: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
}

/**
 * Sends a log line as an OTLP record. We send in place of `instrumentation-pino`, which parses each written line again and
 * knows neither our `timestamp` (it would take the time of sending, and keep ours as an attribute) nor our nested `metadata`.
 *
 * Body: the message. Attributes: `component`, `correlationId`, `userId`, `workspaceId`, `metadata.<key>` (what is nested
 * deeper is JSON), errors as `exception.type`, `exception.message`, `exception.stacktrace`. Trace context: the active span's.
 */
export const sendLogRecord = (line: LogLine): void => {
  const attributes: Attributes = {}
  if (line.component !== undefined) attributes.component = line.component
  for (const [key, value] of Object.entries(line.fields)) {
    if (key === 'metadata') flatten(value, attributes)
    else if (key === 'error') exception(value, attributes)
    else attributes[key] = plain(value)
  }
  const now = Date.now()
  logs.getLogger('crm').emit({
    timestamp: now,
    observedTimestamp: now,
    severityNumber: severities[line.level] ?? SeverityNumber.UNSPECIFIED,
    severityText: line.level,
    body: line.message,
    attributes,
  })
}

const plain = (value: unknown): string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)

const flatten = (metadata: unknown, into: Attributes): void => {
  if (typeof metadata !== 'object' || metadata === null) return
  for (const [key, value] of Object.entries(metadata)) if (value !== null) into[`metadata.${key}`] = plain(value)
}

const exception = (error: unknown, into: Attributes): void => {
  if (typeof error !== 'object' || error === null) return
  for (const [field, attribute] of exceptionFields) {
    const value = (error as Record<string, unknown>)[field]
    if (typeof value === 'string') into[attribute] = value
  }
}

const exceptionFields = [
  ['name', 'exception.type'],
  ['message', 'exception.message'],
  ['stack', 'exception.stacktrace'],
] as const
