import { createHmac } from 'node:crypto'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { forbidden } from '../errors.ts'
import { sameSecret } from './credentials.ts'
import type { AppEnv } from './env.ts'
import { sessionCookie } from './session.ts'

export const csrfHeader = 'X-CSRF-Token'

const changesNothing: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Sent as a page is left, when no header can be: what a page measured is anybody's to say. */
const beacons: ReadonlySet<string> = new Set(['/api/web-vitals'])

/** What only pages of ours can know of a session: they read it from `GET /api/auth/me`. */
export const csrfTokenOf = (sessionSecret: string, sessionToken: string): string =>
  createHmac('sha256', sessionSecret).update(`csrf ${sessionToken}`).digest('base64url')

/**
 * 403 for requests that would change something where a browser sent the session's cookie by itself: they must carry the
 * session's token as well, which a page of somebody else cannot read. Stands after `session`. Programs (neither `Origin` nor `Sec-Fetch-Site`) and
 * callers with a bearer token are not asked: no page of somebody else makes a browser send that.
 */
export const csrf = (sessionSecret: string) =>
  createMiddleware<AppEnv>(async function csrf(c, next) {
    const { method, path } = c.req
    const token = getCookie(c, sessionCookie)
    const isOfBrowser = c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined
    const needsNone = changesNothing.has(method) || beacons.has(path) || c.req.header('authorization') !== undefined
    if (token !== undefined && c.get('user') && isOfBrowser && !needsNone) {
      if (!sameSecret(c.req.header(csrfHeader) ?? '', csrfTokenOf(sessionSecret, token)))
        throw forbidden(
          `Send the csrfToken of GET /api/auth/me as ${csrfHeader}; reload the page if it is open for long.`,
        )
    }
    await next()
  })
