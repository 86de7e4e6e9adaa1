import { expect, test } from 'vitest'
import { formatTime, formatValue } from './units.ts'

test.for([
  [0.25, 's', undefined, '250 ms'],
  [90, 's', undefined, '1.5 min'],
  [0, 's', undefined, '0 s'],
  [250, 'ms', undefined, '250 ms'],
  [2, 'h', undefined, '2 h'],
  [0.000012, 's', undefined, '12 µs'],
  [0.9991, 'percentunit', 3, '99.910 %'],
  [12.3456, 'percent', undefined, '12.3 %'],
  [1_536, 'bytes', undefined, '1.5 KiB'],
  [1_500_000, 'decbytes', undefined, '1.5 MB'],
  [1_234_567, 'short', undefined, '1.23 Mil'],
  [1_234_567, 'none', undefined, '1234567'],
  [0.5, 'reqps', undefined, '0.5 req/s'],
  [-2_000, 'short', undefined, '-2 K'],
  [3, 'furlongs', undefined, '3 furlongs'],
  [null, 's', undefined, '–'],
  [Number.NaN, 's', undefined, '–'],
  [Infinity, 's', undefined, '∞'],
  [-0.0001, 'percentunit', 1, '0.0 %'],
  [1, 'bool_yes_no', undefined, 'yes'],
  [-0.35, 'percentunit', 1, '-35.0 %'],
  [-246.77, 'percentunit', 1, 'overdrawn ×247'],
  [-150, 'percent', undefined, 'overdrawn ×1.5'],
] as const)('%d in %s with %s decimals is %s', ([value, unit, decimals, expected]) => {
  expect(formatValue(value, unit, decimals)).toBe(expected)
})

test('a time is the reader’s own date and time', () => {
  expect(formatTime(new Date(2026, 0, 5, 7, 8, 9).getTime())).toBe('2026-01-05 07:08:09')
})
