import { createMiddleware } from 'hono/factory'
import { logger } from '../telemetry/logger.ts'
import type { AppEnv } from './env.ts'

/** Paths that are asked every few seconds by machines. */
const chatter = /^\/health\//

/** One line a request; the correlation id, user and workspace are added by the context. Paths hold ids only, queries are left out. */
export const requestLog = () => {
  const log = logger('http')
  return createMiddleware<AppEnv>(async function requestLog(c, next) {
    const startedAt = performance.now()
    await next()
    const { method, path } = c.req
    const { status } = c.res
    const level = chatter.test(path) ? 'debug' : status >= 500 ? 'error' : 'info'
    log[level]({ method, path, status, durationMs: Math.round(performance.now() - startedAt) }, 'request answered')
  })
}
