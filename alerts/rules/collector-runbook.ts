import { logs } from '../../catalogue/logql.ts'
import { oneOf, rate, ratio, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { snapshots } from '../sql.ts'

const window = '5m'

/** How full each queue of the collector is, 0 to 1. */
export const queuesFilled = ratio(select('otelcol_exporter_queue_size'), select('otelcol_exporter_queue_capacity'))

export const collectorRunbook: Runbook = {
  slug: 'collector',
  title: 'The collector does not pass telemetry on',
  impact:
    'Users notice nothing, but we are going blind: logs, traces and metrics come late or are lost, and alerts with them.',
  firstStep: 'Ask whether the collector runs and what its queues hold; if it does not run, start it.',
  looks: [
    metricsLook(
      'Does it run, and whom does it still see?',
      select('up', { service: oneOf('otel-collector', 'api', 'worker', 'mcp') }),
      'The processes are scraped by the collector: without it their series end. Ask them yourself then.',
    ),
    metricsLook('How full are its queues?', queuesFilled, '1 is full: what comes then is lost.'),
    metricsLook(
      'Does it deliver?',
      sum(rate(select('otelcol_exporter_sent_log_records'), window), ['exporter']),
      'Log records per second; the same with `_spans` and `_metric_points`. Nothing: the backend behind that exporter is away.',
    ),
    metricsLook(
      'Does it refuse?',
      sum(rate(select('otelcol_receiver_refused_log_records'), window), ['receiver']),
      'It refuses when it is short of memory, or a queue is full; the processes try again.',
    ),
    metricsLook(
      'How much memory has it?',
      select('otelcol_process_memory_rss'),
      'In bytes. It begins to refuse at 256 MiB of heap, which is about 300 MB here.',
    ),
    metricsLook(
      'What have the processes lost?',
      sum(rate(select('telemetry_dropped_total'), window), ['service', 'signal']),
      'Records per second that a process gave up, since nobody took them.',
    ),
    logsLook(
      'What do the processes say of it?',
      logs({ service_name: oneOf('api', 'worker', 'mcp') }, { component: 'telemetry' }),
      'Written once a minute at most. While Loki gets nothing, read `.data/run/logs/api.log`.',
    ),
    tracesLook(
      'Do traces still arrive?',
      spans({ attributes: { 'resource.service.name': 'api' }, kind: 'server' }),
      'The newest one tells since when none do.',
    ),
    sqlLook(
      'How is the service meanwhile?',
      snapshots,
      'It writes these itself: requests, errors and times of the last minute.',
    ),
  ],
  causes: [
    'A backend (Loki, Tempo, Prometheus) is away or slow, and the queue before it fills.',
    'The collector stopped: killed for want of memory, a wrong configuration, a full disk.',
    'Somebody makes far more telemetry than usual: a loop that logs, a level set to debug.',
    'Its queue on disk is damaged, or the disk is full: then what it cannot write down it refuses, or skips although it had accepted it (`TelemetryLost`; docs/outages.md says why).',
  ],
  actions: [
    'Ask it: `curl -s http://127.0.0.1:13133`, and `curl -s http://127.0.0.1:8888/metrics | grep queue_size`.',
    'Start it: `npm run service -- stop otel-collector`, then `npm run service -- start otel-collector`; under compose `docker compose restart otel-collector`. Its queues are on disk and survive.',
    'Read the end of `.data/run/logs/otel-collector.log`, or `docker compose logs --tail 100 otel-collector`.',
    'A backend is away: see [LokiDown and TempoDown](telemetry-stores.md) or [PrometheusDown](prometheus-down.md). The queues are delivered by themselves when it is back.',
    'The disk is full: free space, or give `.data/collector/queue` a file system of its own. It goes on by itself; what was lost does not come back. One `TelemetryLost` right after a crash may be what was delivered unseen in its last seconds.',
    'Too much telemetry: see on the dashboard who makes it, and set `LOG_LEVEL=info` or lower `TRACE_SHARE`.',
    'While it is down, watch the service by `curl -s http://127.0.0.1:3000/health` and `/api/monitoring/snapshot`.',
  ],
  escalation:
    'Not passing anything on after 30 minutes: call the second on call; metrics older than half an hour are not taken any more.',
}
