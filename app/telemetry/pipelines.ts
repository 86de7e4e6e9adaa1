import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { openBacklog } from './backlog.ts'
import { LeanLogExporter, LeanTraceExporter } from './exporters.ts'
import { takingFinished } from './finished-spans.ts'
import { takingLines } from './log-records.ts'
import { scrubSpans } from './scrub-spans.ts'
import { shedRecords, shedSpans } from './shedding.ts'

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

/** The batch processor's settings from its standard variables, without those that are unset. */
const batch = (prefix: 'OTEL_BSP' | 'OTEL_BLRP', env: NodeJS.ProcessEnv) => {
  const settings = {
    maxQueueSize: positive(env[`${prefix}_MAX_QUEUE_SIZE`]),
    maxExportBatchSize: positive(env[`${prefix}_MAX_EXPORT_BATCH_SIZE`]),
    scheduledDelayMillis: positive(env[`${prefix}_SCHEDULE_DELAY`]),
    exportTimeoutMillis: positive(env[`${prefix}_EXPORT_TIMEOUT`]),
  }
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<Record<keyof typeof settings, number>>
}

/** How a signal goes by OTLP over HTTP, which is ours to set up; undefined: every other choice is left to the SDK. */
const byHttp = (signal: 'TRACES' | 'LOGS', env: NodeJS.ProcessEnv): 'protobuf' | 'json' | undefined => {
  if (env[`OTEL_${signal}_EXPORTER`]?.trim() !== 'otlp') return undefined
  const protocol = env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL
  if (protocol === 'http/protobuf') return 'protobuf'
  return protocol === 'http/json' ? 'json' : undefined
}

/** The processors' own default. */
const unsetQueueSize = 2_048

/** A flush sends all batches of a full queue at once (16,384 / 512); the SDK's own limit of 30 would drop the last two. */
const concurrencyLimit = 64

const quietly = (work: Promise<void> | undefined): Promise<void> => Promise.resolve(work).catch(() => {})

/** Batches in bounded queues; spans are scrubbed, what is dropped and what is acknowledged is counted. */
export const pipelines = (env: NodeJS.ProcessEnv): Pipelines => {
  const flushes: (() => Promise<void>)[] = []
  let spanProcessors: SpanProcessor[] | undefined
  let logRecordProcessors: LogRecordProcessor[] | undefined
  const [traces, logs] = [byHttp('TRACES', env), byHttp('LOGS', env)]
  if (traces) {
    const limits = { concurrencyLimit }
    const exporter = traces === 'protobuf' ? new LeanTraceExporter(limits) : new OTLPTraceExporter(limits)
    const settings = batch('OTEL_BSP', env)
    const backlog = openBacklog('traces', settings.maxQueueSize ?? unsetQueueSize)
    const processor = new BatchSpanProcessor({ exporter, selfObsMeterProvider: backlog.meterProvider, ...settings })
    spanProcessors = [scrubSpans(), takingFinished(shedSpans(processor, backlog))]
    // The processor gives up at the first batch that fails; the exporter knows of the others still on their way.
    flushes.push(() => quietly(processor.forceFlush()).then(() => quietly(exporter.forceFlush())))
  }
  if (logs) {
    const limits = { concurrencyLimit }
    const exporter = logs === 'protobuf' ? new LeanLogExporter(limits) : new OTLPLogExporter(limits)
    const settings = batch('OTEL_BLRP', env)
    const backlog = openBacklog('logs', settings.maxQueueSize ?? unsetQueueSize)
    const selfObsMeterProvider = backlog.meterProvider
    const processor = new BatchLogRecordProcessor({ exporter, selfObsMeterProvider, ...settings })
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
