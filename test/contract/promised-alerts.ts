/** Every alert as it was promised, written by hand from the requirements: hold time, severity, priority, receivers, team. */
export interface Promised {
  /** undefined: it fires at once. */
  readonly for: string | undefined
  readonly severity: 'critical' | 'warning' | 'info'
  readonly priority: 'P1' | 'P2' | 'P3' | 'P4'
  readonly receivers: string
  readonly team: 'crm' | 'integrations' | 'platform'
}

type Row = readonly [
  name: string,
  hold: string,
  severity: Promised['severity'],
  priority: Promised['priority'],
  receivers: string,
  team: Promised['team'],
]

const rows: readonly Row[] = [
  ['APIDown', '1m', 'critical', 'P1', 'page', 'crm'],
  ['DatabaseDown', '30s', 'critical', 'P1', 'page', 'platform'],
  ['DatabaseConnectionFailures', '1m', 'critical', 'P1', 'page', 'platform'],
  ['HighErrorRate', '5m', 'critical', 'P1', 'page,webhook', 'crm'],
  ['ElevatedErrorRate', '5m', 'warning', 'P2', 'slack,webhook', 'crm'],
  ['P95LatencyHigh', '5m', 'critical', 'P2', 'page', 'crm'],
  ['SlowOperations', '5m', 'warning', 'P3', 'slack,webhook', 'crm'],
  ['JobQueueBackup', '1m', 'critical', 'P2', 'slack,webhook', 'crm'],
  ['JobQueueHigh', '1m', 'warning', 'P3', 'slack,webhook', 'crm'],
  ['QueueBacklog', '10m', 'warning', 'P3', 'slack', 'crm'],
  ['ServiceBusQueueBacklog', '1m', 'critical', 'P2', 'slack', 'integrations'],
  ['DeadLetters', '1m', 'critical', 'P3', 'slack', 'integrations'],
  ['ExternalApiFailures', '5m', 'critical', 'P2', 'slack,webhook', 'integrations'],
  ['WebhookProcessingDelay', '1m', 'warning', 'P3', 'slack,webhook', 'integrations'],
  ['SyncFailureRate', '5m', 'critical', 'P1', 'page', 'integrations'],
  ['SlowSync', '5m', 'warning', 'P3', 'slack', 'integrations'],
  ['RateLimitHits', '5m', 'warning', 'P3', 'slack', 'integrations'],
  ['DiskSpaceLow', '10m', 'warning', 'P4', 'slack', 'platform'],
  ['CPUHighUsage', '15m', 'warning', 'P4', 'slack', 'platform'],
  ['CacheHitRateLow', '30m', 'warning', 'P4', 'slack', 'platform'],
  ['HealthCheckFailing', '5m', 'warning', 'P3', 'slack,webhook', 'platform'],
  ['McpServerFailing', '5m', 'warning', 'P3', 'slack,webhook', 'crm'],
  ['ApiGatewayFailing', '5m', 'warning', 'P3', 'slack,webhook', 'integrations'],
  ['NewErrorGroup', '-', 'warning', 'P3', 'slack', 'crm'],
  ['BackupTooOld', '5m', 'warning', 'P3', 'slack', 'platform'],
  ['OldestJobTooOld', '5m', 'warning', 'P3', 'slack', 'crm'],
  ['SecurityBurst', '-', 'warning', 'P2', 'slack', 'platform'],
  ['TelemetryAbsent', '2m', 'critical', 'P2', 'page', 'platform'],
  ['CollectorDown', '1m', 'critical', 'P2', 'page', 'platform'],
  ['CollectorRefusing', '1m', 'warning', 'P3', 'slack', 'platform'],
  ['CollectorQueueFilling', '5m', 'warning', 'P3', 'slack', 'platform'],
  ['TelemetryDropped', '2m', 'warning', 'P3', 'slack', 'platform'],
  ['TelemetryLost', '2m', 'warning', 'P3', 'slack', 'platform'],
  ['CardinalityCapReached', '5m', 'warning', 'P4', 'slack', 'platform'],
  ['PrometheusDown', '1m', 'critical', 'P2', 'slack', 'platform'],
  ['LokiDown', '1m', 'warning', 'P3', 'slack', 'platform'],
  ['TempoDown', '1m', 'warning', 'P3', 'slack', 'platform'],
  ['AlertmanagerDown', '1m', 'critical', 'P2', 'slack', 'platform'],
  ['DeadMansSwitch', '-', 'info', 'P4', 'heartbeat', 'platform'],
  ['ApiAvailabilityBurnRate1h', '-', 'critical', 'P1', 'page', 'crm'],
  ['ApiAvailabilityBurnRate6h', '-', 'critical', 'P2', 'page', 'crm'],
  ['ApiAvailabilityBurnRate1d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['ApiAvailabilityBurnRate3d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['ApiLatencyBurnRate1h', '-', 'critical', 'P1', 'page', 'crm'],
  ['ApiLatencyBurnRate6h', '-', 'critical', 'P2', 'page', 'crm'],
  ['ApiLatencyBurnRate1d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['ApiLatencyBurnRate3d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['WebPageLoadBurnRate1h', '-', 'critical', 'P1', 'page', 'crm'],
  ['WebPageLoadBurnRate6h', '-', 'critical', 'P2', 'page', 'crm'],
  ['WebPageLoadBurnRate1d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['WebPageLoadBurnRate3d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['DatabaseLatencyBurnRate1h', '-', 'critical', 'P1', 'page', 'platform'],
  ['DatabaseLatencyBurnRate6h', '-', 'critical', 'P2', 'page', 'platform'],
  ['DatabaseLatencyBurnRate1d', '-', 'warning', 'P3', 'slack', 'platform'],
  ['DatabaseLatencyBurnRate3d', '-', 'warning', 'P3', 'slack', 'platform'],
  ['JobDurationBurnRate1h', '-', 'critical', 'P1', 'page', 'crm'],
  ['JobDurationBurnRate6h', '-', 'critical', 'P2', 'page', 'crm'],
  ['JobDurationBurnRate1d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['JobDurationBurnRate3d', '-', 'warning', 'P3', 'slack', 'crm'],
  ['EmailDeliveryBurnRate1h', '-', 'critical', 'P1', 'page', 'integrations'],
  ['EmailDeliveryBurnRate6h', '-', 'critical', 'P2', 'page', 'integrations'],
  ['EmailDeliveryBurnRate1d', '-', 'warning', 'P3', 'slack', 'integrations'],
  ['EmailDeliveryBurnRate3d', '-', 'warning', 'P3', 'slack', 'integrations'],
  ['ApiAvailabilityBelowCritical', '-', 'critical', 'P3', 'slack', 'crm'],
  ['ApiLatencyBelowCritical', '-', 'critical', 'P3', 'slack', 'crm'],
  ['WebPageLoadBelowCritical', '-', 'critical', 'P3', 'slack', 'crm'],
  ['DatabaseLatencyBelowCritical', '-', 'critical', 'P3', 'slack', 'platform'],
  ['JobDurationBelowCritical', '-', 'critical', 'P3', 'slack', 'crm'],
  ['EmailDeliveryBelowCritical', '-', 'critical', 'P3', 'slack', 'integrations'],
]

export const promisedAlerts: Readonly<Record<string, Promised>> = Object.fromEntries(
  rows.map(([name, hold, severity, priority, receivers, team]) => [
    name,
    { for: hold === '-' ? undefined : hold, severity, priority, receivers, team },
  ]),
)

/** Alerts that nobody is told of: they bridge the time before and after a cause, and silence what follows from it. */
export const isSilencer = (name: string): boolean => /(Suspected|Lingers\d+m)$/.test(name)
