import { columns } from '../../../stack/launch/screen.ts'
import type { Row } from './bench.ts'

/** Rows of one bench; `date` where they are of an earlier run. */
export interface Part {
  readonly rows: readonly Row[]
  readonly date?: string
}

const head = ['what', 'measured how', 'reach', 'reached', '', 'when']

const cells = ({ rows, date }: Part): string[][] =>
  rows.map(({ what, how, reach, reached, ok }) => [what, how, reach, reached, ok ? 'yes' : 'no', date ?? 'now'])

/** For a terminal. */
export const screenTable = (parts: readonly Part[]): string => columns([head, ...parts.flatMap(cells)]).join('\n')

const escaped = (cell: string): string => cell.replaceAll('|', '\\|')

/** For a page: what was missed stands out. */
export const markdownTable = (parts: readonly Part[]): string => {
  const rows = parts.flatMap(cells).map(([what = '', how = '', reach = '', reached = '', ok, when = '']) => {
    const result = ok === 'yes' ? reached : `**${reached}** (missed)`
    return `| ${[what, how, reach, result, when].map(escaped).join(' | ')} |`
  })
  return ['| what | measured how | reach | reached | measured |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
}
