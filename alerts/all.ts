import type { Alert } from './alert.ts'
import { kebab } from './conventions.ts'
import type { RuleFile } from './group.ts'
import { alertmanagerDown } from './rules/alertmanager-down.ts'
import { apiDown } from './rules/api-down.ts'
import { apiGatewayFailing } from './rules/api-gateway-failing.ts'
import { backupTooOld } from './rules/backup-too-old.ts'
import { cacheHitRateLow } from './rules/cache-hit-rate-low.ts'
import { cardinalityCapReached } from './rules/cardinality-cap-reached.ts'
import { collectorDown, collectorQueueFilling, collectorRefusing } from './rules/collector.ts'
import { databaseConnectionFailures } from './rules/database-connection-failures.ts'
import { databaseDown } from './rules/database-down.ts'
import { deadLetters } from './rules/dead-letters.ts'
import { deadMansSwitch } from './rules/dead-mans-switch.ts'
import { externalApiFailures, rateLimitHits } from './rules/external-apis.ts'
import { healthCheckFailing } from './rules/health-check-failing.ts'
import { elevatedErrorRate, highErrorRate } from './rules/high-error-rate.ts'
import { cpuHighUsage, diskSpaceLow } from './rules/host.ts'
import { jobQueueBackup, jobQueueHigh } from './rules/job-queue.ts'
import { mcpServerFailing } from './rules/mcp-server-failing.ts'
import { newErrorGroup } from './rules/new-error-group.ts'
import { oldestJobTooOld } from './rules/oldest-job-too-old.ts'
import { p95LatencyHigh } from './rules/p95-latency-high.ts'
import { prometheusDown } from './rules/prometheus-down.ts'
import { queueBacklog } from './rules/queue-backlog.ts'
import { securityBurst } from './rules/security-burst.ts'
import { serviceBusQueueBacklog } from './rules/service-bus-queue-backlog.ts'
import { slowOperations } from './rules/slow-operations.ts'
import { slowSync, syncFailureRate } from './rules/sync.ts'
import { telemetryAbsent } from './rules/telemetry-absent.ts'
import { telemetryDropped } from './rules/telemetry-dropped.ts'
import { telemetryLost } from './rules/telemetry-lost.ts'
import { lokiDown, tempoDown } from './rules/telemetry-stores.ts'
import { webhookProcessingDelay } from './rules/webhook-processing-delay.ts'
import { secondNames } from './second-names.ts'
import { apiAvailability } from './slo/api-availability.ts'
import { apiLatency } from './slo/api-latency.ts'
import { databaseLatency } from './slo/database-latency.ts'
import { emailDelivery } from './slo/email-delivery.ts'
import { sloFile } from './slo/files.ts'
import { jobDuration } from './slo/job-duration.ts'
import { webPageLoad } from './slo/web-page-load.ts'

/** An alert that reads nothing recorded has a file and a group to itself. */
const alone = (alert: Alert): RuleFile => ({
  name: kebab(alert.name),
  groups: [{ name: kebab(alert.name), level: alert.level, recordings: [], alerts: [alert], scenarios: [] }],
})

/** Everything that Prometheus evaluates. */
export const ruleFiles: readonly RuleFile[] = [
  alone(apiDown),
  alone(databaseDown),
  alone(databaseConnectionFailures),
  alone(highErrorRate),
  alone(elevatedErrorRate),
  alone(p95LatencyHigh),
  alone(jobQueueBackup),
  alone(jobQueueHigh),
  alone(queueBacklog),
  alone(oldestJobTooOld),
  alone(serviceBusQueueBacklog),
  alone(deadLetters),
  alone(healthCheckFailing),
  alone(externalApiFailures),
  alone(rateLimitHits),
  alone(syncFailureRate),
  alone(slowSync),
  alone(webhookProcessingDelay),
  alone(newErrorGroup),
  alone(backupTooOld),
  alone(securityBurst),
  alone(cardinalityCapReached),
  alone(collectorDown),
  alone(collectorRefusing),
  alone(collectorQueueFilling),
  alone(telemetryDropped),
  alone(telemetryLost),
  alone(prometheusDown),
  alone(lokiDown),
  alone(tempoDown),
  alone(alertmanagerDown),
  alone(deadMansSwitch),
  alone(slowOperations),
  alone(apiGatewayFailing),
  alone(mcpServerFailing),
  alone(diskSpaceLow),
  alone(cpuHighUsage),
  alone(cacheHitRateLow),
  alone(telemetryAbsent),
  sloFile(apiAvailability),
  sloFile(apiLatency),
  sloFile(webPageLoad),
  sloFile(databaseLatency),
  sloFile(jobDuration),
  sloFile(emailDelivery),
  secondNames,
]
