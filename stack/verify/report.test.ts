import { expect, it } from 'vitest'
import { progressText, reportText } from './report.ts'

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

it('names what is still missing', () => {
  const missing = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ group: 'G', name, state: 'empty' as const }))
  expect(progressText(missing, 12_400, 120_000)).toBe('12 of 120 s: waiting for G › a, G › b, G › c, G › d and 1 more')
})
