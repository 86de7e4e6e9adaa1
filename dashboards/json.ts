import { dashboards } from './all.ts'
import { generate } from './dashboard.ts'
import { folderOf } from './links.ts'

/** Decimal-exact: 1 - 0.999 is written 0.001, and not 0.0010000000000000009. */
const exact = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(12)) : value

/** The text of every generated file by its path: the folder in which Grafana lists it, and the uid. */
export const dashboardFiles = (): Record<string, string> =>
  Object.fromEntries(
    dashboards.map((dashboard) => [
      `${folderOf(dashboard.uid)}/${dashboard.uid}.json`,
      `${JSON.stringify(generate(dashboard), exact, 2)}\n`,
    ]),
  )
