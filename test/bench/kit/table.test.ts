import { expect, it } from 'vitest'
import { markdownTable, screenTable } from './table.ts'

const rows = [
  { what: 'throughput', how: 'paired', reach: '≥ 0.75', reached: '0.80', ok: true },
  { what: 'CPU a|request', how: 'paired', reach: '≤ 1.4', reached: '1.9', ok: false },
]

it('a page shows what was reached, what was missed, and when', () => {
  expect(markdownTable([{ rows, date: '2026-11-21' }]).split('\n')).toEqual([
    '| what | measured how | reach | reached | measured |',
    '| --- | --- | --- | --- | --- |',
    '| throughput | paired | ≥ 0.75 | 0.80 | 2026-11-21 |',
    '| CPU a\\|request | paired | ≤ 1.4 | **1.9** (missed) | 2026-11-21 |',
  ])
})

it('a terminal shows what was measured now beside what is stored', () => {
  const lines = screenTable([{ rows: rows.slice(0, 1) }, { rows: rows.slice(1), date: '2026-11-20' }]).split('\n')
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['what', 'measured how', 'reach', 'reached', 'when'],
    ['throughput', 'paired', '≥ 0.75', '0.80', 'yes', 'now'],
    ['CPU a|request', 'paired', '≤ 1.4', '1.9', 'no', '2026-11-20'],
  ])
})
