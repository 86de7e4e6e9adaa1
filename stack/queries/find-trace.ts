import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LogQuery, logs } from '../../catalogue/logql.ts'
import { oneOf } from '../../catalogue/promql.ts'
import { ask } from './http.ts'

/** Ids in hexadecimal, as logs carry them; times in milliseconds, the start since 1970. */
export interface Span {
  readonly spanId: string
  /** '' for a root. */
  readonly parentId: string
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  readonly startMs: number
  readonly durationMs: number
  /** Undefined when all went well; the exception or the error's type, else 'error'. */
  readonly error: string | undefined
}

/** In the order of OTLP's numbers. */
const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
export type SpanKind = (typeof kinds)[number]

/** Tempo's address; without one the collector's folder of kept traces is read. */
export interface TraceSource {
  readonly tempo?: string | undefined
  readonly tracesFolder: string
}

/** All spans of a trace that have arrived so far, oldest first. @throws when Tempo cannot be asked */
export const findTrace = async (source: TraceSource, traceId: string, signal: AbortSignal): Promise<Span[]> =>
  spansOf(await findExports(source, traceId, signal), traceId)

/** The same as it was exported, with all that spans carry. Other traces of the same export may stand among it. */
export const findExports = async (
  { tempo, tracesFolder }: TraceSource,
  traceId: string,
  signal: AbortSignal,
): Promise<OtlpTraces[]> => (tempo === undefined ? inFiles(tracesFolder, traceId) : inTempo(tempo, traceId, signal))

/** What api and worker logged during the trace. */
export const logsOfTrace = (traceId: string): LogQuery =>
  logs({ service_name: oneOf('api', 'worker', 'mcp') }, { trace_id: traceId })

const inTempo = async (tempo: string, traceId: string, signal: AbortSignal): Promise<OtlpTraces[]> => {
  const url = `${tempo}/api/v2/traces/${traceId}`
  const response = await ask(url, signal)
  if (response.status === 404) return []
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const { trace } = (await response.json()) as { trace?: OtlpTraces }
  return [trace ?? {}]
}

/** The collector keeps the last sampled traces in a rotated file, an export of many traces a line. */
const inFiles = async (folder: string, traceId: string): Promise<OtlpTraces[]> => {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.jsonl'))
  const exports = await Promise.all(
    files.map(async (file) => {
      // Rotated away since it was listed: the next look finds it under its new name.
      const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0))
      // Up to 25 MB each: most of them need not become text.
      if (!bytes.includes(traceId)) return []
      // What stands behind the last line break is still being written.
      const lines = bytes.toString().split('\n').slice(0, -1)
      return lines.filter((line) => line.includes(traceId)).map((line) => JSON.parse(line) as OtlpTraces)
    }),
  )
  return exports.flat()
}

/** OTLP in JSON, as far as it is read here. The collector writes ids in hexadecimal and enums as numbers, as OTLP says;
 *  Tempo ids in base64 and enums by name, as protobuf says. */
export interface OtlpTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] }
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[]
  }[]
}

export interface Attribute {
  readonly key: string
  readonly value: {
    readonly stringValue?: string
    readonly intValue?: string | number
    readonly doubleValue?: number
    readonly boolValue?: boolean
    readonly arrayValue?: { readonly values?: readonly Attribute['value'][] }
  }
}

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind?: number | string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly Attribute[]
  readonly events?: readonly {
    readonly name: string
    readonly timeUnixNano?: string
    readonly attributes?: readonly Attribute[]
  }[]
  readonly status?: { readonly code?: number | string }
}

/** The spans of one trace, each once, oldest first. */
export const spansOf = (exports: readonly OtlpTraces[], traceId: string): Span[] => {
  const found = new Map<string, Span>()
  for (const { resource, scopeSpans } of exports.flatMap(({ resourceSpans }) => resourceSpans ?? [])) {
    const service = text(resource?.attributes, 'service.name') ?? ''
    for (const span of (scopeSpans ?? []).flatMap(({ spans }) => spans ?? [])) {
      if (hex(span.traceId) === traceId) found.set(hex(span.spanId), readSpan(service, span))
    }
  }
  return [...found.values()].sort((a, b) => a.startMs - b.startMs)
}

const readSpan = (service: string, span: OtlpSpan): Span => {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)]
  return {
    spanId: hex(span.spanId),
    parentId: hex(span.parentSpanId ?? ''),
    service,
    name: span.name,
    kind: kindOf(span.kind),
    // A number does not hold nanoseconds since 1970; microseconds it does.
    startMs: Number(start / 1_000n) / 1e3,
    durationMs: Number(end - start) / 1e6,
    error: errorOf(span),
  }
}

const errorOf = ({ status, attributes, events = [] }: OtlpSpan): string | undefined => {
  if (status?.code !== 2 && status?.code !== 'STATUS_CODE_ERROR') return undefined
  const exception = events.find(({ name }) => name === 'exception')?.attributes
  const said = [text(exception, 'exception.type'), text(exception, 'exception.message')].filter(Boolean)
  return said.join(': ') || text(attributes, 'error.type') || 'error'
}

const kindOf = (kind: number | string = 0): SpanKind =>
  (typeof kind === 'number' ? kinds[kind] : kinds.find((name) => kind === `SPAN_KIND_${name.toUpperCase()}`)) ??
  'unspecified'

const text = (attributes: readonly Attribute[] | undefined, key: string): string | undefined =>
  attributes?.find((attribute) => attribute.key === key)?.value.stringValue

/** 8 or 16 bytes have 16 or 32 digits in hexadecimal, but 12 or 24 characters in base64. */
export const hex = (id: string): string =>
  id.length === 12 || id.length === 24 ? Buffer.from(id, 'base64').toString('hex') : id.toLowerCase()
