import { describe, expect, it } from 'vitest'
import type { BadgeState } from '../../live/messages.ts'
import { clock, nextWaits } from './waits.ts'

const start = Date.parse('2026-11-21T12:00:00Z')
const gmail = (waiting: number, rateLimitedUntil: string | null = null): BadgeState => ({
  name: 'gmail',
  state: rateLimitedUntil ? 'degraded' : 'ok',
  reason: rateLimitedUntil ? 'rate_limited' : 'ok',
  lastSuccessAt: null,
  lastErrorAt: null,
  rateLimitedUntil,
  checkedAt: '2026-11-21T12:00:00Z',
  waiting,
})
const until = '2026-11-21T12:01:00.000Z'
const waits = { name: 'gmail', until: start + 60_000, jobs: 2, phase: 'waits' } as const

describe('waiting for a provider', () => {
  it('begins when it asks for it', () => {
    expect(nextWaits([], [gmail(5)], start)).toEqual({ waits: [], over: [] })
    expect(nextWaits([], [gmail(2, until)], start)).toEqual({ waits: [waits], over: [] })
  })

  it('goes on while its queue drains, by itself, and is then over', () => {
    const drains = { ...waits, phase: 'drains' } as const
    expect(nextWaits([waits], [gmail(2, until)], start + 60_000)).toEqual({ waits: [drains], over: [] })
    expect(nextWaits([waits], [gmail(2)], start + 61_000)).toEqual({ waits: [drains], over: [] })
    expect(nextWaits([drains], [gmail(1)], start + 63_000)).toEqual({ waits: [{ ...drains, jobs: 1 }], over: [] })
    expect(nextWaits([drains], [gmail(0)], start + 65_000)).toEqual({ waits: [], over: ['gmail'] })
    expect(nextWaits([], [gmail(0)], start + 67_000)).toEqual({ waits: [], over: [] })
  })

  it('lasts longer where it asks again', () => {
    const later = '2026-11-21T12:03:00.000Z'
    expect(nextWaits([waits], [gmail(3, later)], start + 59_000).waits).toEqual([
      { name: 'gmail', until: start + 180_000, jobs: 3, phase: 'waits' },
    ])
  })

  it('is not what a queue is long for that never drains', () => {
    expect(nextWaits([waits], [gmail(9)], start + 12 * 60_000)).toEqual({ waits: [], over: ['gmail'] })
  })
})

describe('the clock', () => {
  it.each([
    [0, '0:00'],
    [-5_000, '0:00'],
    [1, '0:01'],
    [59_001, '1:00'],
    [125_000, '2:05'],
    [3_600_000, '1:00:00'],
  ])('shows %i ms as %s', (ms, shown) => {
    expect(clock(ms)).toBe(shown)
  })
})
