import type { HrTime } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { RandomIdGenerator, type SpanProcessor } from '@opentelemetry/sdk-trace'

/**
 * The way past the SDK for spans that we make ourselves: straight into the exporter's queue, scrubbed already. The SDK would
 * read the clock four times for each, check each attribute three times and run through every processor.
 */
interface SpanQueue {
  readonly processor: SpanProcessor
  readonly resource: Resource
}

/** Known once the SDK has told what process its spans are of: from the first one on. */
let queue: SpanQueue | undefined

/** Undefined where a standard variable asks for another exporter: then the SDK makes all spans. */
export const spanQueue = (): SpanQueue | undefined => queue

/** The processor, which also takes what we make. */
export const takingOurs = (processor: SpanProcessor): SpanProcessor => ({
  onStart: (span, parent) => {
    if (queue?.processor !== processor) queue = { processor, resource: span.resource }
    processor.onStart(span, parent)
  },
  onEnd: (span) => processor.onEnd(span),
  forceFlush: () => processor.forceFlush(),
  shutdown: () => processor.shutdown(),
})

export const ids = new RandomIdGenerator()

/** The scope of all spans that we make. */
export const scope = { name: 'crm' }

/** Milliseconds since 1970, or of a duration, as OTLP counts. */
export const timeOf = (ms: number): HrTime => {
  const seconds = Math.floor(ms / 1_000)
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)]
}
