import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { pace } from './pace.ts'

const beats = async (perSecond: number, forMs: number, atBeat: (beat: number) => Promise<void> = async () => {}) => {
  let count = 0
  for await (const _ of pace(perSecond, AbortSignal.timeout(forMs))) {
    count += 1
    await atBeat(count)
  }
  return count
}

it('beats as often as it should', async () => {
  const count = await beats(50, 600)
  expect(count).toBeGreaterThanOrEqual(25)
  expect(count).toBeLessThanOrEqual(31)
})

it('catches up with a short pause', async () => {
  const count = await beats(50, 600, (beat) => (beat === 5 ? wait(200).then(() => {}) : Promise.resolve()))
  expect(count).toBeGreaterThanOrEqual(25)
})

it('does not catch up with more than a second', async () => {
  // 1.5 s late at 20 a second are 30 beats; 20 of them are caught up with, and 0.5 s remain for 10 more.
  const count = await beats(20, 2_000, (beat) => (beat === 1 ? wait(1_500).then(() => {}) : Promise.resolve()))
  expect(count).toBeGreaterThanOrEqual(27)
  expect(count).toBeLessThanOrEqual(33)
})

it('ends at once when it is told to', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  const started = performance.now()
  for await (const _ of pace(0.1, stop.signal)) expect(performance.now() - started).toBeLessThan(40)
  expect(performance.now() - started).toBeLessThan(500)
})
