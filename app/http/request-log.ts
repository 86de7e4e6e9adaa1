import { createMiddleware } from 'hono/factory'
import { logger } from '../telemetry/logger.ts'
import { scrubPath } from '../telemetry/safe-urls.ts'
import { clientRegion } from './client-region.ts'
import type { AppEnv } from './env.ts'

/** Paths that are asked every few seconds by machines. */
const chatter = /^\/health(\/|$)/

/**
 * One line a request, the access log; the correlation id, user and workspace are added by the context. What is written
 * into paths, and queries, are left out. `regionHeader` is the one in which a proxy names the client's region.
 */
export const requestLog = (regionHeader: string | undefined) => {
  const log = logger('http')
  return createMiddleware<AppEnv>(async function requestLog(c, next) {
    const startedAt = performance.now()
    await next()
    const { method } = c.req
    const path = scrubPath(c.req.path)
    const { status } = c.res
    const level = chatter.test(path) ? 'debug' : status >= 500 ? 'error' : 'info'
    const durationMs = Math.round(performance.now() - startedAt)
    log[level]({ method, path, status, durationMs, clientRegion: clientRegion(c, regionHeader) }, 'request answered')
  })
}
