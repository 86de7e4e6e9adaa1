import { backendMetrics } from './foreign/backends.ts'
import { collectorMetrics } from './foreign/collector.ts'
import { hostMetrics } from './foreign/host.ts'
import { nodejsMetrics } from './foreign/nodejs.ts'
import { spanMetrics } from './foreign/spans.ts'
import type { Metric } from './metric.ts'

/**
 * Metrics that others emit and that we query: the runtime by the semantic conventions (under the names that our views give
 * them), the collector's span metrics, and the servers around us. Only what a dashboard or a rule uses stands here.
 */
export const foreignMetrics = {
  ...backendMetrics,
  ...nodejsMetrics,
  ...spanMetrics,
  ...hostMetrics,
  ...collectorMetrics,
} as const satisfies Record<string, Metric>
