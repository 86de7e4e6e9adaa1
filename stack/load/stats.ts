import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** One kind of request, such as `GET /api/contacts/:id`. */
interface Kind {
  readonly durations: RecordableHistogram
  errors: number
  readonly statuses: Map<string, number>
}

export interface Summary {
  readonly requests: number
  readonly errors: number
  /** Milliseconds; null before the first request. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

export interface Report extends Summary {
  readonly seconds: number
  /** By status; `none` where no answer came. */
  readonly statuses: Readonly<Record<string, number>>
  readonly kinds: readonly (Summary & { readonly kind: string })[]
}

/** Counts requests, in the same little memory however long the traffic lasts. */
export class Stats {
  readonly #started = performance.now()
  readonly #kinds = new Map<string, Kind>()
  #recent = newKind()
  readonly #all = newKind()

  /** @param status undefined where no answer came @param ok whether this was what the action counted on */
  record(kind: string, durationMs: number, status: number | undefined, ok: boolean): void {
    const known = this.#kinds.get(kind) ?? newKind()
    this.#kinds.set(kind, known)
    for (const one of [known, this.#recent, this.#all]) {
      // Whole microseconds, at least one: what the histogram takes.
      one.durations.record(Math.max(1, Math.round(durationMs * 1_000)))
      if (!ok) one.errors += 1
      const name = status === undefined ? 'none' : String(status)
      one.statuses.set(name, (one.statuses.get(name) ?? 0) + 1)
    }
  }

  /** Since this was last asked. */
  takeRecent(): Summary {
    const recent = this.#recent
    this.#recent = newKind()
    return summary(recent)
  }

  report(): Report {
    return {
      seconds: Math.round((performance.now() - this.#started) / 100) / 10,
      ...summary(this.#all),
      statuses: Object.fromEntries([...this.#all.statuses].sort()),
      kinds: [...this.#kinds].sort().map(([kind, one]) => ({ kind, ...summary(one) })),
    }
  }
}

const newKind = (): Kind => ({ durations: createHistogram(), errors: 0, statuses: new Map() })

const summary = ({ durations, errors }: Kind): Summary => ({
  requests: durations.count,
  errors,
  p50Ms: percentile(durations, 50),
  p95Ms: percentile(durations, 95),
})

const percentile = (durations: RecordableHistogram, percent: number): number | null =>
  durations.count === 0 ? null : Math.round(durations.percentile(percent) / 100) / 10

/** One line, for the log. */
export const line = ({ requests, errors, p50Ms, p95Ms }: Summary): string =>
  `${requests} requests, ${errors} errors, p50 ${inMs(p50Ms)}, p95 ${inMs(p95Ms)}`

/** The closing table. */
export function table({ seconds, statuses, kinds, ...all }: Report): string {
  const rows = [...kinds, { kind: 'all', ...all }].map(({ kind, requests, errors, p50Ms, p95Ms }) => [
    kind,
    String(requests),
    String(errors),
    inMs(p50Ms),
    inMs(p95Ms),
  ])
  const cells = [['request', 'count', 'errors', 'p50', 'p95'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const text = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  const answers = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`)
  return [...cells.map(text), '', `${seconds} s; answers ${answers.join(', ') || 'none'}`].join('\n')
}

const inMs = (ms: number | null): string => (ms === null ? '-' : `${ms.toFixed(1)} ms`)
