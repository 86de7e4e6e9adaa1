import { resourceFromAttributes } from '@opentelemetry/resources'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LineRecord } from './log-records.ts'

beforeEach(() => vi.useFakeTimers({ now: 1_795_290_000_250 }))
afterEach(() => vi.useRealTimers())

const line = { level: 'info', message: 'the same', component: 'test', fields: {} } as const
const time = () => new LineRecord(line, undefined, resourceFromAttributes({})).hrTime

test('no two lines have the same time, and those of one millisecond keep their order', () => {
  expect([time(), time(), time()]).toEqual([
    [1_795_290_000, 250_000_000],
    [1_795_290_000, 250_000_001],
    [1_795_290_000, 250_000_002],
  ])
  vi.setSystemTime(1_795_290_000_251)
  expect(time()).toEqual([1_795_290_000, 251_000_000])
})
