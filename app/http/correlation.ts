import { randomUUID } from 'node:crypto'
import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { createMiddleware } from 'hono/factory'
import { withRequestContext } from '../telemetry/logger.ts'
import { scrubText } from '../telemetry/scrub-text.ts'
import type { AppEnv } from './env.ts'

export const correlationHeader = 'X-Correlation-ID'

/** The trace of an answer (W3C Trace Context, level 2): who asked can look up what was done for it. */
const traceHeader = 'traceresponse'

const traceResponse = (): string | undefined => {
  const span = trace.getSpanContext(context.active())
  if (!span || !isSpanContextValid(span)) return undefined
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`
}

/** What callers may choose: it ends up in logs, in jobs and at every provider, so it must not be an address, a number or a secret. */
const acceptable = /^[\w.:-]{1,128}$/
const isAcceptable = (id: string): boolean => acceptable.test(id) && scrubText(id) === id

/** Takes the caller's `X-Correlation-ID`, or makes one; every answer, log line and job of the request carries it. */
export const correlation = () =>
  createMiddleware<AppEnv>(async function correlation(c, next) {
    const given = c.req.header(correlationHeader)
    const correlationId = given !== undefined && isAcceptable(given) ? given : randomUUID()
    c.set('correlationId', correlationId)
    c.header(correlationHeader, correlationId)
    const traced = traceResponse()
    if (traced !== undefined) c.header(traceHeader, traced)
    await withRequestContext({ correlationId }, next)
  })
