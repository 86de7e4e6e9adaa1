import { expect, test } from 'vitest'
import { gridOf, strength } from './buckets.ts'
import { assignColours } from './colours.ts'
import { reduce } from './reduce.ts'
import { bandsOf } from './states.ts'
import { inTree } from './tree.ts'

test('cumulative buckets are taken apart, lowest first; those that stay empty are left out at the ends', () => {
  const bucket = (le: string, values: (number | null)[]) => ({ name: le, labels: { le }, values })
  const grid = gridOf([
    bucket('+Inf', [10, null]),
    bucket('0.5', [4, 1]),
    bucket('0.1', [0, 0]),
    bucket('5', [9, 3]),
    bucket('1', [4, 1]),
  ])
  expect(grid).toEqual({
    bounds: [0.5, 1, 5, Infinity],
    cells: [
      [4, 1],
      [0, 0],
      [5, 2],
      [1, null],
    ],
    max: 5,
  })
})

test('no buckets at all are an empty grid', () => {
  expect(gridOf([])).toEqual({ bounds: [], cells: [], max: 0 })
})

test('a small count is seen beside a large one', () => {
  expect([strength(4, 4), strength(1, 4), strength(0, 0)]).toEqual([1, 0.5, 0])
})

test('neighbours of equal value are one band, and a gap is none', () => {
  expect(bandsOf([0, 10, 20, 30, 60, 70], [1, 1, 0, null, 0, 0], 10)).toEqual([
    { from: 0, to: 20, value: 1 },
    { from: 20, to: 30, value: 0 },
    { from: 60, to: 80, value: 0 },
  ])
})

test.for([
  ['lastNotNull', 2],
  ['last', null],
  ['max', 7],
  ['min', 2],
  ['mean', 4.5],
  ['sum', 9],
  ['count', 2],
  ['unheard of', 2],
] as const)('%s of 7, 2 and nothing is %s', ([calculation, expected]) => {
  expect(reduce([7, 2, null], calculation)).toBe(expected)
})

test('names get different colours, and the same ones whoever stands beside them', () => {
  const [api, worker] = assignColours(['api', 'worker'])
  expect(api).not.toBe(worker)
  expect(assignColours(['api', 'mcp'])[0]).toBe(api)
  const names = Array.from({ length: 50 }, (_, index) => `series ${index}`)
  expect(assignColours(names)).toHaveLength(50)
})

test('parents before children, siblings by time, strangers at the left', () => {
  const span = (spanId: string, parentId: string, startMs: number) => ({ spanId, parentId, startMs })
  const lines = inTree([span('c', 'a', 3), span('b', 'a', 2), span('a', 'elsewhere', 1), span('d', 'b', 4)])
  expect(lines.map(({ span: { spanId }, depth, children }) => [spanId, depth, children])).toEqual([
    ['a', 0, 3],
    ['b', 1, 1],
    ['d', 2, 0],
    ['c', 1, 0],
  ])
})
