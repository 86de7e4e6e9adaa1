/**
 * Does `work` for each item, at most `limit` at the same time. With the first failure the signal ends the others.
 * @returns the results in the order of the items @throws the first failure, once none is under way any more
 */
export const mapBounded = async <Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> => {
  const ended = new AbortController()
  const results: Result[] = []
  const failures: unknown[] = []
  let next = 0
  const take = async (): Promise<void> => {
    while (next < items.length && !ended.signal.aborted) {
      const index = next++
      try {
        results[index] = await work(items[index] as Item, ended.signal)
      } catch (error) {
        failures.push(error)
        ended.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, take))
  if (failures.length > 0) throw failures[0]
  return results
}
