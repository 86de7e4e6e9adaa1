import { trace } from '@opentelemetry/api'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { AuditOutcome } from '../db/schema-operations.ts'
import type { AppEnv } from '../http/env.ts'
import { scrubText } from '../telemetry/scrub-text.ts'
import { audited, isAudited } from './actions.ts'
import type { AuditLog } from './audit-log.ts'

/**
 * Keeps what somebody who is known did, or was refused; who is not known is a security event. Stands after `session`, before
 * whatever may refuse.
 */
export const auditing = (auditLog: AuditLog) =>
  createMiddleware<AppEnv>(async function auditing(c, next) {
    await next()
    const { method } = c.req
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
    const path = matchedRoutes(c).findLast((route) => !route.path.includes('*'))?.path
    const route = `${method} ${path}`
    if (!isAudited(route)) return
    const userId = c.get('hasAdminSecret') ? undefined : c.get('user')?.id
    if (userId === undefined && !c.get('hasAdminSecret')) return
    const { target, action } = { target: undefined, ...audited[route] }
    const { targetId = idOf(c.req.param('id')), reason, details = {} } = c.get('audit') ?? {}
    const { status } = c.res
    await auditLog.write({
      action,
      userId,
      outcome: outcomeOf(status),
      status,
      targetType: target,
      targetId,
      reason: reason === undefined ? undefined : scrubText(reason),
      details,
      correlationId: c.get('correlationId'),
      traceId: trace.getActiveSpan()?.spanContext().traceId,
    })
  })

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
/** Of digits alone it could be a card's number. */
const fingerprint = /^(?=.*[a-f])[\da-f]{16,64}$/i

/** What stands in an address may be anything; only what is an id is kept. */
const idOf = (text: string | undefined): string | undefined =>
  text !== undefined && (uuid.test(text) || fingerprint.test(text)) ? text : undefined

const outcomeOf = (status: number): AuditOutcome => {
  if (status < 400) return 'succeeded'
  return status < 500 ? 'refused' : 'failed'
}
