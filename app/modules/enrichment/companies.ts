import { z } from 'zod'
import { exchange, type Fail, failureOf, jsonOf } from '../../adapters/exchange.ts'
import { measureService } from '../../adapters/measure.ts'

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

const fail: Fail<EnrichmentError> = (reason, what, details) =>
  new EnrichmentError(
    reason === 'not_found' || reason === 'unauthorized' ? 'invalid_data' : reason,
    what,
    details?.cause,
  )

/**
 * Asks for the company behind an e-mail domain; undefined when the service does not know it.
 * @throws EnrichmentError, which is counted
 */
export const findCompany = (baseUrl: string, domain: string): Promise<Company | undefined> =>
  measureService(
    'enrichment',
    'companies',
    () => true,
    async () => {
      const url = new URL(`${baseUrl}/companies?${new URLSearchParams({ domain })}`)
      const headers = { accept: 'application/json' }
      const answer = await exchange(fail, url, { headers }, AbortSignal.timeout(limitMs))
      if (answer.status === 404) return undefined
      if (answer.status >= 300) throw failureOf(fail, answer)
      const { data, error } = answerSchema.safeParse(jsonOf(answer))
      if (!data) throw fail('invalid_data', 'answered something that is no company', { cause: error })
      return data
    },
  )
