import { expect, test } from 'vitest'
import { thinned } from './exemplars.ts'

const range = { from: 0, to: 100 }
const exemplar = (timeMs: number, value: number, traceId = `t${timeMs}-${value}`) => ({
  timeMs,
  value,
  traceId,
  spanId: '',
  labels: {},
})

test('few are all kept, each trace once', () => {
  const two = [exemplar(1, 1, 'a'), exemplar(2, 2, 'b')]
  expect(thinned([...two, exemplar(1, 1, 'a')], range, 10)).toEqual(two)
})

test('of many, each stretch keeps its slowest, and some from further down', () => {
  const many = [...Array(100).keys()].map((time) => exemplar(time, time % 50))
  expect(thinned(many, range, 6).map(({ timeMs, value }) => [timeMs, value])).toEqual([
    [49, 49],
    [37, 37],
    [24, 24],
    [99, 49],
    [87, 37],
    [74, 24],
  ])
})
