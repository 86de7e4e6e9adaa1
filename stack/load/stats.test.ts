import { expect, it } from 'vitest'
import { line, Stats, table } from './stats.ts'

const filled = () => {
  const stats = new Stats()
  for (let ms = 1; ms <= 100; ms += 1) stats.record('GET /api/contacts', ms, 200, true)
  stats.record('POST /api/contacts', 5, 503, false)
  stats.record('POST /api/contacts', 10_000, undefined, false)
  return stats
}

it('knows requests, errors and percentiles, of each kind and of all', () => {
  const { kinds, requests, errors, statuses } = filled().report()
  expect({ requests, errors, statuses }).toEqual({
    requests: 102,
    errors: 2,
    statuses: { '200': 100, '503': 1, none: 1 },
  })
  expect(kinds).toEqual([
    { kind: 'GET /api/contacts', requests: 100, errors: 0, p50Ms: expect.closeTo(50, 0), p95Ms: expect.closeTo(95, 0) },
    {
      kind: 'POST /api/contacts',
      requests: 2,
      errors: 2,
      p50Ms: expect.closeTo(5, 0),
      p95Ms: expect.closeTo(10_000, -2),
    },
  ])
})

it('forgets what it has told of the last seconds, not of the whole', () => {
  const stats = filled()
  expect(line(stats.takeRecent())).toMatch(/^102 requests, 2 errors, p50 5\d\.\d ms, p95 9\d\.\d ms$/)
  expect(line(stats.takeRecent())).toBe('0 requests, 0 errors, p50 -, p95 -')
  expect(stats.report().requests).toBe(102)
})

it('ends in a table', () => {
  const lines = table({ ...filled().report(), seconds: 12.5 }).split('\n')
  expect(lines[0]).toMatch(/^request +count +errors +p50 +p95$/)
  expect(lines.map((text) => text.split(/ {2,}/)[0])).toContain('POST /api/contacts')
  expect(lines.at(-1)).toBe('12.5 s; answers 200: 100, 503: 1, none: 1')
})
