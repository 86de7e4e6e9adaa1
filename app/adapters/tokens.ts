import { z } from 'zod'
import type { Adapter } from './adapter.ts'
import { untilEnded } from './ending.ts'
import { exchange, type Fail, failureOf, jsonOf } from './exchange.ts'
import type { AdapterError } from './outside.ts'

export interface Token {
  readonly value: string
  readonly lifetimeMs: number
}

/** A token is renewed this long before its end, at most half of its life: clocks differ, and requests take a while. */
const earlierMs = 60_000

export interface Tokens {
  /**
   * The token in use, or a new one, which all who ask meanwhile share.
   * @throws what `fetchToken` throws; what `timedOut` makes when `signal` ends the wait
   */
  get(fetchToken: () => Promise<Token>, signal: AbortSignal, timedOut: () => AdapterError): Promise<string>
  forget(): void
}

/** Keeps an access token while it is good. */
export const createTokens = (): Tokens => {
  let current: { readonly value: string; readonly renewAt: number } | undefined
  let pending: Promise<string> | undefined

  const renew = async (fetchToken: () => Promise<Token>): Promise<string> => {
    try {
      const { value, lifetimeMs } = await fetchToken()
      current = { value, renewAt: Date.now() + lifetimeMs - Math.min(earlierMs, lifetimeMs / 2) }
      return value
    } finally {
      pending = undefined
    }
  }

  return {
    get: async (fetchToken, signal, timedOut) => {
      if (current && Date.now() < current.renewAt) return current.value
      pending ??= renew(fetchToken)
      return await untilEnded(signal, pending, timedOut)
    },
    forget: () => {
      current = undefined
    },
  }
}

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() })

/** Milliseconds for one request for a token, which several calls may wait for. */
const limitMs = 5_000

/**
 * Asks an OAuth token endpoint, counted as the adapter's operation `token`.
 * @param lifetimeMs of a token whose end is not stated
 * @throws AdapterError; 400 is how OAuth refuses, so it is `unauthorized`
 */
export const requestToken = (
  adapter: Adapter<'token'>,
  url: string,
  form: Readonly<Record<string, string>>,
  lifetimeMs = 3_600_000,
): Promise<Token> =>
  adapter.measure('token', {}, async () => {
    const fail: Fail = (reason, what, details) => adapter.error('token', reason, what, details)
    const init = { method: 'POST', body: new URLSearchParams(form), headers: { accept: 'application/json' } }
    const answer = await exchange(fail, new URL(url), init, AbortSignal.timeout(limitMs))
    if (answer.status === 400) throw fail('unauthorized', 'was refused', { status: 400 })
    if (answer.status >= 300) throw failureOf(fail, answer)
    const { data } = answerSchema.safeParse(jsonOf(answer))
    if (!data) throw fail('invalid_data', 'is no token', { status: answer.status })
    return {
      value: data.access_token,
      lifetimeMs: data.expires_in === undefined ? lifetimeMs : data.expires_in * 1_000,
    }
  })
