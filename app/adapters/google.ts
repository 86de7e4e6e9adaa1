import type { OutsideConfig } from '../config-outside.ts'
import type { Adapter } from './adapter.ts'
import type { Credentials } from './http.ts'
import { AdapterError } from './outside.ts'
import { createTokens, requestToken } from './tokens.ts'

type GoogleAdapter = Adapter<'token'>

/** Gmail and Calendar share one access token, made of the refresh token. @returns what gives each of them its credentials */
export const googleCredentials = (config: OutsideConfig['google']): ((adapter: GoogleAdapter) => Credentials) => {
  const tokens = createTokens()

  const form = {
    grant_type: 'refresh_token',
    client_id: config.clientId ?? '',
    client_secret: config.clientSecret ?? '',
    refresh_token: config.refreshToken ?? '',
  }

  return (adapter) => ({
    headers: async (signal) => {
      const timedOut = () => adapter.error('token', 'timeout', 'did not come in time')
      try {
        const token = await tokens.get(() => requestToken(adapter, config.tokenUrl, form), signal, timedOut)
        return { authorization: `Bearer ${token}` }
      } catch (error) {
        throw ownError(adapter, error)
      }
    },
    forget: tokens.forget,
  })
}

/** What the other one's request for the shared token came to, as this provider's failure. */
const ownError = (adapter: GoogleAdapter, error: unknown): unknown => {
  if (!(error instanceof AdapterError) || error.provider === adapter.provider) return error
  const { status, retryAfterMs } = error
  return adapter.error('token', error.reason, 'could not be had', {
    cause: error,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}
