import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { deleteCookie, getCookie, getSignedCookie, setCookie, setSignedCookie } from 'hono/cookie'
import { roles } from '../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../errors.ts'
import { clientRegion } from '../../http/client-region.ts'
import { csrfTokenOf } from '../../http/csrf.ts'
import type { AppEnv } from '../../http/env.ts'
import { id, requiredText } from '../../http/fields.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { sessionCookie, signedIn } from '../../http/session.ts'
import { logger, setRequestContext } from '../../telemetry/logger.ts'
import { securityEvent } from '../../telemetry/security.ts'
import { agentFamily, clientKey } from './client.ts'
import { linksOf } from './links.ts'
import { createProvider } from './provider.ts'
import { closeSession, openSession, sessionSeconds } from './service.ts'
import { SignInFailures } from './sign-in-failures.ts'
import { workspaceById } from './table.ts'

/** Holds the attempt between the two redirects; ten minutes are enough to type a password. */
const attemptCookie = 'crm_sign_in'
const attemptSeconds = 600

const attemptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() })

/** A path of ours: `//host` and `/\host` would lead elsewhere. */
const localPath = /^\/(?![/\\])[^\r\n]*$/

const tags = ['Sign-in']

/** Refused, too late, or not begun here. */
const isOfPeople = (error: unknown): error is DomainError =>
  error instanceof DomainError && (error.type === 'unauthorized' || error.type === 'malformed_request')

const login = createRoute({
  method: 'get',
  path: '/api/auth/login',
  tags,
  summary: 'Sign in',
  description: 'Sends the browser to the sign-in provider and, when that is done, to `return_to`.',
  request: {
    query: z.object({
      login_hint: z.email().optional().openapi({ example: 'admin@crm.example' }),
      return_to: z
        .string()
        .max(2_000)
        .regex(localPath, { error: 'must be a path here, such as /docs' })
        .default('/')
        .openapi({ example: '/docs' }),
    }),
  },
  responses: { 302: { description: 'To the sign-in provider' }, ...problems(422, 503) },
})

const callback = createRoute({
  method: 'get',
  path: '/api/auth/callback',
  tags,
  summary: 'Where the sign-in provider sends the browser back to',
  request: { query: z.looseObject({ state: z.string().optional(), code: z.string().optional() }) },
  responses: { 302: { description: 'Signed in' }, ...problems(400, 401, 503) },
})

const logout = createRoute({
  method: 'post',
  path: '/api/auth/logout',
  tags,
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out, or was not signed in' }, ...problems(503) },
})

const me = createRoute({
  method: 'get',
  path: '/api/auth/me',
  tags,
  summary: 'Who is signed in',
  middleware: [signedIn] as const,
  responses: {
    200: answer(
      z
        .object({
          user: z.object({ id, name: requiredText(200), email: z.email(), role: z.enum(roles) }),
          workspace: z.object({ id, name: z.string(), domain: z.string() }),
          csrfToken: z
            .string()
            .openapi({ description: 'Browsers send it as `X-CSRF-Token` with whatever changes something.' }),
          links: z
            .object({
              dashboards: z.string().openapi({ description: '`/d/<uid>` is below it.' }),
              runbooks: z.string().openapi({ description: 'The runbook of an alert is below it.' }),
              traces: z
                .string()
                .openapi({ description: 'The address of a trace, with `{traceId}` in place of its id.' }),
            })
            .optional()
            .openapi({ description: 'For admins: where more is found.' }),
        })
        .openapi('Me'),
      'The user and the workspace',
    ),
    ...problems(401, 503),
  },
})

export const authRoutes = ({ config, db, cache, activities }: Deps) => {
  const log = logger('auth')
  const provider = createProvider(config)
  const secure = config.publicUrl.startsWith('https:')
  const cookie = { httpOnly: true, sameSite: 'Lax', secure } as const
  const attemptOptions = { ...cookie, path: '/api/auth' } as const

  const takeAttempt = async (c: Context<AppEnv>) => {
    const stored = await getSignedCookie(c, config.sessionSecret, attemptCookie)
    deleteCookie(c, attemptCookie, attemptOptions)
    if (!stored)
      throw new DomainError('malformed_request', 'This sign-in was not started here, or more than ten minutes ago.')
    return attemptSchema.parse(JSON.parse(Buffer.from(stored, 'base64url').toString()))
  }

  const failures = new SignInFailures()

  /** What a log may know of whoever signs in. */
  const aboutClient = (c: Context<AppEnv>) => ({
    method: 'oauth',
    clientRegion: clientRegion(c, config.clientRegionHeader),
    agent: agentFamily(c.req.header('user-agent')),
  })

  /** People see a page of ours, that tells what happened and lets them try again; programs see the problem itself. */
  const sendBack = (c: Context<AppEnv>, error: unknown) => {
    if (!c.req.header('accept')?.includes('text/html')) throw error
    const outcome = isOfPeople(error) ? 'failed' : 'unavailable'
    if (outcome === 'unavailable') log.warn({ error }, 'nobody could sign in')
    return c.redirect(`/?sign_in=${outcome}`, 302)
  }

  /** What the provider could not answer is nobody's failure. */
  const noteFailure = (c: Context<AppEnv>, error: unknown): void => {
    if (!isOfPeople(error)) return
    const about = { ...aboutClient(c), reason: error.type }
    securityEvent('sign_in_failed', about)
    if (failures.add(clientKey(c, config.clientRegionHeader !== undefined))) securityEvent('sign_in_burst', about)
  }

  const identify = async (c: Context<AppEnv>) => {
    const { returnTo, ...attempt } = await takeAttempt(c)
    // Our public address, which behind a proxy is not the one of the request.
    const returned = new URL(`${config.publicUrl}/api/auth/callback${new URL(c.req.url).search}`)
    return { returnTo, identity: await provider.finish(returned, attempt) }
  }

  return createRoutes()
    .openapi(login, async (c) => {
      const { login_hint, return_to } = c.req.valid('query')
      const begun = await provider.begin(login_hint).catch((error: unknown) => sendBack(c, error))
      if (begun instanceof Response) return begun
      const { url, attempt } = begun
      const stored = Buffer.from(JSON.stringify({ ...attempt, returnTo: return_to })).toString('base64url')
      await setSignedCookie(c, attemptCookie, stored, config.sessionSecret, {
        ...attemptOptions,
        maxAge: attemptSeconds,
      })
      return c.redirect(url.href, 302)
    })
    .openapi(callback, async (c) => {
      const identified = await identify(c).catch((error: unknown) => {
        noteFailure(c, error)
        return sendBack(c, error)
      })
      if (identified instanceof Response) return identified
      const { returnTo, identity } = identified
      const { token, userId, workspaceId } = await openSession(db, config, identity)
      setCookie(c, sessionCookie, token, { ...cookie, path: '/', maxAge: sessionSeconds })
      setRequestContext({ userId, workspaceId })
      activities.note({ workspaceId, userId, method: 'GET', route: '/api/auth/callback', action: 'auth.sign_in' })
      log.info(aboutClient(c), 'signed in')
      return c.redirect(returnTo, 302)
    })
    .openapi(logout, async (c) => {
      const token = getCookie(c, sessionCookie)
      deleteCookie(c, sessionCookie, { ...cookie, path: '/' })
      if (token) await closeSession({ db, cache }, token)
      return c.body(null, 204)
    })
    .openapi(me, async (c) => {
      const { id, name, email, role, workspaceId } = c.get('user')
      const workspace = await workspaceById(db, workspaceId)
      const csrfToken = csrfTokenOf(config.sessionSecret, getCookie(c, sessionCookie) ?? '')
      const links = role === 'admin' ? linksOf(config) : undefined
      c.header('cache-control', 'no-store')
      return c.json({ user: { id, name, email, role }, workspace, csrfToken, ...(links && { links }) }, 200)
    })
}
