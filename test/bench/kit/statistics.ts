/**
 * The smallest measured value that at least this share of all does not exceed (nearest rank): exact, nothing is interpolated.
 * NaN of nothing.
 */
export const percentile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

/**
 * Where the median of all values is with 95 % certainty, of which these are a sample: from one measured value to another,
 * whatever their distribution (binomial ranks). The whole range below six values.
 */
export const medianInterval = (values: readonly number[]): [low: number, high: number] => {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  let [rank, below, chance] = [0, 0, 0.5 ** n]
  // The chance that fewer than `rank` + 1 values lie below the median.
  while (below + chance <= 0.025) {
    below += chance
    chance *= (n - rank) / (rank + 1)
    rank += 1
  }
  const from = Math.max(rank - 1, 0)
  return [sorted[from] ?? Number.NaN, sorted[n - 1 - from] ?? Number.NaN]
}

/** Rise per unit of x by least squares (Theil's median of slopes would hide a slow leak that comes in steps). NaN below two points. */
export const slope = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

export type Side = 'observed' | 'unobserved'

/** `A B B A A B …`: what drifts with time (heat, other work on the machine) falls on both sides alike. */
export const alternating = (pairs: number): Side[] =>
  Array.from({ length: pairs }, (_, index): Side[] =>
    index % 2 === 0 ? ['observed', 'unobserved'] : ['unobserved', 'observed'],
  ).flat()

/** The nth run of one side beside the nth of the other. @throws an Error when one is missing */
export const paired = <T extends { readonly side: Side }>(runs: readonly T[]): { observed: T; unobserved: T }[] => {
  const of = (side: Side): T[] => runs.filter((run) => run.side === side)
  const unobserved = of('unobserved')
  if (of('observed').length !== unobserved.length) throw new Error('a run has no partner')
  return of('observed').map((observed, index) => ({ observed, unobserved: unobserved[index] as T }))
}
