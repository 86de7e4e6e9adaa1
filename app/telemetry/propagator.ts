import { type Context, type TextMapGetter, type TextMapPropagator, type TextMapSetter, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'

/**
 * W3C trace context without `tracestate`: what a client writes into it would stand in every span, in jobs, and in each call to
 * the outside world. It belongs to vendors of tracing, of whom there is none here; the specification lets it be dropped.
 */
export class TraceparentPropagator implements TextMapPropagator {
  readonly #w3c = new W3CTraceContextPropagator()

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#w3c.inject(context, carrier, {
      set: (target, key, value) => {
        if (key === 'traceparent') setter.set(target, key, value)
      },
    })
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const extracted = this.#w3c.extract(context, carrier, getter)
    const remote = trace.getSpanContext(extracted)
    if (remote?.traceState === undefined) return extracted
    const { traceState: _, ...kept } = remote
    return trace.setSpanContext(extracted, kept)
  }

  fields(): string[] {
    return ['traceparent']
  }
}
