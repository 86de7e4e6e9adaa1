import { z } from 'zod'
import type { Vector } from '../../catalogue/promql.ts'

/** One series at one moment. */
export interface Sample<L extends string> {
  readonly labels: { readonly [Label in L]?: string }
  readonly value: number
}

/** Prometheus could not tell. The message says why, in words for operators. */
export class PrometheusUnavailable extends Error {
  override readonly name = 'PrometheusUnavailable'
}

/** `value` is `[unix seconds, "number"]`. */
const answerSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string().transform(Number)]),
      }),
    ),
  }),
})

/**
 * Asks Prometheus what an expression is now. Series whose value is no number (a ratio of nothing) are left out.
 * @throws PrometheusUnavailable when there is no answer within the limit, or none that can be read
 */
export const queryPrometheus = async <L extends string>(
  baseUrl: string,
  { text }: Vector<L>,
  limitMs: number,
): Promise<Sample<L>[]> => {
  const response = await fetch(`${baseUrl}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: text }),
    signal: AbortSignal.timeout(limitMs),
  }).catch((error: unknown) => {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    throw new PrometheusUnavailable(
      timedOut ? `Prometheus did not answer within ${limitMs} ms` : 'Prometheus does not answer',
    )
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw new PrometheusUnavailable(`Prometheus answered ${response.status}`)
  const answer = answerSchema.safeParse(body)
  if (!answer.success) throw new PrometheusUnavailable('Prometheus answered something that is no vector')
  return answer.data.data.result
    .map(({ metric, value: [, value] }) => ({ labels: metric as Sample<L>['labels'], value }))
    .filter(({ value }) => Number.isFinite(value))
}
