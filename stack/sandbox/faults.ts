import { setTimeout as wait } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { BadRequest, problem, readJson } from './problem.ts'

/** Who can be made to fail. */
export const providers = [
  'oauth',
  'enrichment',
  'google-token',
  'gmail',
  'google-calendar',
  'billy',
  'ghl',
  'aloware',
  'verity',
  'salesforce',
  'hubspot',
  'smtp',
] as const
export type Provider = (typeof providers)[number]

const share = z.number().min(0).max(1)

/** What can take the place of the provider's own answer; one at a time. */
const instead = ['status', 'rateLimit', 'refuse', 'malformed'] as const

const faultSchema = z
  .strictObject({
    /** Answered instead of the provider's own answer. */
    status: z.int().min(400).max(599).optional(),
    /** Which part of the requests is hit; 1 is all of them. */
    share: share.default(1),
    /** Milliseconds before the answer, whatever it is. Two minutes outlast every client's patience. */
    delayMs: z.int().min(0).max(120_000).optional(),
    /** Answered as 429 with this Retry-After. */
    rateLimit: z.strictObject({ retryAfterSeconds: z.int().min(0).max(86_400) }).optional(),
    /** The connection is cut without an answer. */
    refuse: z.literal(true).optional(),
    /** The provider does what it was asked, and of its answer half arrives, as 200. */
    malformed: z.literal(true).optional(),
    /** What happens to its webhooks on their way. */
    webhooks: z
      .strictObject({
        /** Which part of them is delivered twice. */
        duplicateShare: share.optional(),
        /** Later ones overtake earlier ones, also those of the same contact. */
        outOfOrder: z.boolean().optional(),
      })
      .optional(),
  })
  .refine((fault) => fault.delayMs !== undefined || fault.webhooks || instead.some((name) => fault[name]), {
    error: `say what goes wrong: ${[...instead, 'delayMs'].join(', ')} or webhooks`,
  })
  .refine((fault) => instead.filter((name) => fault[name] !== undefined).length <= 1, {
    error: `a request has one answer: give either ${instead.join(' or ')}`,
  })

export type Fault = z.output<typeof faultSchema>

/** What is broken now, on purpose. */
export class Faults {
  readonly #active = new Map<Provider, { readonly fault: Fault; due: number; dueTwice: number }>()

  set(provider: Provider, fault: Fault): void {
    this.#active.set(provider, { fault, due: 0, dueTwice: 0 })
  }

  clear(provider: Provider): void {
    this.#active.delete(provider)
  }

  list(): Record<Provider, Fault | null> {
    const all = providers.map((provider) => [provider, this.#active.get(provider)?.fault ?? null])
    return Object.fromEntries(all) as Record<Provider, Fault | null>
  }

  /** The fault that hits this request. Spread evenly and not by chance: a share of 0.25 hits each fourth request. */
  next(provider: Provider): Fault | undefined {
    const active = this.#active.get(provider)
    if (!active) return undefined
    active.due += active.fault.share
    // The sum of ten tenths is a little below one.
    if (active.due < 1 - 1e-9) return undefined
    active.due -= 1
    return active.fault
  }

  /** Whether this webhook is delivered twice; spread as `next`. */
  isTwice(provider: Provider): boolean {
    const active = this.#active.get(provider)
    if (!active?.fault.webhooks?.duplicateShare) return false
    active.dueTwice += active.fault.webhooks.duplicateShare
    if (active.dueTwice < 1 - 1e-9) return false
    active.dueTwice -= 1
    return true
  }

  isOutOfOrder(provider: Provider): boolean {
    return this.#active.get(provider)?.fault.webhooks?.outOfOrder ?? false
  }

  /** Stands in front of a provider. */
  middleware(provider: Provider): MiddlewareHandler {
    return async (c, next) => {
      const fault = this.next(provider)
      if (!fault) return next()
      if (fault.delayMs) await waitWhileWanted(fault.delayMs, c.req.raw.signal)
      if (fault.refuse) return cut(c)
      if (fault.malformed) {
        await next()
        c.res = await halfOf(c.res)
        return
      }
      if (fault.rateLimit) {
        c.header('Retry-After', String(fault.rateLimit.retryAfterSeconds))
        return problem(
          c,
          429,
          'rate_limited',
          `Too many requests; come back in ${fault.rateLimit.retryAfterSeconds} s.`,
        )
      }
      if (fault.status === undefined) return next()
      return problem(c, fault.status as ContentfulStatusCode, 'injected_fault', `${provider} fails on purpose.`)
    }
  }

  /** `GET /`, `PUT /:provider`, `DELETE /:provider`, and `DELETE /` for all of them. */
  routes(): Hono {
    return new Hono()
      .get('/', (c) => c.json(this.list()))
      .delete('/', (c) => {
        this.#active.clear()
        return c.json(this.list())
      })
      .put('/:provider', async (c) => {
        const provider = providerOf(c.req.param('provider'))
        this.set(provider, checked(provider, await readJson(c, faultSchema)))
        return c.json(this.list())
      })
      .delete('/:provider', (c) => {
        this.clear(providerOf(c.req.param('provider')))
        return c.json(this.list())
      })
  }
}

function providerOf(name: string): Provider {
  const provider = providers.find((known) => known === name)
  if (provider) return provider
  throw new BadRequest('unknown_provider', `There is no provider "${name}". There are: ${providers.join(', ')}.`, 404)
}

/** Mail is no HTTP: it has reply codes, but neither Retry-After nor bodies nor webhooks. */
function checked(provider: Provider, fault: Fault): Fault {
  const wrong = provider === 'smtp' && (['rateLimit', 'malformed', 'webhooks'] as const).find((name) => fault[name])
  if (wrong) throw new BadRequest('invalid_body', `smtp has no ${wrong}: give status, delayMs or refuse`, 422)
  return fault
}

/** Cuts the connection under the request. Where it came through none, as in a test, a 502 stands for that. */
function cut(c: Context): Response {
  const socket = (c.env as { incoming?: { socket?: { resetAndDestroy?: () => void } } } | undefined)?.incoming?.socket
  if (!socket?.resetAndDestroy) return problem(c, 502, 'connection_cut', 'Over a socket, this connection were cut.')
  socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

/** What can never be read as JSON: the first half, and a brace that nothing closes. */
async function halfOf(answer: Response): Promise<Response> {
  const text = await answer.text()
  return new Response(`{${text.slice(0, text.length / 2)}`, { headers: { 'Content-Type': 'application/json' } })
}

const waitWhileWanted = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined)
