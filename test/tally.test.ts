import { expect, it } from 'vitest'
import { closingLine, sum } from './tally.ts'

it('adds up what came of all checks', () => {
  const total = sum([
    { passed: 3, failed: 1, skipped: [] },
    { passed: 4, failed: 0, skipped: [{ name: 'a page', reason: 'no chromium here' }] },
  ])
  expect(total).toEqual({ passed: 7, failed: 1, skipped: [{ name: 'a page', reason: 'no chromium here' }] })
  expect(closingLine(total)).toBe('7 passed, 1 failed, 1 skipped')
})

it('says nothing of skipped tests when there are none', () => {
  expect(closingLine({ passed: 2, failed: 0, skipped: [] })).toBe('2 passed, 0 failed')
})
