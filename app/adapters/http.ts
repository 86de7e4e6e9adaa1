import type { z } from 'zod'
import type { Adapter } from './adapter.ts'
import { type Answer, exchange, type Fail, failureOf, jsonOf } from './exchange.ts'
import type { CallContext } from './outside.ts'

/** How requests prove on whose behalf they come. */
export interface Credentials {
  /** Headers of each request. Made anew for each attempt: a token may have to be fetched. @throws AdapterError */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>
  /** After a 401: forgets what `headers` would give again. Without it a 401 is final. */
  forget?(): void
}

export interface Request<Result, Other = never> {
  /** GET where nothing is said. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base URL. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** What the body of a 2xx answer must be. */
  readonly schema: z.ZodType<Result>
  /** Other statuses that are an answer and no failure, with what they mean. */
  readonly answers?: Readonly<Record<number, Other>>
  /** Everything but POST where nothing is said. */
  readonly isIdempotent?: boolean
}

export interface Http<Operation extends string> {
  /** @throws AdapterError */
  request<Result, Other = never>(
    operation: Operation,
    request: Request<Result, Other>,
    context?: CallContext,
  ): Promise<Result | Other>
  /** One attempt, past retries and breaker: for probes. @throws AdapterError */
  once<Result>(operation: Operation, request: Request<Result>, limitMs: number): Promise<Result>
}

/** JSON over HTTP, on top of an adapter. */
export const createHttp = <Operation extends string>(
  adapter: Adapter<Operation>,
  { baseUrl, credentials }: { readonly baseUrl: string; readonly credentials: Credentials },
): Http<Operation> => {
  const failing =
    (operation: Operation): Fail =>
    (reason, what, details) =>
      adapter.error(operation, reason, what, details)

  const send = async <Result, Other>(
    operation: Operation,
    request: Request<Result, Other>,
    context: CallContext,
    signal: AbortSignal,
  ): Promise<Result | Other> => {
    const fail = failing(operation)
    const url = urlOf(baseUrl, request)
    const init = { method: request.method ?? 'GET', ...(request.json !== undefined && bodyOf(request.json)) }
    const ask = async (): Promise<Result | Other> => {
      const headers = { accept: 'application/json', ...init.headers, ...request.headers }
      const proof = await credentials.headers(signal)
      return await adapter.measure(operation, context, async () =>
        resultOf(fail, request, await exchange(fail, url, { ...init, headers: { ...headers, ...proof } }, signal)),
      )
    }
    try {
      return await ask()
    } catch (error) {
      const isStale = credentials.forget && error instanceof Error && 'status' in error && error.status === 401
      if (!isStale) throw error
      credentials.forget?.()
      return await ask()
    }
  }

  return {
    request: (operation, request, context = {}) =>
      adapter.call(
        operation,
        { context, isIdempotent: request.isIdempotent ?? request.method !== 'POST' },
        async (signal) => await send(operation, request, context, signal),
      ),
    once: (operation, request, limitMs) =>
      adapter.attempt(operation, limitMs, (signal) => send(operation, request, {}, signal)),
  }
}

const urlOf = (baseUrl: string, { path, query = {} }: Pick<Request<unknown>, 'path' | 'query'>): URL => {
  const url = new URL(baseUrl + path)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

const bodyOf = (json: unknown) => ({
  body: JSON.stringify(json),
  headers: { 'content-type': 'application/json' },
})

/** The answer as its schema has it. A message names the places that are wrong, never what stands there. */
const resultOf = <Result, Other>(
  fail: Fail,
  { schema, answers = {} }: Request<Result, Other>,
  answer: Answer,
): Result | Other => {
  const { status } = answer
  const other = Object.hasOwn(answers, status) ? { value: answers[status] as Other } : undefined
  if (other) return other.value
  if (status >= 300) throw failureOf(fail, answer)
  const parsed = schema.safeParse(jsonOf(answer))
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.slice(0, 3).map(({ path }) => path.join('.') || 'the body')
  throw fail('invalid_data', `answered something else than promised at ${places.join(', ')}`, { status })
}
