import { expect, it } from 'vitest'
import type { Run } from './kit/measure.ts'
import { throughputRow } from './throughput.ts'

const run = (side: Run['side'], perSecond: number, spans = 0): Run => ({
  ...{ side, route: 'contacts', perSecond, spans, answered: 1 },
  ...{ serviceUs: 0, collectorUs: 0, p50Ms: 0, p99Ms: 0, loadUs: 0, lateMs: 0 },
})

it('is the median of the pairs, on a machine that grows faster meanwhile too', () => {
  const runs = [
    ...[run('observed', 80, 2), run('unobserved', 100)],
    ...[run('unobserved', 200), run('observed', 140, 2)],
    ...[run('observed', 300, 2), run('unobserved', 400)],
  ]
  expect(throughputRow('contacts', runs)).toEqual({
    what: 'throughput, contacts (GET /api/contacts?limit=20)',
    how: 'closed loop of 20 connections, alternating, median of 3 pairs',
    reach: '≥ 0.75',
    reached: '0.75 (medians 140 and 200 req/s; 2.00 spans a request arrived)',
    ok: true,
  })
})
