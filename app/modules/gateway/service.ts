import { AdapterError, type Outside } from '../../adapters/outside.ts'
import { DomainError, notFound, unavailable } from '../../errors.ts'
import { counter, histogram } from '../../telemetry/instruments.ts'
import { span } from '../../telemetry/spans.ts'

/** What is passed on of a request: nothing that belongs to its connection, and none of its credentials. */
export type Passed = Parameters<Outside['verity']['forward']>[0]

const requests = counter('gateway_requests_total')
const durations = histogram('gateway_request_duration_seconds')

/** Milliseconds for Verity's whole answer: what takes longer is a 504 before callers give up by themselves. */
const limitMs = 8_000

/**
 * One request through to Verity, measured: `error` is an answer of 500 or more, or none.
 * @returns Verity's status, body and the headers that mean the same to our caller
 * @throws DomainError dependency_unavailable, timeout or rate_limited when there is no answer to pass back
 */
export const passOn = (outside: Pick<Outside, 'verity' | 'isConfigured'>, request: Passed): Promise<Response> =>
  span('verity gateway', { 'http.request.method': request.method }, async (active) => {
    const startedAt = performance.now()
    let status: 'success' | 'error' = 'error'
    try {
      const answer = await ask(outside, request)
      if (answer.status < 500) status = 'success'
      active.setAttribute('http.response.status_code', answer.status)
      return answer
    } catch (thrown) {
      const error = asDomainError(thrown)
      // That we are to wait is Verity's answer, even where it is not asked again for it.
      if (error instanceof DomainError && error.type === 'rate_limited') status = 'success'
      throw error
    } finally {
      requests.add(1, { status })
      durations.record((performance.now() - startedAt) / 1_000, { status })
    }
  })

const ask = async (
  { verity, isConfigured }: Pick<Outside, 'verity' | 'isConfigured'>,
  request: Passed,
): Promise<Response> => {
  if (!isConfigured('verity'))
    throw new DomainError(
      'dependency_unavailable',
      'There is no Verity to pass this on to. Set VERITY_BASE_URL and VERITY_API_KEY, and start the service again.',
    )
  const answer = await verity.forward(request, { signal: AbortSignal.timeout(limitMs) })
  // Passed back it would say that the caller's key is wrong.
  if (answer.status === 401)
    throw new DomainError('dependency_unavailable', 'Verity refuses this service: VERITY_API_KEY is not right there.')
  if (!(await isWhole(answer.clone())))
    throw new DomainError('dependency_unavailable', 'Verity’s answer is broken. Is VERITY_BASE_URL right?')
  return answer
}

/** JSON that cannot be read helps nobody, and would look like our mistake. */
const isWhole = async (answer: Response): Promise<boolean> => {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(answer.headers.get('content-type') ?? '')) return true
  const text = await answer.text()
  if (text === '') return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const asDomainError = (thrown: unknown): unknown => {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return tookTooLong(thrown)
  if (!(thrown instanceof AdapterError)) return thrown
  switch (thrown.reason) {
    case 'timeout':
      return tookTooLong(thrown)
    case 'not_found':
      return notFound('address at Verity')
    case 'rate_limited':
      return new DomainError('rate_limited', 'Verity asks to wait. Please try again after `Retry-After` seconds.', {
        headers: { 'retry-after': String(Math.max(1, Math.ceil((thrown.retryAfterMs ?? 1_000) / 1_000))) },
        cause: thrown,
      })
    default:
      return unavailable('Verity (VERITY_BASE_URL)', thrown)
  }
}

const tookTooLong = (cause: unknown): DomainError =>
  new DomainError('timeout', 'Verity (VERITY_BASE_URL) took too long to answer. Please try again.', { cause })
