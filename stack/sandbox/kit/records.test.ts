import { expect, it } from 'vitest'
import { type Kept, Records } from './records.ts'

interface Item extends Kept {
  readonly text: string
}

const make = () => ['a', 'b', 'c'].map((id, index) => ({ id, text: id, modifiedAt: 10 + index }))
const ids = (items: readonly Item[]) => items.map(({ id }) => id).join('')

it('keeps the data set, and a bounded number of what was written', () => {
  const records = new Records<Item>({ make, most: 2, now: () => 1_000 })
  for (const id of ['d', 'e', 'f']) records.put({ id, text: id })
  expect(ids(records.list())).toBe('abcef')
  for (let i = 0; i < 10; i += 1) records.put({ id: 'e', text: String(i) })
  expect(ids(records.list())).toBe('abcef')
  expect(records.get('e')?.text).toBe('9')
})

it('dates each change after the one before, whatever the clock says', () => {
  let time = 5
  const records = new Records<Item>({ make, now: () => time })
  expect(records.newest).toBe(12)
  expect(records.put({ id: 'b', text: '' }).modifiedAt).toBe(13)
  expect(records.put({ id: 'a', text: '' }).modifiedAt).toBe(14)
  time = 100
  expect(records.put({ id: 'd', text: '' }).modifiedAt).toBe(100)
  expect(ids(records.byModified())).toBe('cbad')
  expect(ids(records.list())).toBe('abcd')
})

it('touches the next ones each time', () => {
  const records = new Records<Item>({ make, now: () => 0 })
  const change = (item: Item) => ({ ...item, text: 'changed' })
  expect(ids(records.touch(2, change))).toBe('ab')
  expect(ids(records.touch(2, change))).toBe('ca')
  expect(ids(records.touch(9, change))).toBe('bca')
})

it('forgets what is removed', () => {
  const records = new Records<Item>({ make })
  expect([records.remove('a'), records.remove('a'), ids(records.list())]).toEqual([true, false, 'bc'])
})
