import { dashboards } from './all.ts'
import { generate } from './dashboard.ts'

/** Decimal-exact: 1 - 0.999 is written 0.001, and not 0.0010000000000000009. */
const exact = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(12)) : value

/** The text of every generated file by its name. */
export const dashboardFiles = (): Record<string, string> =>
  Object.fromEntries(
    dashboards.map((dashboard) => [`${dashboard.uid}.json`, `${JSON.stringify(generate(dashboard), exact, 2)}\n`]),
  )
