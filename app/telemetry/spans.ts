import {
  type Attributes,
  context,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { scrubError } from './privacy.ts'

const tracer = () => trace.getTracer('crm')

/** Marks a span as failed and puts the error on it. `error.type` is the error's own `type` or `name`: few values. Never throws. */
export const recordError = (span: Span, thrown: unknown): void => {
  if (!span.isRecording()) return
  try {
    const error = scrubError(thrown)
    span.recordException(error)
    span.setAttribute('error.type', errorTypeOf(thrown) ?? error.name)
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
  } catch {
    // An error that cannot even be read is still an error.
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
}

const errorTypeOf = (thrown: unknown): string | undefined => {
  const type = typeof thrown === 'object' && thrown !== null && 'type' in thrown ? thrown.type : undefined
  return typeof type === 'string' && /^[a-z][\w.]{0,60}$/i.test(type) ? type : undefined
}

/** Runs `work` inside a span that ends with it; what it throws is recorded and thrown on. */
export const runInSpan = async <T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => T | Promise<T>,
): Promise<T> =>
  tracer().startActiveSpan(name, options, async (span) => {
    try {
      return await work(span)
    } catch (thrown) {
      recordError(span, thrown)
      throw thrown
    } finally {
      span.end()
    }
  })

/**
 * A step of ours inside a request or job: `span('validate contact', {}, () => …)`. The name must be one of few: no ids.
 * @throws what `work` throws
 */
export const span = <T>(name: string, attributes: Attributes, work: (span: Span) => T | Promise<T>): Promise<T> =>
  runInSpan(name, { kind: SpanKind.INTERNAL, attributes }, work)

/** Runs `work` so that nothing in it becomes a span: where there would be more than anybody reads. */
export const withoutSpans = <T>(work: () => T): T => context.with(suppressTracing(context.active()), work)
