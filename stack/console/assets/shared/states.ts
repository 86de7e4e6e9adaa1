/** A series as bands of equal values. */

export interface Band {
  /** Seconds since 1970. */
  readonly from: number
  readonly to: number
  readonly value: number
}

/** Neighbours of equal value are one band; a time without value ends it. The last lasts one step. */
export function bandsOf(times: readonly number[], values: readonly (number | null)[], stepSeconds: number): Band[] {
  const bands: { from: number; to: number; value: number }[] = []
  for (const [index, value] of values.entries()) {
    const from = times[index] as number
    if (value === null) continue
    const next = times[index + 1] ?? Infinity
    const end = next - from <= stepSeconds * 1.5 ? next : from + stepSeconds
    const last = bands.at(-1)
    if (last && last.value === value && last.to >= from - stepSeconds * 0.01) last.to = end
    else bands.push({ from, to: end, value })
  }
  return bands
}
