import { z } from 'zod'
import type { Vector } from '../../catalogue/promql.ts'
import { askServer, bodyOf, ServerUnavailable } from './telemetry-server.ts'

/** One series at one moment. */
export interface Sample<L extends string> {
  readonly labels: { readonly [Label in L]?: string }
  readonly value: number
}

/** One series over time, oldest first. */
export interface SeriesOverTime {
  readonly labels: Readonly<Record<string, string>>
  /** Seconds since 1970, and what it was then. */
  readonly points: readonly (readonly [number, number])[]
}

/** Prometheus could not tell. The message says why, in words for operators. */
export { ServerUnavailable as PrometheusUnavailable }

const labels = z.record(z.string(), z.string())
const number = z.string().transform(Number)

/** `value` is `[unix seconds, "number"]`. */
const vectorSchema = z.object({
  data: z.object({ result: z.array(z.object({ metric: labels, value: z.tuple([z.number(), number]) })) }),
})
const matrixSchema = z.object({
  data: z.object({ result: z.array(z.object({ metric: labels, values: z.array(z.tuple([z.number(), number])) })) }),
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
  const body = new URLSearchParams({ query: text })
  const response = await askServer('Prometheus', { url: `${baseUrl}/api/v1/query`, method: 'POST', body, limitMs })
  const { data } = await bodyOf('Prometheus', response, vectorSchema)
  return data.result
    .map(({ metric, value: [, value] }) => ({ labels: metric as Sample<L>['labels'], value }))
    .filter(({ value }) => Number.isFinite(value))
}

/** From when until when, and how far apart; in seconds since 1970. */
export interface Steps {
  readonly start: number
  readonly end: number
  readonly step: number
}

/**
 * The same over time. `$__rate_interval` stands for a range that holds enough scrapes at this step, as in Grafana.
 * @throws PrometheusUnavailable
 */
export const queryPrometheusOverTime = async (
  baseUrl: string,
  { text }: Vector,
  { start, end, step }: Steps,
  limitMs: number,
): Promise<SeriesOverTime[]> => {
  const body = new URLSearchParams({
    query: text.replaceAll('$__rate_interval', `${Math.max(60, step + 5)}s`),
    start: String(start),
    end: String(end),
    step: String(step),
  })
  const response = await askServer('Prometheus', {
    url: `${baseUrl}/api/v1/query_range`,
    method: 'POST',
    body,
    limitMs,
  })
  const { data } = await bodyOf('Prometheus', response, matrixSchema)
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.filter(([, value]) => Number.isFinite(value)),
  }))
}
