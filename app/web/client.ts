import { DetailedError, hc, parseResponse } from 'hono/client'
import type { AppType } from '../server.ts'
import { csrfToken, readSession } from './session.ts'

/** What an answer with a status of 400 or more says (RFC 9457). */
interface Problem {
  readonly type?: string
  readonly detail?: string
  readonly message?: string
  readonly correlationId?: string
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
}

/** The service did not do what it was asked. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** The answer's status; 0 where none came. */
  readonly status: number
  /** To be quoted when asking for help. */
  readonly correlationId: string | undefined
  /** Fields that are not valid, by name. */
  readonly fields: ReadonlyMap<string, string>
  /** Seconds after which it is worth trying again. */
  readonly retryAfter: number | undefined

  constructor(status: number, problem: Problem, retryAfter?: number) {
    super(problem.detail ?? problem.message ?? '')
    this.status = status
    this.correlationId = problem.correlationId
    this.fields = new Map(problem.errors?.map(({ field, message }) => [field, message]))
    this.retryAfter = retryAfter
  }
}

/**
 * Actions carry the token that only pages of ours can read; it is another one after a sign-in in another tab. Where the session
 * is over, everybody is told, whoever asked.
 */
const request: typeof fetch = async (input, init) => {
  const isAction = init?.method !== undefined && init.method !== 'GET'
  const send = async (): Promise<Response> => {
    const headers = new Headers(init?.headers)
    if (isAction) headers.set('x-csrf-token', csrfToken())
    return await fetch(input, { ...init, headers, credentials: 'same-origin' })
  }
  const token = csrfToken()
  const answer = await send()
  if (answer.status === 401) void readSession()
  if (answer.status !== 403 || !isAction) return answer
  await readSession()
  return csrfToken() === token ? answer : await send()
}

/** The service, typed by its own routes. */
export const { api, health } = hc<AppType>(location.origin, { fetch: request })

/**
 * The body of an answer: `await read(api.contacts.$get({ query: {} }))`.
 * @throws Failure when it is no success, or none comes
 */
export const read: typeof parseResponse = async (answer) => {
  try {
    return await parseResponse(answer)
  } catch (error) {
    throw failureOf(error)
  }
}

/** The trace of the work that an answer came of, where the service says so (W3C Trace Context, `traceresponse`). */
export const traceIdOf = ({ headers }: Pick<Response, 'headers'>): string | undefined =>
  /^00-([0-9a-f]{32})-/.exec(headers.get('traceresponse') ?? '')?.[1]

const failureOf = (error: unknown): unknown => {
  if (error instanceof DetailedError) {
    const problem: Problem = typeof error.detail?.data === 'object' ? error.detail.data : {}
    return new Failure(error.statusCode ?? 0, problem)
  }
  // What `fetch` throws when nobody answers.
  return error instanceof TypeError ? new Failure(0, {}) : error
}
