import { randomUUID } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { withRequestContext } from '../telemetry/logger.ts'
import type { AppEnv } from './env.ts'

export const correlationHeader = 'X-Correlation-ID'

/** What callers may choose: it ends up in logs and in jobs. */
const acceptable = /^[\w.:-]{1,128}$/

/** Takes the caller's `X-Correlation-ID`, or makes one; every answer, log line and job of the request carries it. */
export const correlation = () =>
  createMiddleware<AppEnv>(async function correlation(c, next) {
    const given = c.req.header(correlationHeader)
    const correlationId = given !== undefined && acceptable.test(given) ? given : randomUUID()
    c.set('correlationId', correlationId)
    c.header(correlationHeader, correlationId)
    await withRequestContext({ correlationId }, next)
  })
