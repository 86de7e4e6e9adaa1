import { expect, test } from 'vitest'
import { align } from './frames.ts'
import { legend } from './panel-data.ts'

const series = (name: string, points: [number, number][], labels = {}) => ({ name, refId: 'A', labels, points })

test('series with different points share one axis; what cannot be drawn is a gap', () => {
  const table = align(
    [
      series('a', [
        [2_000, 1],
        [3_000, NaN],
      ]),
      series('b', [
        [1_000, 5],
        [3_000, Infinity],
      ]),
    ],
    1_000,
  )
  expect(table.times).toEqual([1, 2, 3])
  expect(table.series.map(({ values }) => values)).toEqual([
    [null, 1, null],
    [5, null, null],
  ])
})

test('a gap in all series stays a gap', () => {
  const points: [number, number][] = [
    [1_000, 1],
    [2_000, 2],
    [9_000, 9],
  ]
  expect(align([series('a', points)], 1_000)).toMatchObject({
    times: [1, 2, 3, 9],
    series: [{ values: [1, 2, null, 9] }],
  })
})

test.for([
  ['{{method}} {{ status }}', 'GET 200'],
  ['p95', 'p95'],
  ['', 'up{method="GET", status="200"}'],
  ['{{nothing}}', ''],
] as const)('the legend %j', ([template, expected]) => {
  expect(legend(template, { __name__: 'up', method: 'GET', status: '200' })).toBe(expected)
})
