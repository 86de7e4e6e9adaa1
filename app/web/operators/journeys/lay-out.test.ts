import { expect, test } from 'vitest'
import { laidOut, type TraceSpan } from './lay-out.ts'

const span = (
  spanId: string,
  parentId: string,
  startedAt: number,
  durationMs: number,
  more: Partial<TraceSpan> = {},
): TraceSpan => ({
  spanId,
  parentId,
  startedAt,
  durationMs,
  name: spanId,
  service: 'api',
  kind: 'internal',
  failed: false,
  attributes: {},
  ...more,
})
const query = { attributes: { 'db.system.name': 'postgresql' } }
const trace = [
  span('request', 'elsewhere', 1_000, 40),
  span('write', 'request', 1_020, 10),
  span('validation', 'request', 1_005, 5),
  span('insert', 'write', 1_021, 8, query),
  span('broken', 'write', 1_030, 1, { ...query, failed: true }),
  span('job', 'write', 2_000, 500),
]

test('spans stand below what caused them, in the order of their beginnings', () => {
  const { rows, startedAt, durationMs } = laidOut(trace, true)
  expect(rows.map(({ span: { name }, depth, afterMs }) => [name, depth, afterMs])).toEqual([
    ['request', 0, 0],
    ['validation', 1, 5],
    ['write', 1, 20],
    ['insert', 2, 21],
    ['broken', 2, 30],
    ['job', 2, 1_000],
  ])
  expect([startedAt, durationMs]).toEqual([1_000, 1_500])
})

test('calls to the database are left out unless they are wanted, or failed; what they caused moves up', () => {
  const below = span('inner', 'insert', 1_022, 1)
  expect(laidOut([...trace, below], false).rows.map(({ span: { name }, depth }) => [name, depth])).toEqual([
    ['request', 0],
    ['validation', 1],
    ['write', 1],
    ['inner', 2],
    ['broken', 2],
    ['job', 2],
  ])
})
