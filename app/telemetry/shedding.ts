import { SeverityNumber, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { slos } from '../../catalogue/slo.ts'
import { thresholds } from '../../catalogue/thresholds.ts'
import type { Backlog } from './backlog.ts'

/** Seconds from which on a span is slow: its objective's, as tail sampling goes by. */
const slowFrom = (span: ReadableSpan): number => {
  if (span.kind === SpanKind.SERVER) return slos['api-latency'].objective
  return 'db.system.name' in span.attributes ? slos['database-latency'].objective : thresholds.SlowOperations
}

/** What tail sampling would always keep: errors, what was slow, and the two ends of a job. */
const isPreciousSpan = (span: ReadableSpan): boolean => {
  const { kind, duration } = span
  if (span.status.code === SpanStatusCode.ERROR || kind === SpanKind.PRODUCER || kind === SpanKind.CONSUMER) return true
  return duration[0] + duration[1] / 1e9 > slowFrom(span)
}

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
