import { expect, it } from 'vitest'
import { progress, reportText } from './report.ts'

it('lists every check by group, with reasons where one failed or is unavailable', () => {
  expect(
    reportText([
      { group: 'Servers', name: 'loki', state: 'ok' },
      { group: 'System Overview', name: 'Requests', state: 'ok', note: 'nothing went wrong' },
      { group: 'System Overview', name: 'Slow requests', state: 'unavailable', note: 'needs tempo' },
      { group: 'System Overview', name: 'Latency', state: 'empty', note: 'no series for x' },
    ]),
  ).toBe(`Servers: 1 ok
  ✓ loki

System Overview: 1 ok, 1 unavailable, 1 empty
  ✓ Requests
  – Slow requests (needs tempo)
  ∅ Latency
      empty: no series for x

Not verified: 1 of 4 checks failed (2 ok, 1 unavailable, 1 empty).
`)
})

it('says that all is well', () => {
  expect(reportText([{ group: 'Servers', name: 'loki', state: 'ok' }])).toContain('Verified (1 ok).')
})

it('tells what is still missing, when it changes and every 15 s', () => {
  const missing = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ group: 'G', name, state: 'empty' as const }))
  const lines: string[] = []
  const tell = progress(120_000, (line) => lines.push(line))
  tell(missing, 2_400)
  tell(missing, 4_400)
  tell(missing.slice(0, 1), 6_400)
  tell(missing.slice(0, 1), 20_000)
  tell(missing.slice(0, 1), 21_500)
  expect(lines).toEqual([
    '2 of 120 s: waiting for G › a, G › b, G › c, G › d and 1 more\n',
    '6 of 120 s: waiting for G › a\n',
    '22 of 120 s: waiting for G › a\n',
  ])
})
