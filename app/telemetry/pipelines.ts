import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { countLosses } from './losses.ts'
import { scrubSpans } from './scrub-spans.ts'

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

/** Whether a signal goes by OTLP over HTTP in JSON, which is ours to set up; every other choice is left to the SDK. */
const byOtlp = (signal: 'TRACES' | 'LOGS', env: NodeJS.ProcessEnv): boolean =>
  env[`OTEL_${signal}_EXPORTER`]?.trim() === 'otlp' &&
  (env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL) === 'http/json'

/** A flush sends all batches of a full queue at once (16,384 / 512); the SDK's own limit of 30 would drop the last two. */
const concurrencyLimit = 64

const quietly = (work: Promise<void> | undefined): Promise<void> => Promise.resolve(work).catch(() => {})

/** Batches in bounded queues; spans are scrubbed, losses counted. */
export const pipelines = (env: NodeJS.ProcessEnv): Pipelines => {
  const flushes: (() => Promise<void>)[] = []
  let spanProcessors: SpanProcessor[] | undefined
  let logRecordProcessors: LogRecordProcessor[] | undefined
  if (byOtlp('TRACES', env)) {
    const exporter = new OTLPTraceExporter({ concurrencyLimit })
    const settings = { exporter, selfObsMeterProvider: countLosses('traces'), ...batch('OTEL_BSP', env) }
    const processor = new BatchSpanProcessor(settings)
    spanProcessors = [scrubSpans(), processor]
    // The processor gives up at the first batch that fails; the exporter knows of the others still on their way.
    flushes.push(() => quietly(processor.forceFlush()).then(() => quietly(exporter.forceFlush())))
  }
  if (byOtlp('LOGS', env)) {
    const exporter = new OTLPLogExporter({ concurrencyLimit })
    const settings = { exporter, selfObsMeterProvider: countLosses('logs'), ...batch('OTEL_BLRP', env) }
    const processor = new BatchLogRecordProcessor(settings)
    logRecordProcessors = [processor]
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
