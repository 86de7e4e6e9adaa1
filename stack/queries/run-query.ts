import type { DatasourceType } from './dashboards.ts'
import type { TimeRange } from './time-range.ts'

/** Base addresses of the servers; one that is absent does not run here. */
export type Backends = Readonly<Partial<Record<DatasourceType, string>>>

export interface Query {
  readonly datasource: DatasourceType
  readonly text: string
  readonly mode: 'range' | 'instant'
  readonly stepMs: number
}

/** [milliseconds since 1970, value]; NaN and infinities are kept. */
export type Point = readonly [number, number]

export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly points: readonly Point[]
}

export interface LogLine {
  readonly timeMs: number
  readonly line: string
  readonly labels: Readonly<Record<string, string>>
}

export interface FoundTrace {
  readonly traceId: string
  readonly rootName: string
  readonly service: string
  readonly startMs: number
  readonly durationMs: number
}

export type QueryResult =
  | { readonly kind: 'series'; readonly series: readonly Series[] }
  | { readonly kind: 'logs'; readonly lines: readonly LogLine[] }
  | { readonly kind: 'traces'; readonly traces: readonly FoundTrace[] }

/**
 * `unavailable`: no such server here, or it does not answer; `refused`: it answered, but not with data (a query it
 * cannot parse, a limit). The message is the server's own.
 */
export class QueryError extends Error {
  readonly kind: 'unavailable' | 'refused'
  constructor(kind: QueryError['kind'], message: string) {
    super(message)
    this.name = 'QueryError'
    this.kind = kind
  }
}

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Longest wait in milliseconds. */
  readonly timeoutMs?: number
  /** Most log lines or traces. */
  readonly limit?: number
}

/** Runs one query over the range. An `instant` one is evaluated at its end. @throws QueryError */
export async function runQuery(
  backends: Backends,
  query: Query,
  range: TimeRange,
  options: RunOptions = {},
): Promise<QueryResult> {
  const base = backends[query.datasource]
  if (!base) throw new QueryError('unavailable', `${query.datasource} does not run here`)
  switch (query.datasource) {
    case 'prometheus':
      return matrix(await get(base, '/api/v1/', promParameters(query, range), options))
    case 'loki':
      return lokiResult(await get(base, '/loki/api/v1/', lokiParameters(query, range, options.limit ?? 100), options))
    case 'tempo':
      return tempo(base, query, range, options)
  }
}

/** Whether nothing at all came back: no series with a point, no line, no trace. */
export function isEmpty(result: QueryResult): boolean {
  if (result.kind === 'logs') return result.lines.length === 0
  if (result.kind === 'traces') return result.traces.length === 0
  return result.series.every(({ points }) => points.length === 0)
}

interface Call {
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
}

function promParameters(query: Query, range: TimeRange): Call {
  if (query.mode === 'instant') {
    return { path: 'query', parameters: { query: query.text, time: String(range.to / 1_000) } }
  }
  const step = query.stepMs / 1_000
  // Aligned to the step, as Grafana does: a refresh then moves no point.
  const start = Math.floor(range.from / 1_000 / step) * step
  const end = Math.floor(range.to / 1_000 / step) * step
  return {
    path: 'query_range',
    parameters: { query: query.text, start: String(start), end: String(end), step: String(step) },
  }
}

function lokiParameters(query: Query, range: TimeRange, limit: number): Call {
  const nanoseconds = (milliseconds: number) => `${Math.round(milliseconds)}000000`
  // A log query has no instant form in Loki: it is asked for its newest lines.
  if (query.mode === 'instant' && isLokiMetric(query.text)) {
    return { path: 'query', parameters: { query: query.text, time: nanoseconds(range.to) } }
  }
  return {
    path: 'query_range',
    parameters: {
      query: query.text,
      start: nanoseconds(range.from),
      end: nanoseconds(range.to),
      step: String(query.stepMs / 1_000),
      limit: String(limit),
      direction: 'backward',
    },
  }
}

/** A query that starts with a stream selector gives lines; anything else (a function, an aggregation) gives numbers. */
const isLokiMetric = (text: string): boolean => !text.trimStart().startsWith('{')

async function tempo(base: string, query: Query, range: TimeRange, options: RunOptions): Promise<QueryResult> {
  const [start, end] = [Math.floor(range.from / 1_000), Math.ceil(range.to / 1_000)].map(String) as [string, string]
  if (
    /\|\s*(rate|count_over_time|min_over_time|max_over_time|avg_over_time|sum_over_time|quantile_over_time|histogram_over_time|compare)\s*\(/.test(
      query.text,
    )
  ) {
    const parameters = { q: query.text, start, end, step: `${query.stepMs / 1_000}s` }
    return tempoSeries(await get(base, '/api/metrics/', { path: 'query_range', parameters }, options))
  }
  const parameters = { q: query.text, start, end, limit: String(options.limit ?? 20) }
  const body = (await get(base, '/api/', { path: 'search', parameters }, options)) as {
    traces?: {
      traceID: string
      rootServiceName?: string
      rootTraceName?: string
      startTimeUnixNano: string
      durationMs?: number
    }[]
  }
  const traces = (body.traces ?? []).map((trace) => ({
    traceId: trace.traceID.padStart(32, '0'),
    rootName: trace.rootTraceName ?? '',
    service: trace.rootServiceName ?? '',
    startMs: Number(BigInt(trace.startTimeUnixNano) / 1_000_000n),
    durationMs: trace.durationMs ?? 0,
  }))
  return { kind: 'traces', traces }
}

async function get(base: string, prefix: string, call: Call, options: RunOptions): Promise<unknown> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 15_000)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  let response: Response
  let text: string
  try {
    response = await fetch(`${base}${prefix}${call.path}?${new URLSearchParams(call.parameters)}`, { signal })
    text = await response.text()
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new QueryError('unavailable', `${base} does not answer (${reason(error)})`)
  }
  if (!response.ok) {
    // Prometheus explains in JSON, Loki and Tempo in plain text. A server that is starting or overloaded says 5xx.
    throw new QueryError(
      response.status >= 500 ? 'unavailable' : 'refused',
      explanation(text) || `HTTP ${response.status}`,
    )
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new QueryError('refused', `${base} answered with something that is not JSON`)
  }
}

function reason(error: unknown): string {
  const { name, cause, message } = error as Error & { cause?: { code?: string } }
  return name === 'TimeoutError' ? 'time limit' : (cause?.code ?? message)
}

function explanation(text: string): string {
  try {
    return String((JSON.parse(text) as { error?: unknown }).error ?? '')
  } catch {
    return text.trim().slice(0, 500)
  }
}

interface PrometheusBody {
  readonly data?: {
    readonly resultType?: string
    readonly result?: unknown
  }
}

interface RawSeries {
  readonly metric?: Record<string, string>
  readonly values?: readonly [number, string][]
  readonly value?: readonly [number, string]
}

function matrix(body: unknown): QueryResult {
  const { resultType, result } = (body as PrometheusBody).data ?? {}
  if (resultType === 'scalar') {
    return { kind: 'series', series: [{ labels: {}, points: [point(result as [number, string])] }] }
  }
  const series = ((result ?? []) as RawSeries[]).map(({ metric, values, value }) => ({
    labels: metric ?? {},
    points: (values ?? (value ? [value] : [])).map(point),
  }))
  return { kind: 'series', series }
}

/** Prometheus writes infinities as +Inf and -Inf. */
const point = ([time, value]: readonly [number, string]): Point => [
  Math.round(time * 1_000),
  value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value),
]

function lokiResult(body: unknown): QueryResult {
  const { resultType, result } = (body as PrometheusBody).data ?? {}
  if (resultType !== 'streams') return matrix(body)
  const lines = ((result ?? []) as { stream: Record<string, string>; values: [string, string][] }[]).flatMap(
    ({ stream, values }) =>
      values.map(([time, line]) => ({ timeMs: Number(BigInt(time) / 1_000_000n), line, labels: stream })),
  )
  return { kind: 'logs', lines: lines.sort((a, b) => b.timeMs - a.timeMs) }
}

/** Tempo's series carry typed label values and leave out zeros (proto3 JSON). */
function tempoSeries(body: unknown): QueryResult {
  interface TempoSeries {
    readonly labels?: { key: string; value?: { stringValue?: string; intValue?: string; boolValue?: boolean } }[]
    readonly samples?: { timestampMs: string; value?: number }[]
  }
  const series = ((body as { series?: TempoSeries[] }).series ?? []).map(({ labels, samples }) => ({
    labels: Object.fromEntries(
      (labels ?? []).map(({ key, value }) => [
        key,
        String(value?.stringValue ?? value?.intValue ?? value?.boolValue ?? ''),
      ]),
    ),
    points: (samples ?? []).map(({ timestampMs, value }): Point => [Number(timestampMs), value ?? 0]),
  }))
  return { kind: 'series', series }
}
