import { expect, it } from 'vitest'
import { matrixTable } from './table.ts'

it('has a row a direction, and names what was lost', () => {
  const text = matrixTable([
    { from: 'exemplar', to: 'trace', how: 'trace_id', followed: 20, lost: [] },
    { from: 'log', to: 'trace', how: 'trace_id', followed: 3, lost: [{ what: 'a line', why: 'no such trace' }] },
    { from: 'alert', to: 'dashboard', how: 'dashboard_url', followed: 0, lost: [], note: 'no alert fires' },
  ])
  expect(text.split('\n')).toEqual([
    'from      to         result            by',
    'exemplar  trace      ✓ 20 of 20        trace_id',
    'log       trace      ✗ 2 of 3          trace_id',
    'alert     dashboard  – no alert fires  dashboard_url',
    '',
    '✗ log → trace, a line: no such trace',
    '2 of 3 directions lead where they should.',
    '',
  ])
})
