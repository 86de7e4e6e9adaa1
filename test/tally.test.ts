import { expect, it } from 'vitest'
import { closing, sum } from './tally.ts'

it('ends with what was left out, what failed, and the counts over all', () => {
  const total = sum([
    { passed: 3, failures: ['types'], skipped: [] },
    { passed: 4, failures: [], skipped: [{ name: 'a page', reason: 'no chromium here' }] },
  ])
  expect(closing(total)).toBe('skipped: a page: no chromium here\nfailed: types\n7 passed, 1 failed, 1 skipped')
})

it('says nothing of skipped tests when there are none', () => {
  expect(closing({ passed: 2, failures: [], skipped: [] })).toBe('2 passed, 0 failed')
})
