import { expect, it } from 'vitest'
import { mapBounded } from './parallel.ts'

it('does no more at the same time than allowed, and keeps the order', async () => {
  let running = 0
  let most = 0
  const results = await mapBounded([5, 1, 4, 2, 3], 2, async (item) => {
    running += 1
    most = Math.max(most, running)
    for (let turn = 0; turn < item; turn++) await Promise.resolve()
    running -= 1
    return item * 10
  })
  expect(results).toEqual([50, 10, 40, 20, 30])
  expect(most).toBe(2)
})

it('ends the others with the first failure, begins no more, and throws that failure', async () => {
  const begun: number[] = []
  const work = (item: number, signal: AbortSignal) => {
    begun.push(item)
    if (item === 2) return Promise.reject(new Error('two'))
    return new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended')))
    })
  }
  await expect(mapBounded([1, 2, 3], 2, work)).rejects.toThrow('two')
  expect(begun).toEqual([1, 2])
})

it('of nothing is nothing', async () => {
  expect(await mapBounded([], 3, () => Promise.resolve(1))).toEqual([])
})
