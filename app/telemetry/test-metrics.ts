import { type Attributes, metrics as otel } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { temporalityOf, views } from './views.ts'

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export interface Point {
  readonly attributes: Attributes
  readonly value: unknown
}

/** For unit tests: a meter provider with our views, read by hand in place of a scrape. Ends with `otel.disable()`. */
export const startTestMetrics = (): ((name: string) => Promise<readonly Point[]>) => {
  const reader = new Reader({ aggregationTemporalitySelector: temporalityOf })
  otel.setGlobalMeterProvider(new MeterProvider({ readers: [reader], views: views() }))
  return async (name) => {
    const { resourceMetrics, errors } = await reader.collect()
    if (errors.length > 0) throw new AggregateError(errors)
    const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
    return all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []
  }
}
