import { expect, it } from 'vitest'
import { withFigures } from './page.ts'

const result = (what: string) => ({
  title: what,
  at: '2026-11-21T22:00:00.000Z',
  machine: { cores: 2, cpu: 'x', memoryGb: 4, node: 'v24' },
  rows: [{ what, how: 'paired', reach: '≥ 1', reached: '2', ok: true }],
  runs: [],
})

it('the figures between the markers are replaced by the stored ones, in the order in which they are measured', () => {
  const [begin, end] = [
    '<!-- figures: written by `npm run bench -- --docs`, do not edit -->',
    '<!-- end of figures -->',
  ]
  const page = `before\n${begin}\n\nold\n\n${end}\nafter`
  const results = new Map([
    ['zebra', result('Z')],
    ['cpu', result('C')],
    ['throughput', result('T')],
    ['another', result('A')],
  ])
  const lines = withFigures(page, results).split('\n')
  expect(lines.slice(0, 2)).toEqual(['before', begin])
  expect(lines.slice(5, 9).map((line) => line.slice(0, 5))).toEqual(['| T |', '| C |', '| A |', '| Z |'])
  expect(lines.slice(-2)).toEqual([end, 'after'])
})

it('a page without markers is refused', () => {
  expect(() => withFigures('nothing', new Map())).toThrow('the page has no line <!-- figures')
})
