import * as oauth from 'openid-client'
import { correlation } from '../../adapters/exchange.ts'
import { measureService } from '../../adapters/measure.ts'
import type { Config } from '../../config.ts'
import { DomainError, unauthorized, unavailable } from '../../errors.ts'
import { span } from '../../telemetry/spans.ts'

/** What the browser brings back must match what was sent; kept in a signed cookie meanwhile. */
export interface SignInAttempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Who somebody is, as the provider says. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  /** Lower case, verified by the provider. */
  readonly email: string
  readonly name: string
}

export interface SignInProvider {
  /** Where to send the browser. */
  begin(loginHint: string | undefined): Promise<{ readonly url: URL; readonly attempt: SignInAttempt }>
  /** Exchanges the code that came back for an identity. @throws DomainError unauthorized | dependency_unavailable */
  finish(callback: URL, attempt: SignInAttempt): Promise<Identity>
}

/** Seconds for each call to the provider: people wait for it. */
const limitSeconds = 5

/** OpenID Connect: authorization code with PKCE (S256), state and nonce. The provider is discovered at the first sign-in. */
export const createProvider = ({ oauth: { issuerUrl, clientId, clientSecret }, publicUrl }: Config): SignInProvider => {
  const redirectUri = `${publicUrl}/api/auth/callback`
  let discovered: oauth.Configuration | undefined

  const configuration = async (): Promise<oauth.Configuration> => {
    const issuer = new URL(issuerUrl)
    discovered ??= await call('discovery', () =>
      oauth.discovery(issuer, clientId, clientSecret, undefined, {
        timeout: limitSeconds,
        [oauth.customFetch]: (url, options) =>
          fetch(url, { ...options, headers: { ...options.headers, ...correlation() } } as RequestInit),
        // The sandbox speaks HTTP on this machine.
        execute: issuer.protocol === 'http:' ? [oauth.allowInsecureRequests] : [],
      }),
    )
    return discovered
  }

  return {
    begin: async (loginHint) => {
      const verifier = oauth.randomPKCECodeVerifier()
      const attempt = { state: oauth.randomState(), nonce: oauth.randomNonce(), verifier }
      const url = oauth.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(loginHint !== undefined && { login_hint: loginHint }),
      })
      return { url, attempt }
    },
    finish: async (callback, { state, nonce, verifier }) => {
      const config = await configuration()
      const tokens = await span('token validation', {}, () =>
        call('token', () =>
          oauth.authorizationCodeGrant(config, callback, {
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: verifier,
            idTokenExpected: true,
          }),
        ),
      )
      return identityOf(tokens.claims())
    },
  }
}

const identityOf = (claims: Partial<oauth.IDToken> | undefined): Identity => {
  const { iss, sub, email, email_verified: verified, name } = claims ?? ({} as Partial<oauth.IDToken>)
  if (!iss || !sub || typeof email !== 'string' || !email.includes('@') || verified !== true)
    throw unauthorized('The sign-in provider did not confirm an e-mail address.')
  const address = email.toLowerCase()
  return { issuer: iss, subject: sub, email: address, name: typeof name === 'string' && name ? name : address }
}

/** One call to the provider. What it refuses is the caller's, everything else is the provider's failure and counted. */
const call = async <T>(operation: 'discovery' | 'token', work: () => Promise<T>): Promise<T> => {
  try {
    return await measureService('oauth', operation, (error) => !wasRefused(error), work)
  } catch (error) {
    if (wasRefused(error)) throw unauthorized('The sign-in was not completed. Please start again.')
    if (error instanceof DomainError) throw error
    throw unavailable('The sign-in provider', error)
  }
}

/** The person declined, the code is used or too old, or what came back does not belong to this attempt. */
const wasRefused = (error: unknown): boolean => {
  if (error instanceof oauth.AuthorizationResponseError) return true
  if (error instanceof oauth.ResponseBodyError) return error.error === 'invalid_grant'
  if (!(error instanceof oauth.ClientError)) return false
  return (
    error.code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' ||
    (error.code === 'OAUTH_INVALID_RESPONSE' && !isResponse(error.cause))
  )
}

const isResponse = (cause: unknown): boolean => cause instanceof Response
