import { randomUUID } from 'node:crypto'
import { correlationHeader } from '../http/correlation.ts'
import { requestContext } from '../telemetry/logger.ts'
import { endOf } from './ending.ts'
import type { AdapterError } from './outside.ts'
import { retryAfterMs } from './retry-after.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: ArrayBuffer
}

/** Makes the failure of the operation in progress. */
export type Fail<Failure extends Error = AdapterError> = (
  reason: AdapterError['reason'],
  what: string,
  details?: ConstructorParameters<typeof AdapterError>[2],
) => Failure

/** The id that a request to the outside bears: that of the work it is part of, else one of its own. */
export const correlation = (): Record<string, string> => ({
  [correlationHeader]: requestContext()?.correlationId ?? randomUUID(),
})

/**
 * One HTTP request with our correlation id, its answer read to the end: a body left over would cost its connection.
 * Redirects are not followed, since credentials in headers of their own would follow them anywhere.
 * @throws AdapterError timeout | dependency_unavailable when no answer came
 */
export const exchange = async (
  fail: Fail<Error>,
  url: URL,
  init: Pick<RequestInit, 'method' | 'body'> & { readonly headers?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Answer> => {
  const headers = { ...init.headers, ...correlation() }
  try {
    const response = await fetch(url, { ...init, headers, signal, redirect: 'manual' })
    return { status: response.status, headers: response.headers, body: await response.arrayBuffer() }
  } catch (cause) {
    if (signal.aborted) throw endOf(signal, () => fail('timeout', 'did not answer in time', { cause }))
    throw fail('dependency_unavailable', 'did not answer', { cause })
  }
}

export const textOf = ({ body }: Answer): string => new TextDecoder().decode(body)

/** The answer's JSON; undefined for an empty body and for what is none. */
export const jsonOf = (answer: Answer): unknown => {
  try {
    return JSON.parse(textOf(answer))
  } catch {
    return undefined
  }
}

/** Google and Salesforce say "too many requests" with 403, and what they mean in the body. */
const limitInWords = /rateLimitExceeded|quotaExceeded|REQUEST_LIMIT_EXCEEDED/
/** Gmail names the time in the body only. */
const timeInWords = /retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/i

/** What a status of 300 or more means. */
export const failureOf = <Failure extends Error>(fail: Fail<Failure>, answer: Answer): Failure => {
  const { status, headers } = answer
  const isLimit = status === 429 || (status === 403 && limitInWords.test(textOf(answer)))
  if (isLimit) return fail('rate_limited', `answered ${status}`, { status, ...waitOf(answer) })
  const wait = retryAfterMs(headers.get('retry-after'))
  return fail(reasonOf(status), `answered ${status}`, { status, ...(wait !== undefined && { retryAfterMs: wait }) })
}

const waitOf = (answer: Answer): { retryAfterMs?: number } => {
  const named = timeInWords.exec(textOf(answer))?.[1]
  const inWords = named === undefined ? undefined : Math.max(Date.parse(named) - Date.now(), 0)
  const wait = retryAfterMs(answer.headers.get('retry-after')) ?? inWords
  return wait === undefined ? {} : { retryAfterMs: wait }
}

const reasonOf = (status: number): AdapterError['reason'] => {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 404 || status === 410) return 'not_found'
  return status === 408 || status >= 500 ? 'dependency_unavailable' : 'invalid_data'
}
