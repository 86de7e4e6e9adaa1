import { type Attributes, type Counter, createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api'
import type { signals } from '../../catalogue/metrics/values.ts'
import { counter } from './instruments.ts'

/**
 * Counts what a batch processor loses, in `telemetry_dropped_total{signal}`. Processors report the fate of every record to a
 * meter (`otel.sdk.processor.*.processed`, with `error.type` for a full queue or a failed export); this provider listens to
 * that and to nothing else.
 */
export const countLosses = (signal: (typeof signals)[number]): MeterProvider => {
  const losses: Counter = {
    add: (count: number, attributes?: Attributes) => {
      if (attributes?.['error.type'] !== undefined) counter('telemetry_dropped_total').add(count, { signal })
    },
  }
  const meter: Meter = Object.create(createNoopMeter(), { createCounter: { value: () => losses } })
  return { getMeter: () => meter }
}
