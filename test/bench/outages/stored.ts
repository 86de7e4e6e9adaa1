/** What the backends answer when they are asked for everything of a time. All times in milliseconds since 1970. */
import { lineKey } from './acknowledged.ts'
import { askPatiently } from './patient.ts'

const json = async <T>(url: string): Promise<T> => {
  const response = await askPatiently(url, ({ status }) => status < 500 && status !== 429)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** Loki's limit of one answer. */
const mostLines = 5_000

interface LokiAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>
      readonly values: readonly (readonly [string, string])[]
    }[]
  }
}

/** The lines that Loki has, by their keys. */
export const linesIn = async (loki: string, from: number, until: number): Promise<Set<string>> => {
  const found = new Set<string>()
  const read = async (start: number, end: number): Promise<void> => {
    const query = new URLSearchParams({
      query: '{service_name=~".+"}',
      start: `${start}000000`,
      end: `${end}000000`,
      limit: String(mostLines),
      direction: 'forward',
    })
    const { data } = await json<LokiAnswer>(`${loki}/loki/api/v1/query_range?${query}`)
    const count = data.result.reduce((sum, { values }) => sum + values.length, 0)
    if (count >= mostLines && end - start > 1) {
      const middle = Math.floor((start + end) / 2)
      await read(start, middle)
      return read(middle, end)
    }
    for (const { stream, values } of data.result)
      for (const [ns, line] of values) found.add(lineKey(ns, stream.trace_id, stream.span_id, line))
  }
  for (let start = from; start < until; start += 10_000) await read(start, Math.min(start + 10_000, until))
  return found
}

interface TempoTrace {
  readonly trace?: {
    readonly resourceSpans?: readonly {
      readonly scopeSpans?: readonly { readonly spans?: readonly { readonly spanId: string }[] }[]
    }[]
  }
}

const spanId = (text: string): string =>
  /^[0-9a-f]{16}$/.test(text) ? text : Buffer.from(text, 'base64').toString('hex')

/** The ids of a trace's spans that Tempo has. */
export const spansOf = async (tempo: string, traceId: string): Promise<ReadonlySet<string>> => {
  const response = await askPatiently(`${tempo}/api/v2/traces/${traceId}`)
  // 5xx: it has just come back, and is asked again.
  if (response.status === 404 || response.status >= 500) return new Set()
  if (!response.ok) throw new Error(`Tempo answered ${response.status} for a trace: ${await response.text()}`)
  const { trace } = (await response.json()) as TempoTrace
  const spans = trace?.resourceSpans?.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans))
  return new Set(spans?.map((span) => spanId(span.spanId)))
}

interface Search {
  readonly traces?: readonly {
    readonly spanSets?: readonly { readonly spans?: readonly { readonly spanID: string }[] }[]
  }[]
}

/**
 * The ids of all spans that Tempo finds between two times: quick, and not complete, since a search has limits. What is
 * missing here must be asked for trace by trace.
 */
export const spansIn = async (tempo: string, from: number, until: number): Promise<Set<string>> => {
  const found = new Set<string>()
  const stepSeconds = 15
  for (let start = Math.floor(from / 1_000); start < until / 1_000; start += stepSeconds) {
    const query = new URLSearchParams({
      q: '{}',
      start: String(start),
      end: String(start + stepSeconds),
      limit: '5000',
      spss: '100',
    })
    const { traces = [] } = await json<Search>(`${tempo}/api/search?${query}`)
    for (const { spanSets = [] } of traces)
      for (const { spans = [] } of spanSets) for (const { spanID } of spans) found.add(spanID.padStart(16, '0'))
  }
  return found
}

interface Matrix {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly values: readonly (readonly [number, string])[]
    }[]
  }
}

/** Raw samples of all series that match. Times are those of the samples, in seconds. */
const samples = async (prometheus: string, selector: string, from: number, until: number): Promise<Matrix> => {
  const range = Math.ceil((until - from) / 1_000)
  const query = new URLSearchParams({ query: `${selector}[${range}s]`, time: String(until / 1_000) })
  return json<Matrix>(`${prometheus}/api/v1/query?${query}`)
}

/** A scrape, as Prometheus has it: when it was, how many samples it had, and how many of them are there. */
export interface StoredScrape {
  readonly at: number
  readonly scraped: number
  readonly stored: number
}

/** What a scrape itself adds: up, scrape_duration_seconds, and three about its samples. */
const addedByScrape = 5
/** `target_info` is passed on as attributes of the resource, and stored at a time of its own. */
const storedElsewhere = 1

/** Every scrape of one process, oldest first. `stored` leaves out what a scrape adds by itself. */
export const scrapesIn = async (
  prometheus: string,
  job: string,
  from: number,
  until: number,
): Promise<StoredScrape[]> => {
  const scraped = new Map<number, number>()
  const stored = new Map<number, number>()
  const sliceMs = 60_000
  for (let start = from; start < until; start += sliceMs) {
    const end = Math.min(start + sliceMs, until)
    const { data } = await samples(prometheus, `{job="${job}",__name__!~"traces_.*|target_info"}`, start, end)
    for (const { metric, values } of data.result)
      for (const [time, value] of values) {
        const at = Math.round(time * 1_000)
        stored.set(at, (stored.get(at) ?? 0) + 1)
        if (metric.__name__ === 'scrape_samples_scraped') scraped.set(at, Number(value))
      }
  }
  return [...scraped]
    .sort(([a], [b]) => a - b)
    .map(([at, count]) => ({
      at,
      scraped: count,
      stored: (stored.get(at) ?? 0) - addedByScrape + (count > 0 ? storedElsewhere : 0),
    }))
}
