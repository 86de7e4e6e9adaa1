import { expect, it } from 'vitest'
import { mix } from './mix.ts'
import { rareFirst } from './rare-first.ts'

const action = (name: string, weight: number) => ({ name, weight, run: async () => undefined })

it('every other action is a rare one until each has happened twice, then weights decide', () => {
  const next = rareFirst([action('often', 98), action('rare', 1), action('rarer', 0.5)], () => 0)
  const names = Array.from({ length: 12 }, () => next().name)
  expect(names.slice(0, 8)).toEqual(['often', 'rare', 'often', 'rarer', 'often', 'rare', 'often', 'rarer'])
  expect(names.slice(8)).toEqual(['often', 'often', 'often', 'often'])
})

it('everything that may happen has happened within half a minute at eight actions a second', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32
    return seed / 2 ** 32
  }
  const next = rareFirst(mix, random)
  const seen = new Set(Array.from({ length: 30 * 8 }, () => next().name))
  expect(mix.filter(({ name }) => !seen.has(name)).map(({ name }) => name)).toEqual([])
})
