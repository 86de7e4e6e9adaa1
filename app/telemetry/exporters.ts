import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http'
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { type Batch, requestOf } from './otlp-batch.ts'

/**
 * What sends batches to the collector: the delegate of `exporter-trace-otlp-http` and `exporter-logs-otlp-http` with all its
 * settings, retries and limits, but for one thing: it sends protobuf that we write. Protobuf is half the bytes, and the
 * collector reads it for two thirds of the CPU; the SDK's own writer does all its work twice, first to learn the size.
 * `docs/cost.md` has the numbers.
 */
export interface Sender {
  /** Sends a batch, with retries. @returns what became of it; never rejects */
  send(batch: Batch): Promise<Outcome>
  shutdown(): Promise<void>
}

export interface Outcome {
  /** Records that the collector did not take: none, some (OTLP's partial success), or all where sending failed. */
  readonly lost: number
  /** Why sending failed. */
  readonly error?: Error
}

type Answer = { readonly partialSuccess?: Partial<Record<'rejectedSpans' | 'rejectedLogRecords', unknown>> | null }

const readers = {
  TRACES: ProtobufTraceSerializer,
  LOGS: ProtobufLogsSerializer,
} as const

/** @param concurrencyLimit requests on their way side by side */
export const openSender = (signal: 'TRACES' | 'LOGS', concurrencyLimit: number): Sender => {
  const path = signal.toLowerCase()
  // The delegate reads an answer and calls back in one go, so that this is of the batch that is called back for.
  let rejected = 0
  const delegate = createOtlpHttpExportDelegate<Batch, Answer>(
    convertLegacyHttpOptions({ concurrencyLimit }, signal, `v1/${path}`, { 'Content-Type': 'application/x-protobuf' }),
    {
      serializeRequest: requestOf,
      deserializeResponse: (bytes) => {
        const answer = readers[signal].deserializeResponse(bytes) as Answer
        rejected = rejectedOf(answer)
        return answer
      },
    },
    `lean_otlp_http_${path}_exporter`,
    { name: signal === 'TRACES' ? 'span' : 'log', countItems: ({ count }) => count },
    undefined,
  )
  return {
    send: (batch) =>
      new Promise((resolve) => {
        const done = ({ code, error }: ExportResult): void => {
          if (code === ExportResultCode.SUCCESS) resolve({ lost: Math.min(rejected, batch.count) })
          else resolve({ lost: batch.count, error: error ?? new Error('the export failed') })
          rejected = 0
        }
        delegate.export(batch, done)
      }),
    shutdown: () => delegate.shutdown(),
  }
}

/** Records that the collector says it has refused, in an answer of 200. */
const rejectedOf = ({ partialSuccess }: Answer): number =>
  Number(partialSuccess?.rejectedSpans ?? partialSuccess?.rejectedLogRecords ?? 0) || 0
