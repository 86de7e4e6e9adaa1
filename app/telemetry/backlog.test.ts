import { metrics as otel } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openBacklog } from './backlog.ts'
import { type Point, startTestMetrics } from './test-metrics.ts'

let read: (name: string) => Promise<readonly Point[]>

beforeEach(() => {
  read = startTestMetrics()
})
afterEach(() => otel.disable())

/** `{ traces: 3 }` */
const bySignal = async (name: string): Promise<Record<string, unknown>> =>
  Object.fromEntries((await read(name)).map(({ attributes, value }) => [attributes.signal, value]))

/** What a batch processor would report to. */
const fateOf = (backlog: ReturnType<typeof openBacklog>) =>
  backlog.meterProvider.getMeter('any').createCounter('otel.sdk.processor.span.processed')

it('lets ordinary records fill half of the queue, precious ones all of it, and counts what it turns away', async () => {
  const backlog = openBacklog('traces', 10)
  const ordinary = Array.from({ length: 8 }, () => backlog.admits(false))
  expect(ordinary).toEqual([true, true, true, true, true, false, false, false])
  const precious = Array.from({ length: 7 }, () => backlog.admits(true))
  // Beyond what the queue holds its processor decides, and counts.
  expect(precious.every(Boolean)).toBe(true)
  expect(await bySignal('telemetry_dropped_total')).toEqual({ traces: 3 })
})

it('has room again for what was acknowledged or given up, and counts both apart', async () => {
  const backlog = openBacklog('logs', 10)
  for (let record = 0; record < 5; record++) backlog.admits(false)
  expect(backlog.admits(false)).toBe(false)
  fateOf(backlog).add(2, { 'otel.component.name': 'batch/0' })
  fateOf(backlog).add(1, { 'otel.component.name': 'batch/0', 'error.type': 'queue_full' })
  expect([backlog.admits(false), backlog.admits(false), backlog.admits(false)]).toEqual([true, true, true])
  expect(backlog.admits(false)).toBe(false)
  expect(await bySignal('telemetry_exported_total')).toEqual({ logs: 2 })
  expect(await bySignal('telemetry_dropped_total')).toEqual({ logs: 3 })
})
