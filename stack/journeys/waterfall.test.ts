import { expect, it } from 'vitest'
import type { Span } from '../queries/find-trace.ts'
import { duration, waterfall } from './waterfall.ts'

const span = (spanId: string, parentId: string, name: string, startMs: number, durationMs: number): Span => ({
  spanId,
  parentId,
  service: 'api',
  name,
  kind: 'internal',
  startMs,
  durationMs,
  error: undefined,
})

it('draws each span under its parent, to scale, with its error', () => {
  const spans: Span[] = [
    { ...span('d', 'b', 'process job', 1_060, 40), service: 'worker', error: 'TimeoutError: no answer' },
    span('c', 'a', 'select sessions', 1_000, 0.1),
    span('b', 'a', 'database write', 1_010, 30),
    // Its parent is the caller, whose span nobody exports.
    span('a', 'caller', 'POST /api/contacts', 1_000, 50),
  ]
  expect(waterfall(spans, 64)).toEqual([
    'api     POST /api/contacts  │█████████████            │  50.0 ms',
    'api       select sessions   │█                        │  0.10 ms',
    'api       database write    │  ████████               │  30.0 ms',
    'worker      process job     │               ██████████│  40.0 ms  ✗ TimeoutError: no answer',
  ])
})

it('cuts long names, and draws a span at the very end and a trace without any duration', () => {
  const [first, last] = waterfall(
    [span('a', '', 'a name that is much too long for the line', 0, 10), span('b', 'a', 'last', 10, 0)],
    60,
  )
  expect(first).toBe('api  a name that is much too …  │█████████████████│  10.0 ms')
  expect(last).toBe('api    last                     │                █│  0.00 ms')
  expect(waterfall([span('a', '', 'x', 5, 0)], 30)).toEqual(['api  x  │█          │  0.00 ms'])
})

it('writes durations with three digits', () => {
  expect([0.416, 12.34, 340.4, 999.6, 2_104, 61_000].map(duration)).toEqual([
    '0.42 ms',
    '12.3 ms',
    '340 ms',
    '1.00 s',
    '2.10 s',
    '61.0 s',
  ])
})
