import { hc, type InferResponseType } from 'hono/client'
import type { AppType } from '../../app/server.ts'
import type { Random } from './random.ts'
import { type Cookies, signIn } from './sign-in.ts'
import type { Stats } from './stats.ts'

/** Milliseconds after which a person would have given up. */
const patienceMs = 10_000

/** The service did not answer as it should have; already counted. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

/** Nobody answers at the service's address. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

export type Client = ReturnType<typeof hc<AppType>>
type Lead = InferResponseType<Client['api']['leads'][':id']['$get'], 200>

/** What the traffic has made in one workspace, and may use, merge and delete. */
export class Holdings {
  readonly contacts: string[] = []
  readonly leads: Pick<Lead, 'id' | 'status'>[] = []
  /** Deals under way, by their ids, with the stage in which each stands. */
  readonly deals = new Map<string, string>()
}

/** 404 and 409 come up where several people use the same contacts; 401 where a session has ended. */
const isPartOfLife = (status: number): boolean => status < 400 || [401, 404, 409].includes(status)

/** Something that stays open: with which status it began, and its end. */
export interface Held {
  readonly status: number
  readonly end: Promise<void>
}

/** One person at a browser: a session, and a typed client that uses it. */
export class Visitor {
  readonly client: Client
  readonly email: string
  readonly holdings: Holdings
  readonly random: Random
  readonly apiUrl: string
  readonly #stats: Stats
  #cookies: Cookies | undefined
  #signingIn: Promise<Cookies> | undefined

  constructor(options: { apiUrl: string; email: string; holdings: Holdings; stats: Stats; random: Random }) {
    this.apiUrl = options.apiUrl
    this.email = options.email
    this.holdings = options.holdings
    this.random = options.random
    this.#stats = options.stats
    this.client = hc<AppType>(this.apiUrl, {
      fetch: (input: string | URL | Request, init: RequestInit = {}) =>
        this.#inSession(addressOf(input), init, isPartOfLife),
    })
  }

  /** Begins a session where there is none; at the same time only once. */
  async ensureSignedIn(): Promise<void> {
    if (this.#cookies) return
    const send = (url: string, init: RequestInit) => this.ask(url, init, [302])
    this.#signingIn ??= signIn(this.apiUrl, this.email, send).finally(() => {
      this.#signingIn = undefined
    })
    this.#cookies = await this.#signingIn
  }

  /** As if the browser had lost its cookies. */
  forgetSession(): void {
    this.#cookies = undefined
  }

  /** Sends a request that the typed client would not: without a session. @param expected statuses that are no error */
  readonly ask = (url: string, init: RequestInit, expected: readonly number[]): Promise<Response> =>
    this.#counted(url, init, (status) => expected.includes(status))

  /** The same with the session. */
  readonly askAsUser = (url: string, init: RequestInit, expected: readonly number[]): Promise<Response> =>
    this.#inSession(url, init, (status) => expected.includes(status) || status === 401)

  /** Begins something that stays open for a while, and waits for its end; what is counted is its beginning. */
  readonly hold = async (kind: string, begin: (cookie: string) => Promise<Held>): Promise<void> => {
    const started = performance.now()
    const count = (status: number | undefined, ok: boolean) =>
      this.#stats.record(kind, performance.now() - started, status, ok)
    const held = await begin(this.#cookies?.header ?? '').catch(() => {
      count(undefined, false)
      throw new UnexpectedAnswer(`${kind} did not begin`)
    })
    const ok = isPartOfLife(held.status)
    count(held.status, ok)
    if (held.status === 401) this.forgetSession()
    await held.end
    if (!ok) throw new UnexpectedAnswer(`${kind} answered ${held.status}`)
  }

  async #inSession(url: string, init: RequestInit, isExpected: (status: number) => boolean): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.#cookies) headers.set('cookie', this.#cookies.header)
    const response = await this.#counted(url, { ...init, headers }, isExpected)
    // The session has ended; the next action begins a new one.
    if (response.status === 401) this.forgetSession()
    return response
  }

  async #counted(url: string, init: RequestInit, isExpected: (status: number) => boolean): Promise<Response> {
    const kind = kindOf(init.method ?? 'GET', url)
    const headers = new Headers(init.headers)
    headers.set('user-agent', 'crm-load')
    const started = performance.now()
    const response = await fetchWhole(url, { ...init, headers, signal: AbortSignal.timeout(patienceMs) }).catch(
      (error: unknown) => {
        this.#stats.record(kind, performance.now() - started, undefined, false)
        const tookTooLong = error instanceof Error && error.name === 'TimeoutError'
        throw tookTooLong ? new UnexpectedAnswer(`${kind} took more than ${patienceMs} ms`) : new Unreachable(url)
      },
    )
    const ok = isExpected(response.status)
    this.#stats.record(kind, performance.now() - started, response.status, ok)
    if (!ok) throw new UnexpectedAnswer(`${kind} answered ${response.status}`)
    return response
  }
}

const addressOf = (input: string | URL | Request): string => (input instanceof Request ? input.url : String(input))

/** With the body read, whether or not anybody looks at it: a connection with an unread body is not used again. */
async function fetchWhole(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const body = await response.arrayBuffer()
  return new Response(body.byteLength > 0 ? body : null, response)
}

/** `GET http://…/api/contacts/<uuid>?…` → `GET /api/contacts/:id` */
export const kindOf = (method: string, url: string): string =>
  `${method.toUpperCase()} ${new URL(url).pathname.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi, ':id')}`
