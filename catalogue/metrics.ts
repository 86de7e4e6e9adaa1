import type { Metric } from './metric.ts'
import { businessMetrics } from './metrics/business.ts'
import { databaseMetrics } from './metrics/database.ts'
import { httpMetrics } from './metrics/http.ts'
import { jobMetrics } from './metrics/jobs.ts'
import { operationsMetrics } from './metrics/operations.ts'
import { outsideMetrics } from './metrics/outside.ts'
import { syncMetrics } from './metrics/sync.ts'
import { webhookMetrics } from './metrics/webhooks.ts'

/** The metrics that the service's own processes emit, under exactly these names at `/metrics` and in Prometheus. */
export const metrics = {
  ...httpMetrics,
  ...databaseMetrics,
  ...jobMetrics,
  ...outsideMetrics,
  ...webhookMetrics,
  ...syncMetrics,
  ...businessMetrics,
  ...operationsMetrics,
} as const satisfies Record<string, Metric>

export type Metrics = typeof metrics
