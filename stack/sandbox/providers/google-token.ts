import { Hono } from 'hono'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { isClient, SignedTokens, same } from '../kit/credentials.ts'

export interface GoogleOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly now?: () => number
}

/** Google's token endpoint, and what its APIs accept. */
export interface Google {
  readonly token: Hono
  /** The keys of what Google signs. */
  readonly certs: Hono
  readonly isAccessToken: (token: string) => boolean
  /** The token that comes with a Pub/Sub push: RS256, for that audience. */
  readonly pushToken: (audience: string) => Promise<string>
}

/** Pub/Sub pushes as this account. */
export const pushAccount = 'gmail-api-push@system.gserviceaccount.com'

export function google({ clientId, clientSecret, refreshToken, now = Date.now }: GoogleOptions): Google {
  const tokens = new SignedTokens('ya29', clientSecret, { now })
  const kid = `google-${now()}`
  let keys: ReturnType<typeof generateKeyPair> | undefined
  const keyPair = () => {
    keys ??= generateKeyPair('RS256')
    return keys
  }

  /** `POST /google/token`, the grant refresh_token only. */
  const token = new Hono().post('/', async (c) => {
    c.header('Cache-Control', 'no-store')
    const form = new URLSearchParams(await c.req.text())
    const refused = (status: 400 | 401, error: string, error_description: string) =>
      c.json({ error, error_description }, status)
    if (!isClient(form, clientId, clientSecret))
      return refused(401, 'invalid_client', 'Unknown client or wrong secret.')
    if (form.get('grant_type') !== 'refresh_token') {
      return refused(400, 'unsupported_grant_type', 'grant_type must be refresh_token.')
    }
    if (!same(form.get('refresh_token') ?? '', refreshToken)) {
      return refused(400, 'invalid_grant', 'The refresh_token is unknown or was revoked.')
    }
    return c.json({ access_token: tokens.issue(), expires_in: tokens.lifeSeconds, token_type: 'Bearer' })
  })

  /** `GET /google/certs` → JWKS */
  const certs = new Hono().get('/', async (c) => {
    const jwk = await exportJWK((await keyPair()).publicKey)
    return c.json({ keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] })
  })

  return {
    token,
    certs,
    isAccessToken: (shown) => tokens.isValid(shown),
    pushToken: async (audience) => {
      const issuedAt = Math.floor(now() / 1_000)
      return new SignJWT({ email: pushAccount, email_verified: true })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer('https://accounts.google.com')
        .setAudience(audience)
        .setSubject('104290617392001100000')
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 3_600)
        .sign((await keyPair()).privateKey)
    },
  }
}
