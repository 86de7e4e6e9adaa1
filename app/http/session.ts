import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { forbidden, unauthorized, unavailable } from '../errors.ts'
import { setRequestContext } from '../telemetry/logger.ts'
import { within } from '../time-limit.ts'
import type { AppEnv, SignedInEnv, SignedInUser } from './env.ts'

export const sessionCookie = 'crm_session'

/** Finds the user of a session token; undefined when the token is forged or expired. */
export type FindSession = (token: string) => Promise<SignedInUser | undefined>

/**
 * Reads the session cookie; the request goes on without a user when there is none.
 * @param limitMs how long the database may take to know the session; then the answer is 503
 */
export const session = (find: FindSession, limitMs?: number) =>
  createMiddleware<AppEnv>(async function session(c, next) {
    const token = getCookie(c, sessionCookie)
    const user = token ? await soon(find(token), limitMs) : undefined
    c.set('user', user)
    if (user) setRequestContext({ userId: user.id, workspaceId: user.workspaceId })
    await next()
  })

const soon = async <T>(found: Promise<T>, limitMs: number | undefined): Promise<T> => {
  if (limitMs === undefined) return await found
  return await within(limitMs, found).catch((error: unknown) => {
    throw unavailable('The database', error)
  })
}

/** 401 without a valid session. */
export const signedIn = createMiddleware<SignedInEnv>(async function signedIn(c, next) {
  if (!c.get('user')) {
    const detail = getCookie(c, sessionCookie)
      ? 'Your session has ended or is not valid. Please sign in again.'
      : 'Please sign in at /api/auth/login.'
    throw unauthorized(detail)
  }
  await next()
})

/** 403 for everybody who is signed in and no admin. Stands after `signedIn`. */
export const adminsOnly = createMiddleware<SignedInEnv>(async function adminsOnly(c, next) {
  if (c.get('user').role !== 'admin') throw forbidden('Only admins may do this.')
  await next()
})
