import type { InferResponseType } from 'hono/client'
import type { api } from '../../client.ts'

export type TraceSpan = InferResponseType<(typeof api.operations.traces)[':id']['$get'], 200>['spans'][number]

export interface Row {
  readonly span: TraceSpan
  /** How many of those shown it stands below. */
  readonly depth: number
  /** Milliseconds after the trace's beginning. */
  readonly afterMs: number
}

export interface LaidOut {
  readonly rows: readonly Row[]
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
}

const isQuery = ({ attributes }: TraceSpan): boolean => attributes['db.system.name'] !== undefined

/** Spans below those that caused them, in the order in which they began; calls to the database only where they are wanted. */
export const laidOut = (spans: readonly TraceSpan[], withQueries: boolean): LaidOut => {
  const startedAt = Math.min(...spans.map((span) => span.startedAt))
  const endedAt = Math.max(...spans.map((span) => span.startedAt + span.durationMs))
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const children = Map.groupBy(spans, ({ parentId }) => (ids.has(parentId) ? parentId : ''))
  const rows: Row[] = []
  const add = (parentId: string, depth: number): void => {
    const below = (children.get(parentId) ?? []).toSorted((a, b) => a.startedAt - b.startedAt)
    for (const span of below) {
      // One that failed is shown in any case.
      const isShown = withQueries || !isQuery(span) || span.failed
      if (isShown) rows.push({ span, depth, afterMs: span.startedAt - startedAt })
      if (span.spanId !== parentId) add(span.spanId, isShown ? depth + 1 : depth)
    }
  }
  add('', 0)
  return { rows, startedAt, durationMs: Math.max(endedAt - startedAt, 0) }
}
