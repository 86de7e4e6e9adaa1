/** What must not leak goes into the running stack by every way, and is found in no store; what was let through is found in each. */
import { beforeAll, expect, test } from 'vitest'
import type { Place } from '../../stack/place.ts'
import { problemsOf, type Report, runCanaries, tableOf } from './canaries/run.ts'
import { firstStartMs, sharedStack } from './running-stack.ts'

let report: Report

beforeAll(async () => {
  const place: Place = await sharedStack()
  report = await runCanaries(place, { full: false, say: () => {} })
}, firstStartMs)

test('canaries came in by each way', () => {
  expect(report.failures).toEqual([])
  expect(report.ways.length).toBeGreaterThan(40)
})

test('every search finds what was let through on purpose', () => {
  expect(report.stores.filter(({ controlFound }) => !controlFound)).toEqual([])
  const there = report.stores.filter(({ bytes }) => bytes !== undefined).map(({ name }) => name)
  expect(there).toEqual(
    expect.arrayContaining([
      there.includes('Tempo') ? 'Tempo' : 'kept traces',
      'Loki',
      'Prometheus',
      'exemplars',
      'notifications',
    ]),
  )
})

test('no canary is found anywhere', () => {
  expect(problemsOf(report), tableOf(report)).toEqual([])
})
