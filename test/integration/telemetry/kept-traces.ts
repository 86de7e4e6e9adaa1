import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n)

/** A span of a server as the collector writes it; milliseconds since 1970. */
export const keptSpan = (span: {
  readonly traceId: string
  readonly id: string
  /** '' for a root. */
  readonly parent: string
  readonly name: string
  readonly startMs: number
  readonly ms: number
}) => ({
  traceId: span.traceId,
  spanId: span.id,
  parentSpanId: span.parent,
  name: span.name,
  kind: 2,
  startTimeUnixNano: nanoseconds(span.startMs),
  endTimeUnixNano: nanoseconds(span.startMs + span.ms),
})

/** Writes the collector's file of kept traces, an export a line: of which process, and its span. */
export const keep = async (
  folder: string,
  spans: readonly (readonly [service: string, span: object])[],
): Promise<void> => {
  const lines = spans.map(([service, span]) => {
    const attributes = [{ key: 'service.name', value: { stringValue: service } }]
    return `${JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] })}\n`
  })
  await writeFile(join(folder, 'kept.jsonl'), lines.join(''))
}
