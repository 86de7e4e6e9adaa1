import { expect, it } from 'vitest'
import { type LiveRun, liveRow } from './live.ts'

const run = (pages: number, cores: number): LiveRun => ({
  pages,
  cores,
  seconds: 60,
  fewest: 60,
  bytes: pages * 240_000,
})

it('takes off what the api uses without pages', () => {
  const row = liveRow([run(0, 0.03), run(200, 0.1), run(0, 0.05), run(200, 0.12), run(0, 0.04)])
  expect(row).toMatchObject({ reach: '< 15 % of a core', ok: true })
  expect(row.reached).toBe('7.0 % (11.0 % with, 4.0 % without; 4.0 kB/s a page)')
})

it('is missed above 15 %', () => {
  expect(liveRow([run(0, 0.05), run(200, 0.21), run(0, 0.05)]).ok).toBe(false)
})
