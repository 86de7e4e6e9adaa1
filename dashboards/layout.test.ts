import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, it } from 'vitest'
import { layout, leadsTo, row } from './layout.ts'
import type { Tile } from './tile.ts'

const tile = (title: string, height = 8, linked = false): Tile => {
  const built: Panel = { type: 'timeseries', title }
  return {
    title,
    height,
    panel: {
      build: () => built,
      id: (id) => Object.assign(built, { id }),
      gridPos: (gridPos) => Object.assign(built, { gridPos }),
      links: (links) => Object.assign(built, { links: links.map((link) => link.build()) }),
    },
    linked,
  }
}

const places = (...rows: ReturnType<typeof row>[]) =>
  layout(rows).map(({ title, gridPos }) => [title, gridPos?.x, gridPos?.y, gridPos?.w, gridPos?.h])

describe('layout', () => {
  it('puts rows below one another, and shares a line’s width among its panels', () => {
    expect(
      places(row('First', [tile('a', 4), tile('b', 4)], [tile('c'), tile('d'), tile('e')]), row('Second', [tile('f')])),
    ).toEqual([
      ['First', 0, 0, 24, 1],
      ['a', 0, 1, 12, 4],
      ['b', 12, 1, 12, 4],
      ['c', 0, 5, 8, 8],
      ['d', 8, 5, 8, 8],
      ['e', 16, 5, 8, 8],
      ['Second', 0, 13, 24, 1],
      ['f', 0, 14, 24, 8],
    ])
  })
  it('gives a line the height of its tallest panel', () => {
    expect(places(row('Row', [tile('low', 4), tile('high', 10)], [tile('next')]))).toEqual([
      ['Row', 0, 0, 24, 1],
      ['low', 0, 1, 12, 10],
      ['high', 12, 1, 12, 10],
      ['next', 0, 11, 24, 8],
    ])
  })
  it('leaves no gap where the width cannot be shared evenly', () => {
    expect(
      places(
        row(
          'Row',
          ['a', 'b', 'c', 'd', 'e'].map((title) => tile(title)),
        ),
      ).slice(1),
    ).toEqual([
      ['a', 0, 1, 4, 8],
      ['b', 4, 1, 5, 8],
      ['c', 9, 1, 5, 8],
      ['d', 14, 1, 5, 8],
      ['e', 19, 1, 5, 8],
    ])
  })
  it('keeps a panel’s id when others are added around it', () => {
    const idOf = (title: string, rows: ReturnType<typeof row>[]) =>
      layout(rows).find((each) => each.title === title)?.id
    const alone = idOf('a', [row('Row', [tile('a')])])
    expect(idOf('a', [row('New', [tile('x')]), row('Row', [tile('y'), tile('a')])])).toBe(alone)
  })
  it('refuses two panels with one title, which nobody could tell apart', () => {
    expect(() => layout([row('Row', [tile('a'), tile('a')])])).toThrow('two panels are called "a"')
  })
})

it('a row leads its panels on, but for those that lead somewhere themselves', () => {
  const next = { title: 'Next', url: '/d/next' }
  const [, alone, linked] = layout([leadsTo(row('First', [tile('alone'), tile('linked', 8, true)]), next)])
  expect(alone).toMatchObject({ links: [next] })
  expect(linked).not.toHaveProperty('links')
})
