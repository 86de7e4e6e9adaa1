import { z } from 'zod'
import type { OutsideConfig } from '../config-outside.ts'
import { createAdapter } from './adapter.ts'
import type { Client, ClientOptions } from './client.ts'
import { type Answer, exchange, type Fail, failureOf } from './exchange.ts'
import { createHttp } from './http.ts'
import type { Verity } from './outside.ts'

const operations = { ping: 'other', create_broadcast: 'broadcast', broadcast: 'broadcast', forward: 'other' } as const

const createdSchema = z.object({ id: z.string().min(1), status: z.string() })
const broadcastSchema = createdSchema.extend({ sent: z.int().nonnegative(), failed: z.int().nonnegative() })

/** Headers of an answer that mean the same to whoever gets it from us; the rest belongs to the connection it came by. */
const passedOn = ['content-type', 'retry-after', 'etag', 'last-modified', 'cache-control', 'location'] as const

/** Verity's API (broadcasts), and the way through for the gateway. */
export const createVerity = (config: OutsideConfig['verity'], options: ClientOptions): Client<Verity> => {
  const adapter = createAdapter({ ...options, provider: 'verity', operations })
  const baseUrl = config.baseUrl ?? 'http://verity.invalid'
  const headers = { authorization: `Bearer ${config.apiKey ?? ''}` }
  const { request, once } = createHttp(adapter, { baseUrl, credentials: { headers: () => headers } })
  const ping = { path: '/health', schema: z.object({ status: z.literal('ok') }).transform(() => undefined) }
  const fail: Fail = (reason, what, details) => adapter.error('forward', reason, what, details)

  const verity: Verity = {
    ping: (context) => request('ping', ping, context),
    createBroadcast: (json, context) =>
      request(
        'create_broadcast',
        { method: 'POST', path: '/broadcasts', json, schema: createdSchema, isIdempotent: true },
        context,
      ),
    broadcast: (id, context) =>
      request('broadcast', { path: `/broadcasts/${encodeURIComponent(id)}`, schema: broadcastSchema }, context),
    forward: async ({ method, path, query, contentType, body }, context = {}) => {
      const url = below(baseUrl, path)
      if (!url) throw fail('not_found', 'the path leads out of the API')
      url.search = query
      const init = {
        method,
        headers: { ...headers, ...(contentType !== undefined && { 'content-type': contentType }) },
        ...(body !== undefined && { body }),
      }
      let answer: Answer | undefined
      try {
        await adapter.call('forward', { context, isIdempotent: false }, (signal) =>
          adapter.measure('forward', context, async () => {
            answer = await exchange(fail, url, init, signal)
            // What the caller did wrong says nothing of Verity; what Verity did wrong is counted as ever.
            if (answer.status === 429 || answer.status >= 500) throw failureOf(fail, answer)
          }),
        )
      } catch (error) {
        if (!answer) throw error
      }
      if (!answer) throw fail('dependency_unavailable', 'did not answer')
      return responseOf(answer)
    },
  }
  return { api: verity, adapter, probe: (limitMs) => once('ping', ping, limitMs) }
}

/** The address of a path below the base; undefined where `..` would lead elsewhere. */
const below = (baseUrl: string, path: string): URL | undefined => {
  const base = new URL(`${baseUrl}/`)
  const url = URL.parse(baseUrl + (path.startsWith('/') ? path : `/${path}`))
  return url?.origin === base.origin && url.pathname.startsWith(base.pathname) ? url : undefined
}

/** Statuses that have no body: `Response` refuses one with them. */
const empty = new Set([204, 205, 304])

const responseOf = ({ status, headers, body }: Answer): Response => {
  const kept = new Headers()
  for (const name of passedOn) {
    const value = headers.get(name)
    if (value !== null) kept.set(name, value)
  }
  return new Response(empty.has(status) ? null : body, { status, headers: kept })
}
