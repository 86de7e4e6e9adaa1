import { askJson } from './http.ts'
import type { TimeRange } from './time-range.ts'

/** One measurement with the trace that it belongs to. */
export interface Exemplar {
  readonly timeMs: number
  readonly value: number
  readonly traceId: string
  readonly spanId: string
  readonly labels: Readonly<Record<string, string>>
}

interface Body {
  readonly data?: readonly {
    readonly seriesLabels: Readonly<Record<string, string>>
    readonly exemplars: readonly {
      readonly labels: Record<string, string>
      readonly value: string
      readonly timestamp: number
    }[]
  }[]
}

/** What Prometheus keeps of single measurements behind a query. @throws when it cannot be asked */
export async function queryExemplars(
  prometheus: string,
  query: string,
  range: TimeRange,
  signal: AbortSignal,
): Promise<Exemplar[]> {
  const parameters = new URLSearchParams({
    query,
    start: String(range.from / 1_000),
    end: String(range.to / 1_000),
  })
  const { data = [] } = await askJson<Body>(`${prometheus}/api/v1/query_exemplars?${parameters}`, signal)
  return data.flatMap(({ seriesLabels, exemplars }) =>
    exemplars.flatMap(({ labels, value, timestamp }) => {
      const { trace_id: traceId, span_id: spanId = '', ...rest } = labels
      if (!traceId) return []
      const { __name__: __, le: ___, ...own } = seriesLabels
      return {
        timeMs: Math.round(timestamp * 1_000),
        value: Number(value),
        traceId,
        spanId,
        labels: { ...own, ...rest },
      }
    }),
  )
}

/**
 * At most `most` of them, spread evenly over the range: of each stretch of time the slowest, which is why one looks, and two
 * from further down, for the slowest may always be the same kind of request.
 */
export function thinned(exemplars: readonly Exemplar[], range: TimeRange, most: number): Exemplar[] {
  const distinct = [...new Map(exemplars.map((each) => [each.traceId, each])).values()]
  if (distinct.length <= most) return distinct
  const width = (range.to - range.from) / Math.floor(most / 3)
  const groups = Map.groupBy(distinct, ({ timeMs }) =>
    Math.floor(Math.min(timeMs - range.from, range.to - range.from - 1) / width),
  )
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => b.value - a.value)
    const ranks = new Set([0, Math.floor(sorted.length / 4), Math.floor(sorted.length / 2)])
    return [...ranks].flatMap((rank) => sorted[rank] ?? [])
  })
}
