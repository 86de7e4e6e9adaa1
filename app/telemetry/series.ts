import type { Attributes } from '@opentelemetry/api'
import type { HistogramCell } from './histogram-cells.ts'

/** One combination of an instrument's labels. */
export interface Series {
  /** Made once: what the SDK is given with each measurement. */
  readonly attributes: Attributes
  /** Of a counter: what was added since the last collection. */
  pending: number
  isWaiting: boolean
  /** Of a histogram that is kept in our own cells, from its first value on. */
  cell: HistogramCell | undefined
  /** Found again by its labels; else it serves one measurement. */
  readonly isKept: boolean
}

type Branch = Map<string, Branch | Series>

/** Label sets kept for one instrument, here and in the SDK, whose own 2,000 is less than endpoints × codes may need. */
export const mostSeries = 10_000

/** The series of one instrument, found by its label values one after the other: no text is made to look for them. */
export class SeriesTree {
  readonly #names: readonly string[]
  readonly #root: Branch = new Map()
  /** Of an instrument without labels. */
  #only: Series | undefined
  #size = 0

  constructor(names: readonly string[]) {
    this.#names = names
  }

  find(labels: Readonly<Record<string, string>>): Series | undefined {
    if (this.#names.length === 0) return this.#only
    let at: Branch | Series | undefined = this.#root
    for (const name of this.#names) {
      at = (at as Branch).get(labels[name] ?? '')
      if (at === undefined) return undefined
    }
    return at as Series
  }

  /** @param keep false for what must not be found again; nor is anything beyond 10,000 */
  add(attributes: Attributes, keep: boolean): Series {
    const isKept = keep && this.#size < mostSeries
    const series: Series = { attributes, pending: 0, isWaiting: false, cell: undefined, isKept }
    if (!series.isKept) return series
    this.#size++
    const last = this.#names.at(-1)
    if (last === undefined) {
      this.#only = series
      return series
    }
    let branch = this.#root
    for (const name of this.#names.slice(0, -1)) {
      const value = String(attributes[name])
      const next = (branch.get(value) as Branch | undefined) ?? new Map()
      branch.set(value, next)
      branch = next
    }
    branch.set(String(attributes[last]), series)
    return series
  }
}
