import { createHash } from 'node:crypto'
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import { type Link, linkBuilder } from './links.ts'
import type { Tile } from './tile.ts'

/** Columns of Grafana's grid. */
const columns = 24

/** A heading that says one thing, and the lines of panels below it that show it. */
export interface Row {
  readonly title: string
  readonly lines: readonly (readonly Tile[])[]
  /** Where its panels lead that have no link of their own. */
  readonly next?: readonly Link[]
}

export const row = (title: string, ...lines: readonly (readonly Tile[])[]): Row => ({ title, lines })

/** The next question of every panel of the row that has no link of its own. */
export const leadsTo = (of: Row, ...next: readonly Link[]): Row => ({ ...of, next })

/**
 * An id that follows the panel's title and not its place, so that links to a single panel (`viewPanel=`) survive what is
 * added around it. Six digits, for people read them.
 */
const idOf = (title: string): number => 1 + (createHash('sha256').update(title).digest().readUInt32BE() % 999_999)

/** Places rows below one another; the panels of a line share its width, and the tallest gives its height. So nothing can overlap. @throws when two panels have the same title */
export const layout = (rows: readonly Row[]): (Panel | RowPanel)[] => {
  const ids = new Map<number, string>()
  const takeId = (title: string): number => {
    const id = idOf(title)
    const other = ids.get(id)
    if (other !== undefined)
      throw new Error(
        other === title ? `two panels are called "${title}"` : `"${title}" and "${other}" have the same id: rename one`,
      )
    ids.set(id, title)
    return id
  }
  let y = 0
  return rows.flatMap(({ title, lines, next = [] }) => {
    const heading: RowPanel = {
      type: 'row',
      id: takeId(`row: ${title}`),
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: 1 },
      panels: [],
    }
    y += 1
    const panels = lines.flatMap((tiles) => {
      if (tiles.length === 0 || tiles.length > columns) throw new Error(`${title}: a line holds 1 to ${columns} panels`)
      const h = Math.max(...tiles.map(({ height }) => height))
      const placed = tiles.map(({ title: name, panel, linked }, i) => {
        const x = Math.floor((i * columns) / tiles.length)
        const w = Math.floor(((i + 1) * columns) / tiles.length) - x
        panel.id(takeId(name))
        if (!linked) panel.links(next.map(linkBuilder))
        panel.gridPos({ x, y, w, h })
        return panel.build()
      })
      y += h
      return placed
    })
    return [heading, ...panels]
  })
}
