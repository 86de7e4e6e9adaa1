import { z } from 'zod'
import type { TraceQuery } from '../../catalogue/traceql.ts'
import { askServer, bodyOf } from './telemetry-server.ts'

/** Tempo's API, as far as operators need it; where no Tempo runs, the stack's console answers the same. */

const name = 'Tempo'

const searchSchema = z.object({
  traces: z
    .array(
      z.object({
        traceID: z.string(),
        rootServiceName: z.string().default(''),
        rootTraceName: z.string().default(''),
        startTimeUnixNano: z.string(),
        durationMs: z.number().default(0),
      }),
    )
    .default([]),
})

export interface FoundTrace {
  /** 32 digits. */
  readonly traceId: string
  readonly root: string
  readonly service: string
  readonly startedAt: Date
  /** Of all its spans together. */
  readonly durationMs: number
}

/** The newest traces of the last while that match. @throws ServerUnavailable */
export const searchTraces = async (
  baseUrl: string,
  { query, limit, seconds }: { readonly query: TraceQuery; readonly limit: number; readonly seconds: number },
  limitMs: number,
): Promise<FoundTrace[]> => {
  const end = Math.ceil(Date.now() / 1_000)
  const asked = new URLSearchParams({
    // Without it Tempo answers the first that it finds.
    q: `${query.text} with (most_recent=true)`,
    limit: String(limit),
    start: String(end - seconds),
    end: String(end),
  })
  const response = await askServer(name, { url: `${baseUrl}/api/search?${asked}`, limitMs })
  const { traces } = await bodyOf(name, response, searchSchema)
  return traces
    .map(({ traceID, rootServiceName, rootTraceName, startTimeUnixNano, durationMs }) => ({
      // It leaves zeros at the beginning out.
      traceId: traceID.padStart(32, '0'),
      root: rootTraceName,
      service: rootServiceName,
      startedAt: new Date(Number(BigInt(startTimeUnixNano) / 1_000_000n)),
      durationMs,
    }))
    .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
    .slice(0, limit)
}

const valueSchema = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
})
const attributesSchema = z.array(z.object({ key: z.string(), value: valueSchema })).default([])

/** OTLP as JSON: Tempo writes ids in base64 and enums by name, as protobuf says; collectors in hexadecimal and as numbers. */
const traceSchema = z.object({
  trace: z
    .object({
      resourceSpans: z
        .array(
          z.object({
            resource: z.object({ attributes: attributesSchema }).optional(),
            scopeSpans: z
              .array(
                z.object({
                  spans: z
                    .array(
                      z.object({
                        traceId: z.string(),
                        spanId: z.string(),
                        parentSpanId: z.string().default(''),
                        name: z.string(),
                        kind: z.union([z.string(), z.number()]).default(0),
                        startTimeUnixNano: z.string(),
                        endTimeUnixNano: z.string(),
                        attributes: attributesSchema,
                        status: z.object({ code: z.union([z.string(), z.number()]).optional() }).optional(),
                      }),
                    )
                    .default([]),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    })
    .optional(),
})

type OtlpSpan = z.output<typeof traceSchema>['trace'] extends infer T
  ? NonNullable<T> extends { resourceSpans: { scopeSpans: { spans: (infer S)[] }[] }[] }
    ? S
    : never
  : never

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
export type SpanKind = (typeof kinds)[number]
export const spanKinds = kinds

export interface TraceSpan {
  readonly spanId: string
  /** '' for a root. */
  readonly parentId: string
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly durationMs: number
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, string>>
}

/** The spans of a trace that have arrived so far, oldest first; none where it is not known. @throws ServerUnavailable */
export const readTrace = async (baseUrl: string, traceId: string, limitMs: number): Promise<TraceSpan[]> => {
  const headers = { accept: 'application/json' }
  const response = await askServer(name, { url: `${baseUrl}/api/v2/traces/${traceId}`, headers, limitMs })
  if (response.status === 404) return []
  const { trace } = await bodyOf(name, response, traceSchema)
  const spans = new Map<string, TraceSpan>()
  for (const { resource, scopeSpans } of trace?.resourceSpans ?? []) {
    const service = textsOf(resource?.attributes ?? [])['service.name'] ?? ''
    for (const span of scopeSpans.flatMap((scope) => scope.spans))
      if (hex(span.traceId).padStart(32, '0') === traceId) spans.set(hex(span.spanId), spanOf(service, span))
  }
  return [...spans.values()].toSorted((a, b) => a.startMs - b.startMs)
}

const spanOf = (service: string, span: OtlpSpan): TraceSpan => {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)]
  return {
    spanId: hex(span.spanId),
    parentId: hex(span.parentSpanId),
    service,
    name: span.name,
    kind: kindOf(span.kind),
    // A number does not hold nanoseconds since 1970; microseconds it does.
    startMs: Number(start / 1_000n) / 1e3,
    durationMs: Number(end - start) / 1e6,
    failed: span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR',
    attributes: textsOf(span.attributes),
  }
}

const kindOf = (kind: string | number): SpanKind =>
  (typeof kind === 'number' ? kinds[kind] : kinds.find((one) => kind === `SPAN_KIND_${one.toUpperCase()}`)) ??
  'unspecified'

const textsOf = (attributes: z.output<typeof attributesSchema>): Record<string, string> =>
  Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      String(stringValue ?? intValue ?? doubleValue ?? boolValue ?? ''),
    ]),
  )

/** 8 or 16 bytes have 16 or 32 digits in hexadecimal, but 12 or 24 characters in base64. */
const hex = (id: string): string =>
  id.length === 12 || id.length === 24 ? Buffer.from(id, 'base64').toString('hex') : id.toLowerCase()
