import { SeverityNumber, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import type { Backlog } from './backlog.ts'

/** What is slow whatever it is, in seconds: above the objectives of requests and queries that tail sampling goes by. */
const slowSeconds = 0.5

/** What tail sampling would always keep: errors, what was slow, and the two ends of a job. */
const isPreciousSpan = ({ status, kind, duration: [seconds, nanoseconds] }: ReadableSpan): boolean =>
  status.code === SpanStatusCode.ERROR ||
  seconds + nanoseconds / 1e9 > slowSeconds ||
  kind === SpanKind.PRODUCER ||
  kind === SpanKind.CONSUMER

/** Lets into the processor's queue what the backlog admits: under overload ordinary spans are given up first. */
export const shedSpans = (processor: SpanProcessor, backlog: Backlog): SpanProcessor => ({
  onStart: () => {},
  onEnd: (span) => {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return
    if (backlog.admits(isPreciousSpan(span))) processor.onEnd(span)
  },
  forceFlush: () => processor.forceFlush(),
  shutdown: () => processor.shutdown(),
})

/** The same for log records: warnings and errors are given up last. */
export const shedRecords = (processor: LogRecordProcessor, backlog: Backlog): LogRecordProcessor => ({
  onEmit: (record, context) => {
    const isPrecious = (record.severityNumber ?? SeverityNumber.UNSPECIFIED) >= SeverityNumber.WARN
    if (backlog.admits(isPrecious)) processor.onEmit(record, context)
  },
  forceFlush: () => processor.forceFlush(),
  shutdown: () => processor.shutdown(),
})
