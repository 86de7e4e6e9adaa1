import type { Result } from './results.ts'
import { markdownTable, type Part } from './table.ts'

const begin = '<!-- figures: written by `npm run bench -- --docs`, do not edit -->'
const end = '<!-- end of figures -->'

/** As they are measured: first what telemetry costs, then what it holds out. Others follow by name. */
const order = ['throughput', 'cpu', 'latency', 'memory', 'live', 'collector', 'outages', 'faults', 'exemplars']

/** Rows of stored results with their dates, without those of the benches that have just run. */
export const storedParts = (results: ReadonlyMap<string, Result>, without: ReadonlySet<string> = new Set()): Part[] => {
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...results]
    .filter(([name]) => !without.has(name))
    .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
    .map(([, { rows, at }]) => ({ rows, date: at.slice(0, 10) }))
}

/**
 * A page whose figures between the markers are those of the stored results.
 * @throws an Error when the page has no markers
 */
export const withFigures = (page: string, results: ReadonlyMap<string, Result>): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no line ${begin} followed by ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${markdownTable(storedParts(results))}\n\n${page.slice(to)}`
}
