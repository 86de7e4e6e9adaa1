import type { Context, ErrorHandler, Hono, MiddlewareHandler, NotFoundHandler } from 'hono'
import { methodNotAllowed as onMethodNotAllowed } from 'hono/method-not-allowed'
import { DomainError, domainErrorOf, statuses } from '../errors.ts'
import { routeOf } from '../telemetry/http.ts'
import { logger } from '../telemetry/logger.ts'
import { scrubPath } from '../telemetry/safe-urls.ts'
import { securityEvent } from '../telemetry/security.ts'
import { errorSeen } from '../telemetry/seen-errors.ts'
import type { AppEnv } from './env.ts'
import type { Problem } from './openapi.ts'

const titles = {
  malformed_request: 'Malformed request',
  validation: 'Not valid',
  unauthorized: 'Not signed in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  conflict: 'Conflict',
  payload_too_large: 'Too large',
  rate_limited: 'Too many requests',
  internal: 'Internal error',
  dependency_unavailable: 'Temporarily unavailable',
  timeout: 'Took too long',
} as const satisfies Record<DomainError['type'], string>

/** An error as `application/problem+json` (RFC 9457), with its kind noted for the metrics. */
export const problem = (c: Context<AppEnv>, error: DomainError): Response => {
  const { type, message, headers, fields } = error
  c.set('errorType', type)
  if (c.req.path.startsWith(monitoringPath)) return failure(c, error)
  const body: Problem = {
    type: `urn:crm:problem:${type}`,
    title: titles[type],
    status: statuses[type],
    detail: message,
    correlationId: c.get('correlationId'),
    ...(fields.length > 0 && { errors: fields.map((field) => ({ ...field })) }),
  }
  return c.body(JSON.stringify(body), statuses[type], { ...headers, 'content-type': 'application/problem+json' })
}

/** Below this everything is answered `{ success, … }`, as requirement D has it. */
const monitoringPath = '/api/monitoring/'

/** An error in that shape; what is wrong with the fields is part of the message. */
const failure = (c: Context<AppEnv>, { type, message, headers, fields }: DomainError): Response => {
  const details = fields.map(({ field, message: what }) => `${field}: ${what}`)
  return c.json({ success: false, message: [message, ...details].join(' ') }, statuses[type], { ...headers })
}

/** Hono's `onError`: whatever a route throws becomes a readable answer; what is our fault is logged with its stack. */
export const answerError = (): ErrorHandler<AppEnv> => {
  const log = logger('http')
  return (thrown, c) => {
    const error = domainErrorOf(thrown)
    const cause = error.cause ?? error
    if (error.type === 'forbidden') securityEvent('forbidden', { method: c.req.method, path: scrubPath(c.req.path) })
    if (statuses[error.type] >= 500) errorSeen(cause, { component: 'http', route: `${c.req.method} ${routeOf(c)}` })
    if (error.type === 'internal') log.error({ error: cause }, 'request failed')
    // Of what is away, hundreds of requests say the same each second: a stack in each line would help nobody.
    else if (statuses[error.type] >= 500)
      log.warn({ errorType: error.type, reason: cause instanceof Error ? cause.message : undefined }, error.message)
    return problem(c, error)
  }
}

/** Hono's `notFound`. */
export const answerNotFound: NotFoundHandler<AppEnv> = (c) =>
  problem(c, new DomainError('not_found', 'There is nothing at this address.'))

/** 405 with `Allow` where the address exists for other methods only. */
export const methodNotAllowed = (app: Hono<AppEnv>): MiddlewareHandler<AppEnv> =>
  onMethodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const allow = methods.toSorted().join(', ')
      return problem(
        c,
        new DomainError('method_not_allowed', `This address answers ${allow} only.`, { headers: { allow } }),
      )
    },
  })
