import { expect, test } from 'vitest'
import { align, perBucket } from './frames.ts'
import { legend } from './panel-data.ts'
import { formatValue } from './units.ts'

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

test('cumulative buckets are taken apart, lowest first', () => {
  const bucket = (le: string, value: number) => series(le, [[1_000, value]], { le })
  const parts = perBucket([bucket('+Inf', 10), bucket('0.5', 4), bucket('5', 9)])
  expect(parts.map(({ name, points }) => [name, points[0]?.[1]])).toEqual([
    ['≤ 0.5', 4],
    ['≤ 5', 5],
    ['≤ +Inf', 1],
  ])
})

test.for([
  ['{{method}} {{ status }}', 'GET 200'],
  ['p95', 'p95'],
  ['', 'up{method="GET", status="200"}'],
  ['{{nothing}}', ''],
] as const)('the legend %j', ([template, expected]) => {
  expect(legend(template, { __name__: 'up', method: 'GET', status: '200' })).toBe(expected)
})

test.for([
  [0.25, 's', undefined, '250 ms'],
  [90, 's', undefined, '1.5 min'],
  [0, 's', undefined, '0 s'],
  [250, 'ms', undefined, '250 ms'],
  [0.000012, 's', undefined, '12 µs'],
  [0.9991, 'percentunit', 3, '99.910%'],
  [12.3456, 'percent', undefined, '12.3%'],
  [1_536, 'bytes', undefined, '1.5 KiB'],
  [1_500_000, 'decbytes', undefined, '1.5 MB'],
  [1_234_567, 'short', undefined, '1.23 Mil'],
  [0.5, 'reqps', undefined, '0.5 req/s'],
  [-2_000, 'short', undefined, '-2 K'],
  [3, 'furlongs', undefined, '3 furlongs'],
  [null, 's', undefined, '–'],
  [-0.0001, 'percentunit', 1, '-0.0%'],
] as const)('%d in %s with %s decimals', ([value, unit, decimals, expected]) => {
  expect(formatValue(value, unit, decimals)).toBe(expected)
})
