import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-21T10:00:00.000Z')

test.each([
  ['0', 0],
  ['7', 7_000],
  [' 120 ', 120_000],
  // The longest that is believed is a day.
  ['999999999', 86_400_000],
  ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
  ['Saturday, 21-Nov-26 10:00:30 GMT', 30_000],
  // Past already: come at once.
  ['Sat, 21 Nov 2026 09:59:00 GMT', 0],
])('%s', (header, expected) => expect(retryAfterMs(header, now)).toBe(expected))

test.each([null, '', 'soon', '-5', '1.5', '2026-11-21', '5; foo'])('%s says nothing', (header) =>
  expect(retryAfterMs(header, now)).toBeUndefined(),
)
