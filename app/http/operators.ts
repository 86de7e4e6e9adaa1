import { createMiddleware } from 'hono/factory'
import { forbidden, unauthorized } from '../errors.ts'
import { securityEvent } from '../telemetry/security.ts'
import { bearerToken, sameSecret } from './credentials.ts'
import type { AppEnv } from './env.ts'

/**
 * Lets in who operates the service: `Authorization: Bearer <DF_ADMIN_SECRET>`, or the session of somebody with the role admin.
 * 401 without either, 403 for everybody else; both are security events (403 wherever it is thrown).
 */
export const operatorsOnly = (adminSecret: string) =>
  createMiddleware<AppEnv>(async function operatorsOnly(c, next) {
    const token = bearerToken(c.req.header('authorization'))
    if (token !== undefined) {
      if (!sameSecret(token, adminSecret)) {
        securityEvent('bad_admin_credential', { path: c.req.path })
        throw unauthorized('The admin secret is not right: send Authorization: Bearer <DF_ADMIN_SECRET>.')
      }
      c.set('hasAdminSecret', true)
    } else {
      const user = c.get('user')
      if (!user) {
        securityEvent('unauthorized', { path: c.req.path })
        throw unauthorized('Sign in as an admin, or send Authorization: Bearer <DF_ADMIN_SECRET>.')
      }
      if (user.role !== 'admin') throw forbidden('Only admins may do this.')
    }
    await next()
  })
