import { expect, test } from 'vitest'
import { type Measured, rowsOf, withOthers } from './rows.ts'

const measured = (title: string, more: Partial<Measured> = {}): Measured => ({
  title,
  at: '2026-03-01T12:00:00.000Z',
  perSecond: 100,
  load: { least: 1, most: 3 },
  seconds: 600,
  requests: 60_000,
  failedRequests: 0,
  statuses: { 200: 60_000 },
  failedBefore: 0,
  p99Before: 10,
  p99During: 11,
  p99After: 10,
  droppedSpans: 0,
  droppedLines: 0,
  unseenRequests: 0,
  partlyAcknowledged: 0,
  drainedAfter: 5,
  spans: 1_000,
  lostSpans: 0,
  hiddenSpans: 0,
  lostSpansAge: 0,
  lostTraces: 0,
  lines: 500,
  lostLines: 0,
  scrapes: 120,
  points: 9_000,
  lostPoints: 0,
  missingScrapes: 0,
  told: [],
  alsoTold: [],
  ...more,
})

test('what was not run keeps its rows, what was run takes the place of older ones', () => {
  const [tempo, older, newer] = [measured('Tempo'), measured('Loki', { lostLines: 7 }), measured('Loki')]
  const stored = { rows: [tempo, older].flatMap(rowsOf), outcomes: [tempo, older] }
  expect(withOthers([newer], stored, ['Prometheus', 'Loki', 'Tempo'])).toEqual({
    rows: [newer, tempo].flatMap(rowsOf),
    outcomes: [newer, tempo],
  })
})

test('nothing may be lost, but for what a killed collector had not decided upon', () => {
  const isReached = (title: string, more: Partial<Measured>): boolean | undefined =>
    rowsOf(measured(title, more))[0]?.ok
  expect(isReached('Loki', {})).toBe(true)
  expect(isReached('Loki', { lostLines: 1 })).toBe(false)
  expect(isReached('Loki', { lostPoints: 1 })).toBe(false)
  expect(isReached('Loki', { missingScrapes: 1 })).toBe(false)
  expect(isReached('Tempo', { lostSpans: 1 })).toBe(false)
  expect(isReached('the collector', { lostSpans: 9, lostSpansAge: 12 })).toBe(true)
  expect(isReached('the collector', { lostSpans: 9, lostSpansAge: 12.1 })).toBe(false)
})

test('requests are unchanged by half or 5 ms, and no more of them fail; how busy the machine was stands beside it', () => {
  const requests = (more: Partial<Measured>) => rowsOf(measured('Loki', more))[1]
  expect(requests({})?.how).toContain('load average 1 to 3')
  expect(requests({ p99During: 14.9 })?.ok).toBe(true)
  expect(requests({ p99During: 15.1 })?.ok).toBe(false)
  expect(requests({ failedRequests: 61 })?.ok).toBe(false)
})

test('whoever had to be told was told, and told that it is over', () => {
  const told = (firingAfter?: number, resolvedAfter?: number) =>
    rowsOf(measured('Loki', { told: [{ alert: 'LokiDown', firingAfter, resolvedAfter }] }))[2]?.ok
  expect(told(70, 2)).toBe(true)
  expect(told(70, undefined)).toBe(false)
  expect(told(undefined, 2)).toBe(false)
})
