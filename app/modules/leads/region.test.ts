import { expect, test } from 'vitest'
import { regionOf } from './region.ts'

test.each([
  ['+45 12 34 56 78', 'x@y.se', 'web', 'DK'],
  ['0046 (8) 123-456', null, 'web', 'SE'],
  ['+358 40 1234567', null, 'web', 'FI'],
  // Longer codes count before shorter ones: 351 is no part of Greece's or Spain's.
  ['+351 21 123', null, 'web', 'PT'],
  ['12 34 56 78', 'anna@firma.dk', 'web', 'DK'],
  [null, 'bob@shop.co.uk', 'web', 'GB'],
  ['+999 123', 'x@y.no', 'web', 'NO'],
  [null, 'x@y.com', 'fair-de', 'DE'],
  [null, null, 'web se', 'SE'],
  [null, 'x@y.com', 'web', 'unknown'],
  [null, null, 'de', 'unknown'],
])('phone %s, e-mail %s, source %s → %s', (phone, email, source, region) => {
  expect(regionOf({ phone, email, source })).toBe(region)
})
