import { foreignMetrics } from './foreign-metrics.ts'
import type { Metric } from './metric.ts'
import { metrics } from './metrics.ts'
import { recorded } from './recorded.ts'

/** Everything that a query may name: our metrics, those of others, and what rules record from them. */
export const series = { ...metrics, ...foreignMetrics, ...recorded } as const satisfies Record<string, Metric>

export type Series = typeof series
export type SeriesName = keyof Series
export type NameOf<Type extends Metric['type']> = {
  [N in SeriesName]: Series[N]['type'] extends Type ? N : never
}[SeriesName]

/** Labels that every scraped series has besides its own. */
export const targetLabels = ['job', 'instance', 'service'] as const
export type TargetLabel = (typeof targetLabels)[number]

export type LabelOf<N extends SeriesName> = Extract<keyof Series[N]['labels'], string> | TargetLabel

/** What a label of a series may hold: its closed values, or any text where it is only capped. */
export type ValueOf<N extends SeriesName, L extends string> = L extends keyof Series[N]['labels']
  ? Series[N]['labels'][L] extends readonly (infer V extends string)[]
    ? V
    : string
  : string

export type BucketOf<N extends NameOf<'histogram'>> = Series[N]['buckets'][number]
