import { logs } from '../../catalogue/logql.ts'
import { equal, max, oneOf, rate, ratio, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { type Alert, alert } from '../alert.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { given, type Scenario, silence } from '../scenario.ts'
import { snapshots } from '../sql.ts'

const runbook: Runbook = {
  slug: 'telemetry-stores',
  title: 'Loki or Tempo does not answer',
  impact:
    'Nobody can read logs, or traces, and panels over them are empty; the collector keeps what comes for about an hour.',
  firstStep: 'Look whether it runs; if it does not, start it and read the end of its log.',
  looks: [
    metricsLook(
      'Who answers?',
      select('up', { service: oneOf('loki', 'tempo') }),
      '0 does not answer. Absent: it is not installed.',
    ),
    metricsLook(
      'How long will the collector keep it?',
      ratio(
        max(select('otelcol_exporter_queue_size'), ['exporter']),
        max(select('otelcol_exporter_queue_capacity'), ['exporter']),
      ),
      'Share of the queue that is full. At 1 what comes is lost.',
    ),
    metricsLook(
      'Since when does it take nothing?',
      sum(rate(select('loki_distributor_lines_received_total'), '1m')),
      'Log lines per second; of Tempo it is `tempo_distributor_spans_received_total`.',
    ),
    metricsLook(
      'Is the disk full?',
      ratio(select('node_filesystem_avail_bytes'), select('node_filesystem_size_bytes')),
      'Share that is free, by mount point.',
    ),
    logsLook(
      'Does Loki answer again?',
      logs({ service_name: oneOf('api', 'worker') }),
      'Lines that were queued come with their own times.',
    ),
    tracesLook(
      'Does Tempo answer again?',
      spans({ attributes: { 'resource.service.name': 'api' } }),
      'The newest traces.',
    ),
    sqlLook('How is the service meanwhile?', snapshots, 'It writes these itself, without any telemetry.'),
  ],
  causes: [
    'It stopped: killed for want of memory, a wrong configuration after a change, a full disk.',
    'It starts, and replays its write-ahead log: this takes minutes after a hard stop.',
    'A query takes all its memory or time.',
  ],
  actions: [
    'Ask it: `curl -s http://127.0.0.1:3100/ready` is Loki, `curl -s http://127.0.0.1:3200/ready` is Tempo.',
    'Start it: `npm run service -- stop loki`, then `npm run service -- start loki`, or `tempo`; under compose `docker compose restart loki`.',
    'Read the end of `.data/run/logs/loki.log` or `.data/run/logs/tempo.log`, or `docker compose logs --tail 100 loki`.',
    'Disk full: free space elsewhere first; old chunks go by retention, do not delete them by hand.',
    'Meanwhile read logs where they are written, `.data/run/logs/api.log` and `worker.log`; the last kept traces are in `.data/collector/traces/kept.jsonl`.',
  ],
  escalation:
    'Not back before the queue of the collector is full (about an hour): tell the team that logs or traces of that time are lost.',
}

type Store = 'loki' | 'tempo'
const instances = { loki: '127.0.0.1:3100', tempo: '127.0.0.1:3200' } as const
const upIs = (store: Store, values: string) => [
  given('up', { job: store, service: store, instance: instances[store] }, values),
]

const scenariosOf = (store: Store, title: string): Scenario[] => {
  const down = {
    labels: { job: store, service: store, instance: instances[store] },
    description: `${title} at ${instances[store]} has not answered a scrape.`,
  }
  return [
    {
      kind: 'fires',
      title: 'fires when scrapes have failed for a minute',
      series: upIs(store, '1x4 0x30'),
      at: { '80s': silence, '85s': [down], '2m': [down] },
    },
    { kind: 'below', title: 'is quiet while scrapes succeed', series: upIs(store, '1x60'), at: { '5m': silence } },
    {
      kind: 'waits',
      title: 'is quiet during a restart',
      series: upIs(store, '1x5 0x11 1x60'),
      at: { '85s': silence, '90s': silence, '5m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends with the first scrape that succeeds',
      series: upIs(store, '0x20 1x10'),
      at: { '100s': [down], '105s': silence },
    },
    {
      kind: 'below',
      title: 'leaves the other servers to others',
      series: upIs(store === 'loki' ? 'tempo' : 'loki', '0x60'),
      at: { '5m': silence },
    },
    { kind: 'absent', title: 'is quiet where it is not installed', series: [], at: { '5m': silence } },
  ]
}

const storeDown = (store: Store, title: string, what: string): Alert =>
  alert({
    name: `${title}Down`,
    subject: `${what}-store`,
    expr: equal(select('up', { service: store }), 0),
    // Longer than a restart; the collector keeps what comes meanwhile.
    for: '1m',
    severity: 'warning',
    priority: 'P3',
    team: 'platform',
    receivers: ['slack'],
    level: 'page',
    summary: `${title} does not answer, so that nobody can read ${what}.`,
    description: ({ label }) => `${title} at ${label('instance')} has not answered a scrape.`,
    dashboard: { uid: 'telemetry-pipeline', lookBack: '1h' },
    runbook,
    scenarios: scenariosOf(store, title),
  })

export const lokiDown = storeDown('loki', 'Loki', 'logs')
export const tempoDown = storeDown('tempo', 'Tempo', 'traces')
