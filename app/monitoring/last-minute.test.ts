import { expect, it } from 'vitest'
import { LastMinute } from './last-minute.ts'

const at = (seconds: number): number => 1_800_000_000_000 + seconds * 1_000

it('is empty at first', () => {
  expect(new LastMinute().read()).toEqual({ count: 0, average: 0, marked: 0 })
})

it('counts, averages and counts apart', () => {
  const window = new LastMinute()
  window.add(10, false, at(0))
  window.add(20, true, at(0))
  window.add(60, true, at(30))
  expect(window.read(at(30))).toEqual({ count: 3, average: 30, marked: 2 })
})

it('forgets what is older than a minute, also after a long silence', () => {
  const window = new LastMinute()
  window.add(10, true, at(0))
  window.add(20, false, at(59))
  expect(window.read(at(59)).count).toBe(2)
  expect(window.read(at(60))).toEqual({ count: 1, average: 20, marked: 0 })
  expect(window.read(at(7_200)).count).toBe(0)
  window.add(5, false, at(7_200))
  expect(window.read(at(7_200))).toEqual({ count: 1, average: 5, marked: 0 })
})
