import { expect, it } from 'vitest'
import { SignInFailures } from './sign-in-failures.ts'

const minute = 60_000

it('a burst is told once: at its fifth failure within five minutes', () => {
  const failures = new SignInFailures()
  const told = [0, 1, 2, 3, 4, 4.1, 4.2, 5].map((at) => failures.add('a', at * minute))
  expect(told).toEqual([false, false, false, false, true, false, false, false])
})

it('slow failures are none, and another burst after a rest is told again', () => {
  const failures = new SignInFailures()
  const slow = [0, 2, 4, 6, 8, 10].map((at) => failures.add('a', at * minute))
  expect(slow).not.toContain(true)
  const first = [20, 20, 20, 20, 20].map((at) => failures.add('a', at * minute))
  const second = [40, 40, 40, 40, 40].map((at) => failures.add('a', at * minute))
  expect([first, second]).toEqual([
    [false, false, false, false, true],
    [false, false, false, false, true],
  ])
})

it('clients are told apart, and no more of them are remembered than fit', () => {
  const failures = new SignInFailures()
  for (let times = 0; times < 4; times++) failures.add('a', 0)
  expect(failures.add('b', 0)).toBe(false)
  for (let index = 0; index < 10_000; index++) failures.add(`client ${index}`, 0)
  expect(failures.size).toBe(10_000)
  // Forgotten: it begins anew.
  expect(failures.add('a', 0)).toBe(false)
})
