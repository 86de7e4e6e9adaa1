import { setTimeout as wait } from 'node:timers/promises'
import { Hono, type MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { BadRequest, problem, readJson } from './problem.ts'

/** Who can be made to fail. */
export const providers = ['oauth', 'enrichment'] as const
export type Provider = (typeof providers)[number]

const faultSchema = z
  .strictObject({
    /** Answered instead of the provider's own answer. */
    status: z.int().min(400).max(599).optional(),
    /** Which part of the requests is hit; 1 is all of them. */
    share: z.number().min(0).max(1).default(1),
    /** Milliseconds before the answer, whatever it is. Two minutes outlast every client's patience. */
    delayMs: z.int().min(0).max(120_000).optional(),
    /** Answered as 429 with this Retry-After. */
    rateLimit: z.strictObject({ retryAfterSeconds: z.int().min(0).max(86_400) }).optional(),
  })
  .refine((fault) => fault.status !== undefined || fault.delayMs !== undefined || fault.rateLimit !== undefined, {
    error: 'say what goes wrong: status, delayMs or rateLimit',
  })
  .refine((fault) => fault.status === undefined || fault.rateLimit === undefined, {
    error: 'a rate limit answers 429: leave out either status or rateLimit',
  })

export type Fault = z.output<typeof faultSchema>

/** What is broken now, on purpose. */
export class Faults {
  readonly #active = new Map<Provider, { readonly fault: Fault; due: number }>()

  set(provider: Provider, fault: Fault): void {
    this.#active.set(provider, { fault, due: 0 })
  }

  clear(provider: Provider): void {
    this.#active.delete(provider)
  }

  list(): Record<Provider, Fault | null> {
    const of = (provider: Provider) => this.#active.get(provider)?.fault ?? null
    return { oauth: of('oauth'), enrichment: of('enrichment') }
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

  /** Stands in front of a provider. */
  middleware(provider: Provider): MiddlewareHandler {
    return async (c, next) => {
      const fault = this.next(provider)
      if (!fault) return next()
      if (fault.delayMs) await waitWhileWanted(fault.delayMs, c.req.raw.signal)
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

  /** `GET /`, `PUT /:provider`, `DELETE /:provider`. */
  routes(): Hono {
    return new Hono()
      .get('/', (c) => c.json(this.list()))
      .put('/:provider', async (c) => {
        const provider = providerOf(c.req.param('provider'))
        this.set(provider, await readJson(c, faultSchema))
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

const waitWhileWanted = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined)
