import { join } from 'node:path'
import type { Place } from '../place.ts'
import { urlOf } from '../ports.ts'
import { findExports, type TraceSource } from '../queries/find-trace.ts'
import { type LogLine, runQuery, type Series } from '../queries/run-query.ts'
import { type DetailedSpan, detailedSpans } from '../queries/span-details.ts'
import { parseRange, stepFor, type TimeRange } from '../queries/time-range.ts'

/** The addresses of a running stack, and how its signals are asked for. */
export interface Sites {
  readonly api: string
  readonly prometheus: string
  readonly loki: string
  readonly sandbox: string
  /** Dashboards, runbooks, traces: the console, which runs beside a Grafana too. */
  readonly pages: string
  readonly traces: TraceSource
  /** What has happened long enough ago to have arrived everywhere, and lately enough to be kept. */
  readonly lately: () => TimeRange
  readonly signal: AbortSignal
}

/** A trace is decided 2 to 10 s after its end, and its job may wait; Loki and Prometheus follow within seconds. */
const settledMs = 20_000
const windowMs = 10 * 60_000

export function sitesOf(place: Place, absent: ReadonlySet<string>, signal: AbortSignal): Sites {
  return {
    api: urlOf(place, 'api'),
    prometheus: urlOf(place, 'prometheus'),
    loki: urlOf(place, 'loki'),
    sandbox: urlOf(place, 'sandbox'),
    pages: urlOf(place, 'console', absent.has('grafana') ? 'http' : 'besideGrafana'),
    traces: {
      tempo: absent.has('tempo') ? undefined : urlOf(place, 'tempo'),
      tracesFolder: join(place.data, 'collector', 'traces'),
    },
    lately: () => ({ from: Date.now() - windowMs, to: Date.now() - settledMs }),
    signal,
  }
}

/** The spans of a trace with all that they carry; none where it was not kept, or has not arrived. */
export const trace = async ({ traces, signal }: Sites, traceId: string): Promise<DetailedSpan[]> =>
  detailedSpans(await findExports(traces, traceId, signal), traceId)

/** Log lines, newest first. */
export async function lines(
  { loki, signal }: Sites,
  text: string,
  range: TimeRange = parseRange('now-1h', 'now'),
  limit = 100,
): Promise<readonly LogLine[]> {
  // Lines have no step, but Loki refuses one that would give too many points.
  const asked = { datasource: 'loki', text, mode: 'range', stepMs: stepFor(range, 600, 15_000) } as const
  const found = await runQuery({ loki }, asked, range, { signal, limit })
  return found.kind === 'logs' ? found.lines : []
}

/** Series with their value now, or at the end of the range. */
export async function series(
  { prometheus, signal }: Sites,
  text: string,
  range: TimeRange = parseRange('now-10m', 'now'),
): Promise<readonly Series[]> {
  const asked = { datasource: 'prometheus', text, mode: 'instant', stepMs: 15_000 } as const
  const found = await runQuery({ prometheus }, asked, range, { signal })
  return found.kind === 'series' ? found.series : []
}

/** At most `most` of the items, spread evenly over them. */
export const spread = <Item>(items: readonly Item[], most: number): Item[] =>
  items.length <= most
    ? [...items]
    : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as Item)
