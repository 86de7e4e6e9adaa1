import { expect, it } from 'vitest'
import type { Run } from './kit/measure.ts'
import { latencyRow } from './latency.ts'

const run = (side: Run['side'], p99Ms: number): Run => ({
  ...{ side, route: 'contacts', p99Ms, p50Ms: 1, perSecond: 500, answered: 1 },
  ...{ serviceUs: 0, collectorUs: 0, spans: 2, loadUs: 0, lateMs: 0 },
})
const pairs = (added: readonly number[]): Run[] =>
  added.flatMap((ms) => [run('observed', 5 + ms), run('unobserved', 5)])

it('is reached where it is certain', () => {
  const { reached, ok } = latencyRow(pairs([0.5, 0.6, 0.4, 0.5, 0.7, 0.5]))
  expect([reached, ok]).toEqual(['0.50 ms (0.4 to 0.7; unobserved p99 5.0 ms; p50 + 0.00 ms)', true])
})

it('is not reached by a median between wild differences', () => {
  const { reached, ok } = latencyRow(pairs([-60, 0.5, 70, 0.4, 30, -20]))
  expect([reached, ok]).toEqual(['0.45 ms (-60.0 to 70.0; unobserved p99 5.0 ms; p50 + 0.00 ms)', false])
})
