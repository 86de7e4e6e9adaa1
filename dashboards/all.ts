import { alertsNotifications } from './alerts-notifications.ts'
import { apiPerformance } from './api-performance.ts'
import { businessEvents } from './business-events.ts'
import type { Dashboard } from './dashboard.ts'
import { database } from './database.ts'
import { errorsLogs } from './errors-logs.ts'
import { externalApis } from './external-apis.ts'
import { integrationsSync } from './integrations-sync.ts'
import { runtimeHost } from './runtime-host.ts'
import { security } from './security.ts'
import { slos } from './slos.ts'
import { systemOverview } from './system-overview.ts'
import { telemetryPipeline } from './telemetry-pipeline.ts'
import { userJourneys } from './user-journeys.ts'
import { webhooksJobsQueues } from './webhooks-jobs-queues.ts'

/** Every dashboard that is generated, in the order in which they are listed. */
export const dashboards: readonly Dashboard[] = [
  systemOverview,
  apiPerformance,
  slos,
  userJourneys,
  integrationsSync,
  webhooksJobsQueues,
  externalApis,
  businessEvents,
  database,
  errorsLogs,
  security,
  runtimeHost,
  telemetryPipeline,
  alertsNotifications,
]
