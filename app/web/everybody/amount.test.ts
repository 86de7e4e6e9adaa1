import { expect, it } from 'vitest'
import { amountOf } from './amount.ts'

it.each([
  ['', 0],
  ['12500', 12_500],
  ['12.500', 12_500],
  ['12,500.5', 12_500.5],
  ['12.500,50', 12_500.5],
  ['1.234.567,89', 1_234_567.89],
  ['99,95', 99.95],
  [' 1 000 ', 1_000],
  ['-5', Number.NaN],
  ['12.5000', Number.NaN],
  ['a lot', Number.NaN],
])('%j is %d', (typed, amount) => {
  expect(amountOf(typed)).toBe(amount)
})
