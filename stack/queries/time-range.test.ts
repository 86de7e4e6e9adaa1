import { describe, expect, test } from 'vitest'
import { parseRange, parseTime, promDuration, stepFor } from './time-range.ts'

const now = Date.UTC(2026, 10, 21, 12)

test.for([
  ['now', now],
  ['now-5m', now - 300_000],
  ['now-2d', now - 172_800_000],
  ['now+1h', now + 3_600_000],
  ['1763726400000', 1_763_726_400_000],
  ['2026-11-21T10:00:00Z', now - 7_200_000],
  ['yesterday', undefined],
  ['now-', undefined],
  ['', undefined],
] as const)('the time %j', ([text, expected]) => {
  expect(parseTime(text, now)).toBe(expected)
})

test('a range that cannot be read, or ends before it begins, is the last hour', () => {
  const lastHour = { from: now - 3_600_000, to: now }
  expect(parseRange('now', 'now-1h', now)).toEqual(lastHour)
  expect(parseRange('<script>', 'now', now)).toEqual(lastHour)
  expect(parseRange('now-5m', 'now', now)).toEqual({ from: now - 300_000, to: now })
})

describe('the step', () => {
  const hours = (count: number) => ({ from: now - count * 3_600_000, to: now })
  test('is never below the scrape interval', () => expect(stepFor(hours(1), 10_000, 5_000)).toBe(5_000))
  test('gives at most so many points, at a step people read', () =>
    expect(stepFor(hours(24), 600, 5_000)).toBe(300_000))
  test('is whole days for years', () => expect(stepFor(hours(24 * 3_650), 600, 5_000)).toBe(7 * 86_400_000))
})

test('durations as Prometheus reads them', () => {
  expect([promDuration(15_000), promDuration(500), promDuration(3_600_000)]).toEqual(['15s', '500ms', '3600s'])
})
