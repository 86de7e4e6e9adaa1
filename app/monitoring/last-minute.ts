const seconds = 60

interface Bucket {
  second: number
  count: number
  total: number
  marked: number
}

/** Counts and sums of the last minute, in one bucket a second: as small at a thousand events a second as at one. */
export class LastMinute {
  readonly #buckets: Bucket[] = Array.from({ length: seconds }, () => ({ second: -1, count: 0, total: 0, marked: 0 }))

  /** @param value what is averaged @param isMarked counted apart: an error, a slow one */
  add(value: number, isMarked = false, now = Date.now()): void {
    const second = Math.floor(now / 1_000)
    const bucket = this.#buckets[second % seconds]
    if (!bucket) return
    if (bucket.second !== second) Object.assign(bucket, { second, count: 0, total: 0, marked: 0 })
    bucket.count++
    bucket.total += value
    if (isMarked) bucket.marked++
  }

  /** @returns `average` is 0 where nothing happened */
  read(now = Date.now()): { readonly count: number; readonly average: number; readonly marked: number } {
    const second = Math.floor(now / 1_000)
    const recent = this.#buckets.filter((bucket) => bucket.second > second - seconds && bucket.second <= second)
    const sum = (of: (bucket: Bucket) => number): number => recent.reduce((all, bucket) => all + of(bucket), 0)
    const count = sum((bucket) => bucket.count)
    return { count, average: count === 0 ? 0 : sum((bucket) => bucket.total) / count, marked: sum((one) => one.marked) }
  }
}
