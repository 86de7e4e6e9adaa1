import { z } from 'zod'
import { counter } from '../../telemetry/instruments.ts'

/** `GET /companies?domain=`: the parts of the answer that we keep. */
const answerSchema = z.object({ name: z.string(), industry: z.string(), employees: z.int().nonnegative() })

/** What the enrichment service knows about a company. */
export type Company = z.infer<typeof answerSchema>

/** The enrichment service failed. `reason` is one of the catalogue's; `status` is what it answered, if anything. */
export class EnrichmentError extends Error {
  override readonly name = 'EnrichmentError'
  readonly reason: 'timeout' | 'dependency_unavailable' | 'rate_limited' | 'invalid_data'

  constructor(reason: EnrichmentError['reason'], message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** Milliseconds for one call; a job can wait, a connection held for minutes cannot. */
const limitMs = 5_000

const failures = counter('external_api_errors_total')
const counted = { service: 'enrichment', operation: 'companies' } as const

/**
 * Asks for the company behind an e-mail domain; undefined when the service does not know it.
 * @throws EnrichmentError, which is counted
 */
export const findCompany = async (baseUrl: string, domain: string): Promise<Company | undefined> => {
  // Its series begins with the first call, so that the first failure is a rise.
  failures.add(0, counted)
  try {
    return await ask(`${baseUrl}/companies?${new URLSearchParams({ domain })}`)
  } catch (error) {
    failures.add(1, counted)
    throw error
  }
}

const ask = async (url: string): Promise<Company | undefined> => {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(limitMs),
  }).catch((error: unknown) => {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    throw new EnrichmentError(
      timedOut ? 'timeout' : 'dependency_unavailable',
      timedOut ? `no answer within ${limitMs} ms` : 'no answer',
      error,
    )
  })
  if (response.ok) return await read(response)
  // The body must be read or dropped, or the connection is not used again.
  await response.body?.cancel()
  if (response.status === 404) return undefined
  const reason =
    response.status === 429 ? 'rate_limited' : response.status >= 500 ? 'dependency_unavailable' : 'invalid_data'
  throw new EnrichmentError(reason, `answered ${response.status}`)
}

const read = async (response: Response): Promise<Company> => {
  const body: unknown = await response.json().catch(() => undefined)
  const parsed = answerSchema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new EnrichmentError('invalid_data', 'answered something that is no company', parsed.error)
}
