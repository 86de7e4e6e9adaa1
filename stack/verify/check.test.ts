import { expect, it } from 'vitest'
import { type Check, type Finding, settle } from './check.ts'

const check = (name: string, findings: (Finding | Error)[]): Check & { runs: number } => ({
  group: 'Group',
  name,
  runs: 0,
  async run() {
    const found = findings[Math.min(this.runs++, findings.length - 1)]
    if (found instanceof Error) throw found
    return found ?? { state: 'ok' }
  },
})

it('asks again only what failed, and stops when all is well', async () => {
  const late = check('late', [{ state: 'empty', note: 'not yet' }, new Error('refused'), { state: 'ok' }])
  const fine = check('fine', [{ state: 'ok' }])
  const absent = check('absent', [{ state: 'unavailable', note: 'needs tempo' }])
  const rounds: string[][] = []
  const results = await settle([late, fine, absent], {
    limitMs: 5_000,
    pauseMs: 1,
    onRound: (missing) => rounds.push(missing.map(({ name, note }) => `${name}: ${note}`)),
  })
  expect(results).toEqual([
    { group: 'Group', name: 'late', state: 'ok' },
    { group: 'Group', name: 'fine', state: 'ok' },
    { group: 'Group', name: 'absent', state: 'unavailable', note: 'needs tempo' },
  ])
  expect([late.runs, fine.runs, absent.runs]).toEqual([3, 1, 1])
  expect(rounds).toEqual([['late: not yet'], ['late: refused']])
})

it('gives up at the limit with what it last found', async () => {
  const never = check('never', [{ state: 'empty', note: 'no series' }])
  const results = await settle([never], { limitMs: 30, pauseMs: 10 })
  expect(results).toEqual([{ group: 'Group', name: 'never', state: 'empty', note: 'no series' }])
  expect(never.runs).toBeGreaterThan(1)
})

it('ends at once when it is stopped', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 20)
  const started = performance.now()
  await settle([check('never', [{ state: 'empty' }])], { limitMs: 60_000, pauseMs: 30_000, signal: stop.signal })
  expect(performance.now() - started).toBeLessThan(2_000)
})
