import { createHash, timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { page } from './page.ts'
import { Tickets } from './tickets.ts'
import { findUser, type User, users } from './users.ts'

export interface OauthOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** Where a code may be sent, besides any port of this machine (RFC 8252, 7.3). */
  readonly redirectUris: readonly string[]
  /** Where browsers reach the sandbox, if not where the client does. */
  readonly publicUrl?: string | undefined
  /** Milliseconds since 1970, for tests. */
  readonly now?: () => number
}

/** A code, until it is exchanged. */
interface Grant {
  readonly user: User
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string | undefined
  readonly scope: string
  readonly signedInAt: number
}

const codeLifeMs = 60_000
const tokenLifeSeconds = 3_600

/** An OpenID Connect provider: authorization code with PKCE S256 for one confidential client, RS256 id tokens. */
export async function oauth(options: OauthOptions): Promise<Hono> {
  const now = options.now ?? Date.now
  const codes = new Tickets<Grant>({ lifeMs: codeLifeMs, now })
  const accessTokens = new Tickets<User>({ lifeMs: tokenLifeSeconds * 1_000, now })
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const kid = `sandbox-${now()}`
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }

  const idToken = (issuer: string, { user, nonce, signedInAt }: Grant): Promise<string> => {
    const issuedAt = Math.floor(now() / 1_000)
    const claims = { ...claimsOf(user), auth_time: Math.floor(signedInAt / 1_000), ...(nonce && { nonce }) }
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(options.clientId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + tokenLifeSeconds)
      .sign(privateKey)
  }

  return new Hono()
    .get('/.well-known/openid-configuration', (c) => c.json(discovery(issuerOf(c), options.publicUrl)))
    .get('/jwks', (c) => c.json({ keys: [jwk] }))

    .get('/authorize', (c) => {
      const asked = c.req.query()
      const redirectUri = asked.redirect_uri ?? ''
      // Before both are known to be right, nothing is sent to that address (RFC 6749, 4.1.2.1).
      if (asked.client_id !== options.clientId) return refusal(c, `No client is called "${asked.client_id ?? ''}".`)
      if (!mayRedirectTo(redirectUri, options.redirectUris)) {
        return refusal(c, `"${redirectUri}" is not registered as a redirect_uri of this client.`)
      }
      const back = (answer: Record<string, string>) => {
        const url = new URL(redirectUri)
        const state = asked.state === undefined ? {} : { state: asked.state }
        for (const [name, value] of Object.entries({ ...answer, ...state })) url.searchParams.set(name, value)
        return c.redirect(url.href)
      }
      const wrong = wrongWith(asked)
      if (wrong) return back({ error: wrong[0], error_description: wrong[1] })
      if (asked.decision === 'deny') {
        return back({ error: 'access_denied', error_description: 'The user declined.' })
      }
      const user = asked.login_hint === undefined ? undefined : findUser(asked.login_hint)
      if (!user) return c.html(userPage(c.req.url, asked.login_hint))
      const { nonce, scope = '', code_challenge: challenge = '' } = asked
      return back({ code: codes.issue({ user, redirectUri, challenge, nonce, scope, signedInAt: now() }) })
    })

    .post('/token', async (c) => {
      c.header('Cache-Control', 'no-store')
      const form = new URLSearchParams(await c.req.text())
      if (!isClient(credentialsOf(c, form), options)) {
        c.header('WWW-Authenticate', 'Basic realm="sandbox"')
        return oauthError(c, 401, 'invalid_client', 'The client’s name or secret is wrong.')
      }
      if (form.get('grant_type') !== 'authorization_code') {
        return oauthError(c, 400, 'unsupported_grant_type', 'grant_type must be authorization_code.')
      }
      const grant = codes.take(form.get('code') ?? '')
      if (!grant) return oauthError(c, 400, 'invalid_grant', 'The code is unknown, used, or older than 60 s.')
      if (grant.redirectUri !== form.get('redirect_uri')) {
        return oauthError(c, 400, 'invalid_grant', 'redirect_uri is not the one that the code was issued for.')
      }
      if (!same(sha256(form.get('code_verifier') ?? ''), grant.challenge)) {
        return oauthError(c, 400, 'invalid_grant', 'code_verifier does not belong to the code_challenge.')
      }
      return c.json({
        access_token: accessTokens.issue(grant.user),
        token_type: 'Bearer',
        expires_in: tokenLifeSeconds,
        scope: grant.scope,
        id_token: await idToken(issuerOf(c), grant),
      })
    })

    .get('/userinfo', (c) => {
      const token = /^Bearer ([\w-]+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
      const user = token === undefined ? undefined : accessTokens.look(token)
      if (user) return c.json(claimsOf(user))
      c.header('WWW-Authenticate', 'Bearer error="invalid_token"')
      return oauthError(c, 401, 'invalid_token', 'The access token is missing, unknown or has expired.')
    })
}

/** The client compares it with the address it was given, so it is the one under which the request came. */
const issuerOf = (c: Context): string => `${new URL(c.req.url).origin}/oauth`

const discovery = (issuer: string, publicUrl: string | undefined) => ({
  issuer,
  authorization_endpoint: publicUrl ? `${publicUrl}/oauth/authorize` : `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['openid', 'email', 'profile'],
  claims_supported: ['sub', 'email', 'email_verified', 'name'],
})

const claimsOf = ({ sub, email, name }: User) => ({ sub, email, email_verified: true, name })

/** The first thing wrong with an authorization request, as OAuth's error code and a sentence. */
function wrongWith(asked: Record<string, string>): readonly [string, string] | undefined {
  if (asked.response_type !== 'code') return ['unsupported_response_type', 'response_type must be code.']
  if (!asked.scope?.split(' ').includes('openid')) return ['invalid_scope', 'scope must contain openid.']
  if (asked.code_challenge_method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256.']
  // The base64url form of 32 bytes, without padding.
  if (!/^[\w-]{43}$/.test(asked.code_challenge ?? '')) return ['invalid_request', 'code_challenge is malformed.']
  return undefined
}

function mayRedirectTo(redirectUri: string, registered: readonly string[]): boolean {
  if (registered.includes(redirectUri)) return true
  if (!URL.canParse(redirectUri)) return false
  const { protocol, hostname, hash, username } = new URL(redirectUri)
  return (
    protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) && hash === '' && username === ''
  )
}

interface Credentials {
  readonly id: string
  readonly secret: string
}

/** From the Authorization header, else from the form (RFC 6749, 2.3.1). */
function credentialsOf(c: Context, form: URLSearchParams): Credentials {
  const basic = /^Basic (\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  if (basic === undefined) return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString().split(':')
  return { id: formDecoded(id), secret: formDecoded(secret.join(':')) }
}

/** Both parts are form-encoded before they are joined by a colon. */
const formDecoded = (text: string): string => new URLSearchParams(`_=${text.replaceAll('&', '%26')}`).get('_') ?? ''

const isClient = ({ id, secret }: Credentials, { clientId, clientSecret }: OauthOptions): boolean =>
  same(id, clientId) && same(secret, clientSecret)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Takes the same time wherever the difference is. */
const same = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)))

const oauthError = (c: Context, status: 400 | 401, error: string, description: string): Response =>
  c.json({ error, error_description: description }, status)

const refusal = (c: Context, sentence: string) =>
  c.html(page('Cannot sign in', html`<main class="card"><h1>Cannot sign in</h1><p>${sentence}</p></main>`), 400)

/** One link a user, each back to this very request with a login_hint. */
function userPage(request: string, unknown: string | undefined) {
  const link = (name: string, value: string) => {
    const url = new URL(request)
    url.searchParams.set(name, value)
    return url.pathname + url.search
  }
  return page(
    'Sign in',
    html`<main>
<h1>Who are you?</h1>
<p class="quiet">The sandbox’s sign-in provider: choose, there are no passwords.</p>
${unknown === undefined ? '' : html`<p role="alert">Nobody here is called “${unknown}”.</p>`}
${users.map(
  ({ email, name, about }) => html`<p class="card"><a href="${link('login_hint', email)}">${name}</a> ${email}<br>
<span class="quiet">${about}</span></p>`,
)}
<p><a href="${link('decision', 'deny')}">Decline, and go back</a></p>
</main>`,
  )
}
