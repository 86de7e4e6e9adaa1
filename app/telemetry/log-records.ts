import { type Attributes, type HrTime, logs, SeverityNumber, type SpanContext } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'

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

let lastMs = 0
let inThisMs = 0

/**
 * Now, and of the lines of one millisecond each a nanosecond later than the one before: so they stay in order, and Loki, which
 * keeps one of two lines of the same time, text and attributes, keeps both.
 */
const timeOfLine = (): HrTime => {
  const now = Date.now()
  inThisMs = now === lastMs ? inThisMs + 1 : 0
  lastMs = now
  const seconds = Math.floor(now / 1_000)
  return [seconds, (now - seconds * 1_000) * 1e6 + inThisMs]
}

/** A log line as a record; its attributes are gathered only when somebody reads them, and our own writer does not. */
export class LineRecord implements ReadableLogRecord {
  readonly line: LogLine
  readonly hrTime: HrTime
  readonly severityNumber: SeverityNumber
  readonly spanContext?: SpanContext
  readonly resource: Resource

  constructor(line: LogLine, spanContext: SpanContext | undefined, resource: Resource) {
    this.line = line
    this.hrTime = timeOfLine()
    this.severityNumber = severityOf(line)
    if (spanContext) this.spanContext = spanContext
    this.resource = resource
  }

  get hrTimeObserved(): HrTime {
    return this.hrTime
  }

  get severityText(): string {
    return this.line.level
  }

  get body(): string {
    return this.line.message
  }

  get attributes(): Attributes {
    return attributesOf(this.line)
  }

  get instrumentationScope(): { name: string } {
    return scope
  }

  get droppedAttributesCount(): number {
    return 0
  }
}

const scope = { name: 'crm' }

const severityOf = ({ level }: LogLine): SeverityNumber => severities[level] ?? SeverityNumber.UNSPECIFIED

/** Where records go, once the SDK has told what process they are of. */
let queue: { readonly processor: LogRecordProcessor; readonly resource: Resource } | undefined

/** What processors are given: a record that they could still change, which ours do not. */
type Emitted = Parameters<LogRecordProcessor['onEmit']>[0]

/** The processor, which from the first record on takes ours as they are. */
export const takingLines = (processor: LogRecordProcessor): LogRecordProcessor => ({
  onEmit: (record, active) => {
    if (queue?.processor !== processor) queue = { processor, resource: record.resource }
    processor.onEmit(record, active)
  },
  forceFlush: () => processor.forceFlush(),
  shutdown: () => processor.shutdown(),
})

/**
 * Sends a log line as an OTLP record. We send in place of `instrumentation-pino`, which parses each written line again and
 * knows neither our `timestamp` (it would take the time of sending, and keep ours as an attribute) nor our nested `metadata`.
 * It goes straight into the exporter's queue; the SDK would copy and check each attribute, and look the trace up twice more.
 *
 * Body: the message. Attributes: `component`, `correlationId`, `userId`, `workspaceId`, `metadata.<key>` (what is nested
 * deeper is JSON), errors as `exception.type`, `exception.message`, `exception.stacktrace`. Trace context: the active span's.
 */
export const sendLogRecord = (line: LogLine, spanContext: SpanContext | undefined): void => {
  if (queue) queue.processor.onEmit(new LineRecord(line, spanContext, queue.resource) as unknown as Emitted)
  else bySdk(line)
}

/** The first record, and all of them where a standard variable asks for another exporter. */
const bySdk = (line: LogLine): void => {
  const now = timeOfLine()
  logs.getLogger('crm').emit({
    timestamp: now,
    observedTimestamp: now,
    severityNumber: severityOf(line),
    severityText: line.level,
    body: line.message,
    attributes: attributesOf(line),
  })
}

const attributesOf = (line: LogLine): Attributes => {
  const attributes: Attributes = {}
  eachAttribute(line, (prefix, key, value) => {
    attributes[prefix + key] = value
  })
  return attributes
}

/** Tells each attribute of a line in two parts of its key, so that nobody joins them who has no need to. */
export const eachAttribute = (
  { component, fields }: LogLine,
  tell: (prefix: '' | 'metadata.', key: string, value: string | number | boolean) => void,
): void => {
  if (component !== undefined) tell('', 'component', component)
  for (const key in fields) {
    const value = fields[key]
    if (key === 'metadata') {
      for (const name in value as object) {
        const field = (value as Record<string, unknown>)[name]
        if (field !== null && field !== undefined) tell('metadata.', name, plain(field))
      }
    } else if (key === 'error') tellError(value, tell)
    else if (value !== undefined) tell('', key, plain(value))
  }
}

const plain = (value: unknown): string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)

const tellError = (error: unknown, tell: Parameters<typeof eachAttribute>[1]): void => {
  if (typeof error !== 'object' || error === null) return
  for (const [field, attribute] of exceptionFields) {
    const value = (error as Record<string, unknown>)[field]
    if (typeof value === 'string') tell('', attribute, value)
  }
}

const exceptionFields = [
  ['name', 'exception.type'],
  ['message', 'exception.message'],
  ['stack', 'exception.stacktrace'],
] as const
