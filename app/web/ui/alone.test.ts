import { expect, it } from 'vitest'
import { alone } from './alone.ts'

it('finds values between gaps, at the ends as well', () => {
  expect(alone([1, null, 2, 3, null, 0, null, 4])).toEqual([0, 5, 7])
  expect(alone([null, 1, 2])).toEqual([])
  expect(alone([])).toEqual([])
})
