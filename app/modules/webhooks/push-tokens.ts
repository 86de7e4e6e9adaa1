import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { Config } from '../../config.ts'
import { unavailable } from '../../errors.ts'

const issuers = ['https://accounts.google.com', 'accounts.google.com']

/** How long Google may take to show its keys; they are kept for ten minutes. */
const keysLimitMs = 2_000

/**
 * Whether a token is one that Google's Pub/Sub made for us: signed with one of Google's keys, for our audience, still valid.
 * @returns a check that throws DomainError dependency_unavailable when the keys cannot be read: Pub/Sub comes again then
 */
export const pushTokens = ({ jwksUrl, webhookAudience }: Config['outside']['google']) => {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: keysLimitMs, cacheMaxAge: 600_000 })
  return async (token: string): Promise<boolean> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuers,
        audience: webhookAudience,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      })
      return payload.email_verified === true
    } catch (error) {
      if (isAboutToken(error)) return false
      throw unavailable('The list of Google’s keys', error)
    }
  }
}

/** jose's own errors are about the token, but for those about the list of keys. */
const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC')
