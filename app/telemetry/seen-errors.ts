import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { channel } from './measured.ts'
import { type RequestContext, requestContext } from './request-context.ts'

/** Where an error was met. */
export interface ErrorPlace {
  readonly component?: string | undefined
  /** Method and route template. */
  readonly route?: string | undefined
  readonly queue?: string | undefined
}

/** An error that somebody should look at, with what is known of the work that met it. */
export interface SeenError extends ErrorPlace {
  readonly error: Error
  readonly at: Date
  readonly traceId: string | undefined
  readonly context: Readonly<Partial<RequestContext>>
}

export const seenErrors = channel<SeenError>()

/** One error passes several places on its way up; the first that knows of it tells. */
const told = new WeakSet<Error>()

/** Tells who keeps the error groups. Costs next to nothing; never throws. */
export const errorSeen = (thrown: unknown, place: ErrorPlace): void => {
  if (!(thrown instanceof Error) || told.has(thrown)) return
  told.add(thrown)
  const active = trace.getSpanContext(context.active())
  const traceId = active && isSpanContextValid(active) ? active.traceId : undefined
  seenErrors.tell({ error: thrown, at: new Date(), traceId, context: { ...requestContext() }, ...place })
}
