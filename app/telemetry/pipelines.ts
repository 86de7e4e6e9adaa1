import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { type Backlog, openBacklog } from './backlog.ts'
import { Batches, type BatchSettings } from './batches.ts'
import { openSender } from './exporters.ts'
import { takingLines } from './log-records.ts'
import { writeRecord } from './otlp-logs.ts'
import { writeSpan } from './otlp-spans.ts'
import { scrubSpans } from './scrub-spans.ts'
import { shedRecords, shedSpans } from './shedding.ts'
import { takingOurs } from './span-queue.ts'

/** The ways of spans and log records to the collector; absent where a standard variable asks for another exporter. */
export interface Pipelines {
  readonly spanProcessors?: SpanProcessor[]
  readonly logRecordProcessors?: LogRecordProcessor[]
  /** Sends what is queued and waits for its answers, also where some of it fails. Never rejects. */
  flush(): Promise<void>
}

const positive = (text: string | undefined): number | undefined => {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : undefined
}

/** The batch processor's settings from its standard variables. `applyDefaults` sets most of them. */
const batch = (prefix: 'OTEL_BSP' | 'OTEL_BLRP', env: NodeJS.ProcessEnv): BatchSettings => {
  const maxQueueSize = positive(env[`${prefix}_MAX_QUEUE_SIZE`]) ?? 2_048
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(positive(env[`${prefix}_MAX_EXPORT_BATCH_SIZE`]) ?? 512, maxQueueSize),
    scheduledDelayMillis: positive(env[`${prefix}_SCHEDULE_DELAY`]) ?? 1_000,
    exportTimeoutMillis: positive(env[`${prefix}_EXPORT_TIMEOUT`]) ?? 30_000,
  }
}

/** How a signal goes by OTLP over HTTP, which is ours to set up; undefined: every other choice is left to the SDK. */
const byHttp = (signal: 'TRACES' | 'LOGS', env: NodeJS.ProcessEnv): 'protobuf' | 'json' | undefined => {
  if (env[`OTEL_${signal}_EXPORTER`]?.trim() !== 'otlp') return undefined
  const protocol = env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL
  if (protocol === 'http/protobuf') return 'protobuf'
  return protocol === 'http/json' ? 'json' : undefined
}

/** A flush sends all batches of a full queue at once (16,384 / 512); the SDK's own limit of 30 would drop the last two. */
const concurrencyLimit = 64

const quietly = (work: Promise<void> | undefined): Promise<void> => Promise.resolve(work).catch(() => {})

/** What both signals' processors have in common. */
interface Ending {
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

const ending = (batches: { flush(): Promise<void>; shutdown(): Promise<void> }): Ending => ({
  forceFlush: () => batches.flush(),
  shutdown: () => batches.shutdown(),
})

/** Spans to the collector. */
const spansBy = (protocol: 'protobuf' | 'json', settings: BatchSettings, backlog: Backlog): SpanProcessor => {
  if (protocol === 'protobuf') {
    const batches = new Batches(writeSpan, openSender('TRACES', concurrencyLimit), settings, backlog.settle)
    return { onStart: () => {}, onEnd: (span) => batches.add(span), ...ending(batches) }
  }
  const exporter = new OTLPTraceExporter({ concurrencyLimit })
  const processor = new BatchSpanProcessor({ exporter, selfObsMeterProvider: backlog.meterProvider, ...settings })
  const { forceFlush } = processor
  // The processor gives up at the first batch that fails; the exporter knows of the others still on their way.
  processor.forceFlush = () => quietly(forceFlush.call(processor)).then(() => quietly(exporter.forceFlush()))
  return processor
}

/** Log records to the collector. */
const recordsBy = (protocol: 'protobuf' | 'json', settings: BatchSettings, backlog: Backlog): LogRecordProcessor => {
  if (protocol === 'protobuf') {
    const batches = new Batches(writeRecord, openSender('LOGS', concurrencyLimit), settings, backlog.settle)
    return { onEmit: (record) => batches.add(record), ...ending(batches) }
  }
  const exporter = new OTLPLogExporter({ concurrencyLimit })
  return new BatchLogRecordProcessor({ exporter, selfObsMeterProvider: backlog.meterProvider, ...settings })
}

/** Batches in bounded queues; spans are scrubbed, what is dropped and what is acknowledged is counted. */
export const pipelines = (env: NodeJS.ProcessEnv): Pipelines => {
  const flushes: (() => Promise<void>)[] = []
  let spanProcessors: SpanProcessor[] | undefined
  let logRecordProcessors: LogRecordProcessor[] | undefined
  const [traces, logs] = [byHttp('TRACES', env), byHttp('LOGS', env)]
  if (traces) {
    const settings = batch('OTEL_BSP', env)
    const backlog = openBacklog('traces', settings.maxQueueSize)
    const processor = spansBy(traces, settings, backlog)
    spanProcessors = [scrubSpans(), takingOurs(shedSpans(processor, backlog))]
    flushes.push(() => quietly(processor.forceFlush()))
  }
  if (logs) {
    const settings = batch('OTEL_BLRP', env)
    const backlog = openBacklog('logs', settings.maxQueueSize)
    const processor = recordsBy(logs, settings, backlog)
    logRecordProcessors = [takingLines(shedRecords(processor, backlog))]
    flushes.push(() => quietly(processor.forceFlush()))
  }
  return {
    ...(spanProcessors && { spanProcessors }),
    ...(logRecordProcessors && { logRecordProcessors }),
    flush: async () => {
      await Promise.all(flushes.map((flush) => flush()))
    },
  }
}
