import { cap, counter, gauge, histogram, type Metric } from '../metric.ts'

/** Without a name it is a kind that Alertmanager knows, used or not; the names are those of alertmanager.yaml. */
const receiver = {
  integration: ['email', 'pagerduty', 'slack', 'webhook'],
  receiver_name: cap(10, 'receivers'),
} as const

/** Prometheus, Alertmanager, Loki and Tempo about themselves. */
export const backendMetrics = {
  up: gauge({
    unit: '1',
    description: '1 when the last scrape of the target succeeded, else 0.',
    labels: {},
    source: 'prometheus',
  }),
  ALERTS: gauge({
    unit: '1',
    description: '1 for each pending or firing alert.',
    labels: {
      alertname: cap(100, 'alerts'),
      alertstate: ['pending', 'firing'],
      severity: ['critical', 'warning', 'info'],
      priority: ['P1', 'P2', 'P3', 'P4'],
      team: ['crm', 'integrations', 'platform'],
      subject: cap(100, 'what alerts are about'),
    },
    source: 'prometheus',
  }),
  prometheus_tsdb_head_series: gauge({
    unit: '{series}',
    description: 'Series that Prometheus holds in memory.',
    labels: {},
    source: 'prometheus',
  }),
  prometheus_tsdb_head_samples_appended_total: counter({
    unit: '{sample}',
    description: 'Samples that Prometheus stored.',
    labels: { type: ['float', 'histogram'] },
    source: 'prometheus',
  }),
  prometheus_tsdb_storage_blocks_bytes: gauge({
    unit: 'By',
    description: 'Size of the blocks on disk.',
    labels: {},
    source: 'prometheus',
  }),
  prometheus_tsdb_wal_storage_size_bytes: gauge({
    unit: 'By',
    description: 'Size of the write-ahead log.',
    labels: {},
    source: 'prometheus',
  }),
  prometheus_rule_group_last_duration_seconds: gauge({
    unit: 's',
    description: 'How long the last evaluation of a rule group took.',
    labels: { rule_group: cap(100, 'rule groups') },
    source: 'prometheus',
  }),
  prometheus_rule_group_interval_seconds: gauge({
    unit: 's',
    description: 'How often a rule group is evaluated.',
    labels: { rule_group: cap(100, 'rule groups') },
    source: 'prometheus',
  }),
  prometheus_rule_evaluation_failures_total: counter({
    unit: '{evaluation}',
    description: 'Evaluations of rules that failed.',
    labels: { rule_group: cap(100, 'rule groups') },
    source: 'prometheus',
  }),
  prometheus_rule_group_iterations_total: counter({
    unit: '{evaluation}',
    description: 'Evaluations of rule groups that were due, those that were left out among them.',
    labels: { rule_group: cap(100, 'rule groups') },
    source: 'prometheus',
  }),
  prometheus_rule_group_iterations_missed_total: counter({
    unit: '{evaluation}',
    description: 'Evaluations of rule groups that were left out because the one before was not done.',
    labels: { rule_group: cap(100, 'rule groups') },
    source: 'prometheus',
  }),
  prometheus_notifications_sent_total: counter({
    unit: '{notification}',
    description: 'Alerts that Prometheus handed to an Alertmanager.',
    labels: { alertmanager: cap(5, 'Alertmanagers') },
    source: 'prometheus',
  }),
  prometheus_notifications_errors_total: counter({
    unit: '{notification}',
    description: 'Alerts that Prometheus could not hand over.',
    labels: { alertmanager: cap(5, 'Alertmanagers') },
    source: 'prometheus',
  }),
  prometheus_notifications_dropped_total: counter({
    unit: '{notification}',
    description: 'Alerts that Prometheus gave up handing over.',
    labels: { alertmanager: cap(5, 'Alertmanagers') },
    source: 'prometheus',
  }),
  prometheus_notifications_queue_length: gauge({
    unit: '{notification}',
    description: 'Alerts that wait to be handed over.',
    labels: { alertmanager: cap(5, 'Alertmanagers') },
    source: 'prometheus',
  }),
  prometheus_config_last_reload_successful: gauge({
    unit: '1',
    description: '1 when Prometheus could read its configuration and rules the last time, else 0.',
    labels: {},
    source: 'prometheus',
  }),
  alertmanager_config_last_reload_successful: gauge({
    unit: '1',
    description: '1 when Alertmanager could read its configuration the last time, else 0.',
    labels: {},
    source: 'alertmanager',
  }),
  alertmanager_alerts_received_total: counter({
    unit: '{alert}',
    description: 'Alerts that Alertmanager was told of, each repetition counted.',
    labels: { status: ['firing', 'resolved'] },
    source: 'alertmanager',
  }),
  alertmanager_notification_requests_failed_total: counter({
    unit: '{request}',
    description: 'Attempts to send a notification that failed; each is tried again until the notification is given up.',
    labels: receiver,
    source: 'alertmanager',
  }),
  alertmanager_notification_latency_seconds: histogram({
    unit: 's',
    description: 'Time to hand one notification over to its receiver.',
    labels: receiver,
    buckets: [1, 5, 10, 15, 20],
    source: 'alertmanager',
  }),
  scrape_duration_seconds: gauge({
    unit: 's',
    description: 'How long a scrape took.',
    labels: {},
    source: 'prometheus',
  }),
  scrape_samples_scraped: gauge({
    unit: '{sample}',
    description: 'Samples of a scrape.',
    labels: {},
    source: 'prometheus',
  }),
  alertmanager_alerts: gauge({
    unit: '{alert}',
    description: 'Alerts that Alertmanager holds, by state.',
    labels: { state: ['active', 'suppressed', 'unprocessed'] },
    source: 'alertmanager',
  }),
  alertmanager_notifications_total: counter({
    unit: '{notification}',
    description: 'Notifications that were sent.',
    labels: receiver,
    source: 'alertmanager',
  }),
  alertmanager_notifications_failed_total: counter({
    unit: '{notification}',
    description: 'Notifications that could not be delivered.',
    labels: { ...receiver, reason: cap(10, 'reasons') },
    source: 'alertmanager',
  }),
  alertmanager_silences: gauge({
    unit: '{silence}',
    description: 'Silences by state.',
    labels: { state: ['active', 'pending', 'expired'] },
    source: 'alertmanager',
  }),
  loki_distributor_lines_received_total: counter({
    unit: '{line}',
    description: 'Log lines that Loki took.',
    labels: { tenant: cap(5, 'tenants of Loki') },
    source: 'loki',
  }),
  loki_distributor_bytes_received_total: counter({
    unit: 'By',
    description: 'Bytes of log lines that Loki took.',
    labels: { tenant: cap(5, 'tenants of Loki') },
    source: 'loki',
  }),
  loki_ingester_memory_streams: gauge({
    unit: '{stream}',
    description: 'Log streams that Loki holds in memory.',
    labels: { tenant: cap(5, 'tenants of Loki') },
    source: 'loki',
  }),
  tempo_distributor_spans_received_total: counter({
    unit: '{span}',
    description: 'Spans that Tempo took.',
    labels: { tenant: cap(5, 'tenants of Tempo') },
    source: 'tempo',
    needs: 'tempo',
  }),
  tempo_distributor_bytes_received_total: counter({
    unit: 'By',
    description: 'Bytes of spans that Tempo took.',
    labels: { tenant: cap(5, 'tenants of Tempo') },
    source: 'tempo',
    needs: 'tempo',
  }),
} as const satisfies Record<string, Metric>
