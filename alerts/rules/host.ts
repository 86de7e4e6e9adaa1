import { logs } from '../../catalogue/logql.ts'
import { greater, less, max, oneOf, rate, rateOfCount, ratio, select, sum, topk } from '../../catalogue/promql.ts'
import { slowRequests, spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { largestTables, runningStatements, slowStatements } from '../sql.ts'

/** One host may be scraped by several; what it says of itself is the same. */
const host = { job: 'node', service: 'node', instance: '127.0.0.1:9100' } as const
const other = { ...host, instance: '127.0.0.2:9100' } as const

const free = (values: string, of: typeof host | typeof other = host) => given('disk_free_percent', of, values)
const diskFiring = (percent: string) => ({
  labels: host,
  description: `${percent} % of the fullest file system of 127.0.0.1:9100 are free.`,
})

export const diskSpaceLow = alert({
  name: 'DiskSpaceLow',
  subject: 'disk-space',
  expr: less(select('disk_free_percent'), 20),
  // A backup, or a compaction, takes space for some minutes.
  for: '10m',
  // Logs are removed and written all the time: a disk at the threshold is one trouble.
  keepFiringFor: '10m',
  severity: 'warning',
  priority: 'P4',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'Less than a fifth of a disk is free.',
  description: ({ number, label }) => `${number} % of the fullest file system of ${label('instance')} are free.`,
  dashboard: { uid: 'runtime-host', lookBack: '1d' },
  runbook: {
    slug: 'disk-space-low',
    title: 'A disk fills',
    impact: 'Nobody is hurt yet; when it is full the database stops writing, and metrics, logs and traces are lost.',
    firstStep: 'Find what grows, and for how long the rest will last.',
    looks: [
      metricsLook(
        'Which file system?',
        ratio(select('node_filesystem_avail_bytes'), select('node_filesystem_size_bytes')),
        'Share that is free, 0 to 1, by `mountpoint`.',
      ),
      metricsLook('How fast does it fill?', select('disk_free_percent'), 'Over a day: a steady slope, or one step.'),
      metricsLook(
        'Is it the database?',
        topk(10, max(select('database_table_size_bytes'), ['table'])),
        'Bytes of the largest tables, indexes included.',
      ),
      metricsLook(
        'Does retention remove anything?',
        sum(rate(select('retention_deleted_rows_total'), '1d'), ['table']),
        'Rows per second over the last day. None: the job `retention` does not run.',
      ),
      sqlLook(
        'Which tables are large, and do they drag dead rows along?',
        largestTables,
        'More dead rows than living ones: autovacuum does not keep up.',
      ),
      logsLook(
        'Do writes fail already?',
        logs({ service_name: oneOf('api', 'worker') }, { severity_text: oneOf('warn', 'error') }),
        'ENOSPC, or 53100 from the database: treat it as P1.',
      ),
      tracesLook(
        'Does a job write much?',
        spans({ attributes: { 'resource.service.name': 'worker', 'span.messaging.destination.name': 'backup' } }),
        'Backups are written to the same host unless `BACKUP_DIR` says otherwise.',
      ),
    ],
    causes: [
      'Backups: fourteen are kept, each as large as the data.',
      'Metrics, logs and traces of 35 days, after traffic has grown.',
      'A table that retention does not reach, or that is full of dead rows.',
      'Something else on the host: core dumps, container images, builds.',
    ],
    actions: [
      'See what is large: `df -h`, then `du -xh --max-depth=2 .data | sort -h | tail -20`.',
      'Images and builds nobody needs: `docker system prune`; older servers under `~/.cache/crm-observability`.',
      'Backups elsewhere: set `BACKUP_DIR` to another disk and restart the worker, `npm run service -- stop worker`, then `npm run service -- start worker`.',
      'Dead rows: `vacuum (analyze) <table>;` makes their room usable again for the same table.',
      'Never delete anything under `pg_wal`, or in the folders of Prometheus, Loki and Tempo by hand: shorten their retention instead.',
      'Otherwise: a larger disk.',
    ],
    escalation:
      'Less than 5 % free, or less than a day at the present slope: call the platform team’s person on call now, whatever the time.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when less than 20 % have been free for ten minutes',
      series: [free('20x2 19.9x30'), free('90x32', other)],
      // From 3 min.
      at: { '12m': silence, '13m': [diskFiring('19.9')], '30m': [diskFiring('19.9')] },
    },
    { kind: 'below', title: 'is quiet at 20 %', series: [free('20x40')], at: { '12m': silence, '40m': silence } },
    {
      kind: 'waits',
      title: 'is quiet while a backup is packed in less than ten minutes',
      series: [free('30x2 10x8 30x30')],
      at: { '11m': silence, '12m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when 20 % have been free for ten minutes',
      series: [free('15x15 20x30')],
      // From 16 min.
      at: { '15m': [diskFiring('15')], '25m': [{ ...diskFiring('15'), lastTrue: '15m' }], '26m': silence },
    },
    { kind: 'absent', title: 'is quiet where no host is scraped', series: [], at: { '40m': silence } },
  ],
})

const used = (values: string, of: typeof host | typeof other = host) => given('cpu_usage_percent', of, values)
const cpuFiring = (percent: string) => ({
  labels: host,
  description: `The cores of 127.0.0.1:9100 are ${percent} % busy.`,
})

export const cpuHighUsage = alert({
  name: 'CPUHighUsage',
  subject: 'cpu',
  expr: greater(select('cpu_usage_percent'), 80),
  // Builds, backups and bursts of traffic take all cores for minutes, and may.
  for: '15m',
  keepFiringFor: '5m',
  severity: 'warning',
  priority: 'P4',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'A host has been short of CPU for a quarter of an hour.',
  description: ({ number, label }) => `The cores of ${label('instance')} are ${number} % busy.`,
  dashboard: { uid: 'runtime-host', lookBack: '6h' },
  runbook: {
    slug: 'cpu-high-usage',
    title: 'A host is short of CPU',
    impact: 'Answers become slower, and a burst of traffic would find no room; objectives have alerts of their own.',
    firstStep: 'Find which process takes the time, and whether traffic has grown with it.',
    looks: [
      metricsLook(
        'In which mode is the time spent?',
        sum(rate(select('node_cpu_seconds_total'), '5m'), ['instance', 'mode']),
        'Cores by mode. `user`: a process computes. `iowait`: the disk. `steal`: the host of this virtual machine has too little.',
      ),
      metricsLook(
        'Is it one of ours?',
        sum(rate(select('process_cpu_seconds_total'), '5m'), ['service', 'instance']),
        'Cores by process. Near 1 for one process: its event loop is busy.',
      ),
      metricsLook(
        'Has traffic grown?',
        sum(rate(select('http_requests_total'), '5m'), ['service']),
        'Requests per second. Grown alike: more room is needed. Not grown: something became more expensive.',
      ),
      metricsLook(
        'Or the jobs?',
        sum(rateOfCount(select('job_processing_duration_seconds'), '5m'), ['job_type']),
        'Jobs per second: an import, or one that fails and is tried again and again.',
      ),
      metricsLook(
        'Are users hurt already?',
        max(select('nodejs_eventloop_delay_p99_seconds'), ['service', 'instance']),
        'Seconds. Above 0.1 every request waits.',
      ),
      logsLook(
        'Does something repeat itself?',
        logs({ service_name: oneOf('api', 'worker') }, { severity_text: oneOf('warn', 'error') }),
        'The same line many times a second.',
      ),
      tracesLook(
        'What takes long?',
        spans(slowRequests('1s', { 'resource.service.name': 'api' })),
        'Gaps between spans are time in which the process computed.',
      ),
      sqlLook('Does the database compute?', runningStatements, 'Statements that have been running for seconds.'),
      sqlLook('Which statements cost most over time?', slowStatements, '`total_ms` beside `calls`.'),
    ],
    causes: [
      'More traffic, or an import.',
      'A release that made something more expensive.',
      'A statement that lost its index: the database computes.',
      'Something else on the host: a build, a backup, another service.',
    ],
    actions: [
      'See who takes it: `top -b -n 1 | head -20`.',
      'One process of ours at a whole core: run another beside it, `OTEL_EXPORTER_PROMETHEUS_PORT=9475 npm run start:worker`, or a second API behind the same address.',
      'A statement: `explain (analyze, buffers)` it, and add the index.',
      'Began with a release: compare with the one before it.',
      'Nothing of ours: move it to another host, or make it wait: `renice 10 <pid>`.',
    ],
    escalation: 'Objectives burn at the same time: follow their runbook now. Otherwise plan more room with the team.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when more than 80 % have been used for a quarter of an hour',
      series: [used('80x2 80.5x30'), used('20x32', other)],
      // From 3 min.
      at: { '17m': silence, '18m': [cpuFiring('80.5')], '30m': [cpuFiring('80.5')] },
    },
    { kind: 'below', title: 'is quiet at 80 %', series: [used('80x40')], at: { '20m': silence, '40m': silence } },
    {
      kind: 'waits',
      title: 'is quiet during a build of fourteen minutes',
      series: [used('10x2 100x13 10x30')],
      at: { '16m': silence, '17m': silence, '30m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when at most 80 % have been used for five minutes',
      series: [used('95x20 80x30')],
      // From 21 min.
      at: { '20m': [cpuFiring('95')], '25m': [{ ...cpuFiring('95'), lastTrue: '20m' }], '26m': silence },
    },
    { kind: 'absent', title: 'is quiet where no host is scraped', series: [], at: { '40m': silence } },
  ],
})
