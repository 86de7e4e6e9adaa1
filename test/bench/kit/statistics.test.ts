import { expect, it } from 'vitest'
import { alternating, median, medianInterval, paired, percentile, slope } from './statistics.ts'

it.each([
  [[5, 1, 4, 2, 3], 0.5, 3],
  [[1, 2, 3, 4], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  [Array.from({ length: 101 }, (_, index) => index + 1), 0.99, 100],
  [[7], 0.99, 7],
  [[1, 2], 0, 1],
  [[], 0.5, Number.NaN],
])('the percentile of %j at %f is %f', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected)
})

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[9], 9],
  [[], Number.NaN],
])('the median of %j is %f', (values, expected) => {
  expect(median(values)).toBe(expected)
})

it('a slope is what rises per unit', () => {
  expect(
    slope([
      [0, 10],
      [1, 12],
      [2, 14],
    ]),
  ).toBe(2)
  expect(
    slope([
      [0, 5],
      [10, 5],
    ]),
  ).toBe(0)
  expect(slope([[1, 5]])).toBeNaN()
})

it('runs alternate in mirrored pairs', () => {
  expect(alternating(3)).toEqual(['observed', 'unobserved', 'unobserved', 'observed', 'observed', 'unobserved'])
})

it('runs are paired in their order', () => {
  const run = (side: 'observed' | 'unobserved', n: number) => ({ side, n })
  expect(paired([run('observed', 1), run('unobserved', 2), run('unobserved', 3), run('observed', 4)])).toEqual([
    { observed: run('observed', 1), unobserved: run('unobserved', 2) },
    { observed: run('observed', 4), unobserved: run('unobserved', 3) },
  ])
  expect(() => paired([run('observed', 1)])).toThrow('a run has no partner')
})

// From tables of the sign test: of 14 values the third and the twelfth, of 20 the sixth and the fifteenth.
it.each([
  [5, 1, 5],
  [6, 1, 6],
  [14, 3, 12],
  [20, 6, 15],
])('the median of %i values is between number %i and number %i', (n, low, high) => {
  expect(medianInterval(Array.from({ length: n }, (_, index) => index + 1))).toEqual([low, high])
})
