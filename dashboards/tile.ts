import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { DashboardLink, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Link } from './links.ts'

/** A panel without a place; `height` in grid units of about 30 pixels. */
export interface Tile {
  readonly title: string
  readonly height: number
  readonly panel: Builder<Panel> & {
    id(id: number): unknown
    gridPos(at: Panel['gridPos'] & object): unknown
    links(links: Builder<DashboardLink>[]): unknown
  }
  /** Whether it leads somewhere by itself; what its row leads to is added where it does not. */
  readonly linked: boolean
}

/** What every panel says of itself. */
export interface About {
  readonly title: string
  /** What it shows where the title does not, and what to do when it looks wrong. */
  readonly description: string
  /** In grid units, where a panel of its kind is usually higher than this one needs. */
  readonly height?: number
  /** The next question. */
  readonly links?: readonly Link[]
}
