import { observed, quantile, type Selector, type Window } from '../catalogue/promql.ts'
import type { NameOf } from '../catalogue/series.ts'
import type { Query } from './targets.ts'

/** The curves of a latency panel: half, 95 % and 99 % of the requests, and the p95 of the kept traces with dots that open one. */
export const latencyQueries = (
  latency: Selector<'http_request_duration_seconds'>,
  keptLatency: Selector<'traces_kept_span_metrics_duration_seconds'>,
  window: Window,
): readonly Query[] => [
  { expr: quantile(0.5, latency, window), legend: 'p50', colour: 'p50' },
  { expr: quantile(0.95, latency, window), legend: 'p95', colour: 'p95' },
  { expr: quantile(0.99, latency, window), legend: 'p99', colour: 'p99' },
  { expr: quantile(0.95, keptLatency, window), legend: 'p95 of kept traces', colour: 'aside', exemplars: true },
]

/** The curves of anything else that takes time, without dots: half, 95 % and 99 % of what was measured; gaps where nothing was. */
export const quantiles = <N extends NameOf<'histogram'>>(of: Selector<N>, window: Window): readonly Query[] => [
  { expr: observed(quantile(0.5, of, window)), legend: 'p50', colour: 'p50' },
  { expr: observed(quantile(0.95, of, window)), legend: 'p95', colour: 'p95' },
  { expr: observed(quantile(0.99, of, window)), legend: 'p99', colour: 'p99' },
]
