import { randomUUID } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { withRequestContext } from '../telemetry/logger.ts'
import { scrubText } from '../telemetry/scrub-text.ts'
import type { AppEnv } from './env.ts'

export const correlationHeader = 'X-Correlation-ID'

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
    await withRequestContext({ correlationId }, next)
  })
