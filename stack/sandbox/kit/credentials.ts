import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { problem } from '../problem.ts'

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Takes the same time wherever the difference is. */
export const same = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b))

const bearerOf = (c: Context): string => /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? ''

/** Answers 401 unless the request shows a bearer token that is known. */
export const wantsBearer = (provider: string, isKnown: (token: string) => boolean): MiddlewareHandler =>
  wants(provider, 'Bearer token', (c) => isKnown(bearerOf(c)))

/** Answers 401 unless `isKnown`. @param what as people call what is missing: `api_token` */
export function wants(provider: string, what: string, isKnown: (c: Context) => boolean): MiddlewareHandler {
  return async (c, next) => {
    if (isKnown(c)) return next()
    c.header('WWW-Authenticate', `Bearer realm="${provider}"`)
    return problem(c, 401, 'unauthorized', `${provider} does not know this ${what}.`)
  }
}

/** Access tokens that are known by their signature: none is kept, and they outlive a restart. */
export class SignedTokens {
  readonly #prefix: string
  readonly #key: string
  readonly #lifeSeconds: number
  readonly #now: () => number

  constructor(prefix: string, key: string, { lifeSeconds = 3_600, now = Date.now } = {}) {
    this.#prefix = prefix
    this.#key = key
    this.#lifeSeconds = lifeSeconds
    this.#now = now
  }

  get lifeSeconds(): number {
    return this.#lifeSeconds
  }

  issue(): string {
    const until = Math.floor(this.#now() / 1_000) + this.#lifeSeconds
    const content = `${this.#prefix}.${until}.${randomBytes(9).toString('base64url')}`
    return `${content}.${this.#sign(content)}`
  }

  isValid(token: string): boolean {
    const end = token.lastIndexOf('.')
    const [prefix, until] = token.split('.')
    return (
      prefix === this.#prefix &&
      same(token.slice(end + 1), this.#sign(token.slice(0, end))) &&
      Number(until) * 1_000 > this.#now()
    )
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url')
  }
}

/** Whether a form shows the client's id and secret (RFC 6749, 2.3.1). */
export const isClient = (form: URLSearchParams, id: string, secret: string): boolean =>
  same(form.get('client_id') ?? '', id) && same(form.get('client_secret') ?? '', secret)
