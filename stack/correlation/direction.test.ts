import { expect, it } from 'vitest'
import { type Direction, go } from './direction.ts'
import type { Sites } from './sites.ts'

const sites = { signal: new AbortController().signal } as Sites
const wait = { most: 10, limitMs: 1_000, everyMs: 1 }

const direction = (samples: Direction['samples']): Direction => ({ from: 'a', to: 'b', how: 'id', samples })

it('what arrives later is followed again, what has arrived is not', async () => {
  const asked: string[] = []
  const sample = (what: string, after: number) => ({
    what,
    follow: async () => {
      asked.push(what)
      return asked.filter((one) => one === what).length > after ? undefined : 'not yet'
    },
  })
  const outcome = await go(
    direction(async () => [sample('early', 0), sample('late', 2)]),
    sites,
    wait,
  )
  expect(outcome).toEqual({ from: 'a', to: 'b', how: 'id', followed: 2, lost: [] })
  expect(asked.toSorted()).toEqual(['early', 'late', 'late', 'late'])
})

it('what never arrives is lost with its reason, and so is what throws', async () => {
  const samples = async () => [
    { what: 'gone', follow: async () => 'no such trace' },
    { what: 'broken', follow: () => Promise.reject(new Error('answered 500')) },
    { what: 'fine', follow: async () => undefined },
  ]
  const { followed, lost } = await go(direction(samples), sites, { ...wait, limitMs: 5 })
  expect(followed).toBe(3)
  expect(lost.toSorted((a, b) => a.what.localeCompare(b.what))).toEqual([
    { what: 'broken', why: 'answered 500' },
    { what: 'gone', why: 'no such trace' },
  ])
})

it('without an example a direction is lost, unless there may be none', async () => {
  const none = direction(async () => [])
  expect((await go(none, sites, { ...wait, limitMs: 5 })).lost).toEqual([{ what: 'any example', why: 'there is none' }])
  expect(await go({ ...none, mayLack: 'no alert fires' }, sites, wait)).toMatchObject({
    lost: [],
    note: 'no alert fires',
  })
})

it('waits for as many examples as are wanted at least', async () => {
  const asked: number[] = []
  const samples = async () => {
    asked.push(asked.length)
    return asked.map((each) => ({ what: String(each), follow: async () => undefined }))
  }
  expect(await go(direction(samples), sites, { ...wait, least: 3 })).toMatchObject({ followed: 3, lost: [] })
})
