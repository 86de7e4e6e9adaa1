import { type Attributes, type Counter, createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api'
import type { signals } from '../../catalogue/metrics/values.ts'
import { counter } from './instruments.ts'

/** What waits between the process and its collector, and what became of it. */
export interface Backlog {
  /** Counts records that were acknowledged, or given up, and gives their room back. */
  settle(count: number, isLost: boolean): void
  /** The same for a batch processor of the SDK, which reports the fate of every record to it. */
  readonly meterProvider: MeterProvider
  /**
   * Whether the record may join the queue. From half full on only what is precious may: so when the collector is slow or
   * away, errors and slow requests are given up last. What may not is counted as dropped.
   */
  admits(isPrecious: boolean): boolean
}

/** Ordinary records may fill so much of a queue. */
const share = 0.5

/**
 * Counts what the collector acknowledged (`telemetry_exported_total{signal}`) and what was given up
 * (`telemetry_dropped_total{signal}`). The SDK's processors report the fate of every record to a meter
 * (`otel.sdk.processor.*.processed`, with `error.type` for a full queue or a failed export); this provider listens to that
 * and to nothing else.
 */
export const openBacklog = (signal: (typeof signals)[number], capacity: number): Backlog => {
  let waiting = 0
  const settle = (count: number, isLost: boolean): void => {
    waiting -= count
    counter(isLost ? 'telemetry_dropped_total' : 'telemetry_exported_total').add(count, { signal })
  }
  const fates: Counter = {
    add: (count: number, attributes?: Attributes) => settle(count, attributes?.['error.type'] !== undefined),
  }
  const meter: Meter = Object.create(createNoopMeter(), { createCounter: { value: () => fates } })
  return {
    settle,
    meterProvider: { getMeter: () => meter },
    admits: (isPrecious) => {
      if (!isPrecious && waiting >= capacity * share) {
        counter('telemetry_dropped_total').add(1, { signal })
        return false
      }
      waiting += 1
      return true
    },
  }
}
