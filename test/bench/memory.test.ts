import { expect, it } from 'vitest'
import { memoryRows, type Sample } from './memory.ts'

/** @param added bytes that the observed one has more, every two minutes */
const samples = (added: readonly number[]): Sample[] =>
  added.flatMap((more, index) => {
    const shared = { minutes: (index + 1) * 2, heapUsed: 0, collectorRss: 0 }
    return [
      { ...shared, side: 'observed' as const, rss: 200e6 + more },
      { ...shared, side: 'unobserved' as const, rss: 200e6 },
    ]
  })

it('judges what is added once both have settled, and whether it grows', () => {
  const flat = memoryRows(samples([5e6, 90e6, 40e6, 42e6, 41e6, 41e6]))
  expect(flat.map(({ reached, ok }) => [reached, ok])).toEqual([
    ['41.0 MB (unobserved 200.0 MB)', true],
    ['0.6 MB in 6.0 min', true],
  ])
})

it('a leak is seen, and too much', () => {
  const leaking = memoryRows(samples([50e6, 60e6, 70e6, 80e6, 90e6, 100e6]))
  expect(leaking.map(({ reached, ok }) => [reached, ok])).toEqual([
    ['85.0 MB (unobserved 200.0 MB)', false],
    ['30.0 MB in 6.0 min', false],
  ])
})

it('is not called flat after a few minutes', () => {
  expect(memoryRows(samples([1e6, 1e6, 1e6])).map(({ ok }) => ok)).toEqual([true, false])
})
