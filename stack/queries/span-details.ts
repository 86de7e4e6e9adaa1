import { type Attribute, hex, type OtlpTraces, type Span, spansOf } from './find-trace.ts'

/** A span with all that it carries, as text by name. */
export interface DetailedSpan extends Span {
  readonly attributes: Readonly<Record<string, string>>
  /** Of the process that made it. */
  readonly resource: Readonly<Record<string, string>>
  /** Milliseconds after the start of the span. */
  readonly events: readonly {
    readonly name: string
    readonly afterMs: number
    readonly attributes: Readonly<Record<string, string>>
  }[]
}

/** The spans of one trace with their details, each once, oldest first. */
export function detailedSpans(exports: readonly OtlpTraces[], traceId: string): DetailedSpan[] {
  const details = new Map<string, Pick<DetailedSpan, 'attributes' | 'resource' | 'events'>>()
  for (const { resource, scopeSpans } of exports.flatMap(({ resourceSpans }) => resourceSpans ?? [])) {
    for (const span of (scopeSpans ?? []).flatMap(({ spans }) => spans ?? [])) {
      if (hex(span.traceId) !== traceId) continue
      details.set(hex(span.spanId), {
        attributes: textsOf(span.attributes),
        resource: textsOf(resource?.attributes),
        events: (span.events ?? []).map(({ name, timeUnixNano, attributes }) => ({
          name,
          afterMs: timeUnixNano ? Number(BigInt(timeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6 : 0,
          attributes: textsOf(attributes),
        })),
      })
    }
  }
  const none = { attributes: {}, resource: {}, events: [] }
  return spansOf(exports, traceId).map((span) => ({ ...span, ...(details.get(span.spanId) ?? none) }))
}

const textsOf = (attributes: readonly Attribute[] = []): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, textOf(value)]))

function textOf(value: Attribute['value']): string {
  const { stringValue, intValue, doubleValue, boolValue, arrayValue } = value
  if (arrayValue) return (arrayValue.values ?? []).map(textOf).join(', ')
  return String(stringValue ?? intValue ?? doubleValue ?? boolValue ?? '')
}
