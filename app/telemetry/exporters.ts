import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http'
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { logsRequest } from './otlp-logs.ts'
import { spansRequest } from './otlp-spans.ts'

/**
 * The exporters of `exporter-trace-otlp-http` and `exporter-logs-otlp-http` with all their settings, retries and limits, but
 * for one thing: they send protobuf that we write. Protobuf is half the bytes, and the collector reads it for two thirds of
 * the CPU; the SDK's own writer does all its work twice, first to learn the size. `docs/cost.md` has the numbers.
 */

interface Limits {
  /** Requests on their way side by side. */
  readonly concurrencyLimit: number
}

/** What the SDK's exporters do with a batch. */
type Delegate<Item> = ReturnType<typeof createOtlpHttpExportDelegate<Item[], unknown>>

const delegateOf = <Item>(
  signal: 'TRACES' | 'LOGS',
  limits: Limits,
  request: (items: readonly Item[]) => Uint8Array,
  deserializeResponse: (answer: Uint8Array) => unknown,
): Delegate<Item> =>
  createOtlpHttpExportDelegate<Item[], unknown>(
    convertLegacyHttpOptions(limits, signal, `v1/${signal.toLowerCase()}`, {
      'Content-Type': 'application/x-protobuf',
    }),
    { serializeRequest: request, deserializeResponse },
    `lean_otlp_http_${signal.toLowerCase()}_exporter`,
    { name: signal === 'TRACES' ? 'span' : 'log', countItems: (items) => items.length },
    undefined,
  )

export class LeanTraceExporter extends OTLPTraceExporter {
  readonly #delegate

  constructor(limits: Limits) {
    super(limits)
    this.#delegate = delegateOf('TRACES', limits, spansRequest, ProtobufTraceSerializer.deserializeResponse)
  }

  override export(...[spans, done]: Parameters<OTLPTraceExporter['export']>): void {
    this.#delegate.export(spans, done)
  }

  override forceFlush(): Promise<void> {
    return this.#delegate.forceFlush()
  }

  override shutdown(): Promise<void> {
    return this.#delegate.shutdown()
  }
}

export class LeanLogExporter extends OTLPLogExporter {
  readonly #delegate

  constructor(limits: Limits) {
    super(limits)
    this.#delegate = delegateOf('LOGS', limits, logsRequest, ProtobufLogsSerializer.deserializeResponse)
  }

  override export(...[records, done]: Parameters<OTLPLogExporter['export']>): void {
    this.#delegate.export(records, done)
  }

  override forceFlush(): Promise<void> {
    return this.#delegate.forceFlush()
  }

  override shutdown(): Promise<void> {
    return this.#delegate.shutdown()
  }
}
