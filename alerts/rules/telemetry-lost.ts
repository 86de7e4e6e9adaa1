import {
  and,
  equal,
  greater,
  increaseFromNothing,
  or,
  orZero,
  round,
  select,
  subtract,
  sum,
  type Vector,
  withLabel,
} from '../../catalogue/promql.ts'
import { alert } from '../alert.ts'
import { type GivenSeries, given, silence } from '../scenario.ts'
import { collectorRunbook } from './collector-runbook.ts'

/** So long that what was there before an outage still lies in it. */
const window = '1h'

type Counter = Parameters<typeof increaseFromNothing>[0]
const counted = (of: Counter): Vector<never> => sum(increaseFromNothing(of, window))

/** What went to an exporter and neither came out nor was counted as lost, while nothing waits before it. */
const missing = (
  what: string,
  exporter: string,
  { taken, sent, failed }: { readonly taken: Counter; readonly sent: Counter; readonly failed: readonly Counter[] },
): Vector<'exporter' | 'what'> => {
  const left = [sent, ...failed].reduce((rest, one) => subtract(rest, orZero(counted(one))), counted(taken))
  const waits = sum(select('otelcol_exporter_queue_size', { exporter }))
  return withLabel(withLabel(and(round(left), equal(waits, 0)), 'exporter', exporter), 'what', what)
}

/** Every way through a queue on disk. */
const ways = {
  spans: missing('spans', 'otlp_http/tempo', {
    taken: select('otelcol_processor_batch_batch_send_size_sum', { processor: 'batch/kept' }),
    sent: select('otelcol_exporter_sent_spans'),
    failed: [select('otelcol_exporter_enqueue_failed_spans'), select('otelcol_exporter_send_failed_spans')],
  }),
  points: missing('data points', 'otlp_http/prometheus', {
    taken: select('otelcol_processor_outgoing_items', { processor: 'transform/target_info' }),
    sent: select('otelcol_exporter_sent_metric_points'),
    failed: [
      select('otelcol_exporter_enqueue_failed_metric_points'),
      select('otelcol_exporter_send_failed_metric_points'),
    ],
  }),
  lines: missing('log records', 'otlp_http/loki', {
    taken: select('otelcol_processor_outgoing_items', { processor: 'transform/logs' }),
    sent: select('otelcol_exporter_sent_log_records'),
    failed: [select('otelcol_exporter_enqueue_failed_log_records'), select('otelcol_exporter_send_failed_log_records')],
  }),
}

const collector = { job: 'otel-collector', service: 'otel-collector', instance: '127.0.0.1:8888' } as const

/** What the four counters of a way say, and what waits. Those of failures begin with the first. */
interface Values {
  readonly taken: string
  readonly sent: string
  readonly full?: string
  readonly failed?: string
  readonly queue?: string
}
const counters = {
  spans: {
    exporter: 'otlp_http/tempo',
    taken: (values: string) =>
      given('otelcol_processor_batch_batch_send_size_sum', { ...collector, processor: 'batch/kept' }, values),
    items: 'spans',
  },
  'data points': {
    exporter: 'otlp_http/prometheus',
    taken: (values: string) =>
      given('otelcol_processor_outgoing_items', { ...collector, processor: 'transform/target_info' }, values),
    items: 'metric_points',
  },
  'log records': {
    exporter: 'otlp_http/loki',
    taken: (values: string) =>
      given('otelcol_processor_outgoing_items', { ...collector, processor: 'transform/logs' }, values),
    items: 'log_records',
  },
} as const
type Signal = keyof typeof counters

const way = (signal: Signal, { taken, sent, full, failed, queue = '0x200' }: Values): GivenSeries[] => {
  const { exporter, items, taken: takes } = counters[signal]
  const at = { ...collector, exporter }
  return [
    takes(taken),
    given('otelcol_exporter_queue_size', at, queue),
    given(`otelcol_exporter_sent_${items}`, at, sent),
    ...(full === undefined ? [] : [given(`otelcol_exporter_enqueue_failed_${items}`, at, full)]),
    ...(failed === undefined ? [] : [given(`otelcol_exporter_send_failed_${items}`, at, failed)]),
  ]
}
const signals = Object.keys(counters) as Signal[]
const logs = (values: Values): GivenSeries[] => way('log records', values)
const firing = (count: string, what: Signal = 'log records') => ({
  labels: { what, exporter: counters[what].exporter },
  description: `Within an hour ${count} ${what} for ${counters[what].exporter} were accepted that it has not delivered, and that do not wait.`,
})
const each = (count: string) => signals.map((signal) => firing(count, signal))

export const telemetryLost = alert({
  name: 'TelemetryLost',
  subject: 'telemetry-loss',
  expr: greater(
    [ways.points, ways.lines].reduce((one, other) => or(one, other), ways.spans),
    0,
  ),
  // The counters are not read at one moment.
  for: '2m',
  severity: 'warning',
  priority: 'P3',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'The collector has lost telemetry that it had accepted.',
  description: ({ number, label }) =>
    `Within an hour ${number} ${label('what')} for ${label('exporter')} were accepted that it has not delivered, and that do not wait.`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '6h' },
  runbook: collectorRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires two minutes after a batch was skipped, for an hour',
      series: logs({ taken: '0+100x200', sent: '0+100x9 980+100x190' }),
      at: { '11m': silence, '12m': [firing('20')], '40m': [firing('20')], '68m': [firing('20')], '69m': silence },
    },
    {
      kind: 'fires',
      title: 'fires for a single one of each signal',
      series: signals.flatMap((signal) =>
        way(signal, { taken: '0 9x200', sent: '0 5x200', full: '_ 2x200', failed: '_ 1x200' }),
      ),
      at: { '2m': silence, '3m': each('1') },
    },
    {
      kind: 'fires',
      title: 'counts since the collector began, and when that is long ago for an hour',
      series: signals.flatMap((signal) =>
        way(signal, { taken: '1000+20x200', sent: '500+5x200', full: '300+3x200', failed: '100+2x200' }),
      ),
      at: { '45m': each('550'), '90m': each('600') },
    },
    {
      kind: 'fires',
      title: 'fires where nothing else that the collector passes on is counted, and nothing of others',
      series: [
        ...logs({ taken: '0 9x200', sent: '0 5x200' }),
        given('otelcol_processor_outgoing_items', { ...collector, processor: 'memory_limiter' }, '0 70x200'),
        given('otelcol_processor_batch_batch_send_size_sum', { ...collector, processor: 'batch/other' }, '0 70x200'),
        given('otelcol_exporter_queue_size', { ...collector, exporter: 'otlp_http/tempo' }, '8x200'),
        given('otelcol_exporter_queue_size', { ...collector, exporter: 'otlp_http/prometheus' }, '8x200'),
      ],
      at: { '2m': silence, '3m': [firing('4')] },
    },
    {
      kind: 'fires',
      title: 'fires when what waited during an outage was not all delivered',
      series: logs({ taken: '0+100x200', sent: '0+100x9 900x20 2950+100x100', queue: '0x9 5000x20 0x100' }),
      at: { '20m': silence, '31m': silence, '33m': [firing('150')] },
    },
    {
      kind: 'below',
      title: 'is quiet when all that was taken was delivered, refused or found no place',
      series: logs({
        taken: '0+100x200',
        sent: '0+100x9 980+100x190',
        full: '_x9 15x190',
        failed: '_x9 5x190',
      }),
      at: { '15m': silence, '40m': silence, '65m': silence },
    },
    {
      kind: 'below',
      title: 'is quiet while it waits',
      series: logs({ taken: '0+100x200', sent: '0+100x9 900x190', queue: '0x9 5000x190' }),
      at: { '15m': silence, '60m': silence },
    },
    {
      kind: 'below',
      title: 'is quiet when a collector delivers what the one before it had taken',
      series: logs({ taken: '0+100x200', sent: '0+100x9 1300+100x190' }),
      at: { '15m': silence, '60m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when the counters differ for less than two minutes',
      series: logs({ taken: '0+100x200', sent: '0+100x9 980+100x1 1200+100x190' }),
      at: { '11m': silence, '12m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when it is delivered after all',
      series: logs({ taken: '0+100x200', sent: '0+100x9 980+100x9 2000+100x180' }),
      at: { '15m': [firing('20')], '20m': silence },
    },
    {
      kind: 'no traffic',
      title: 'is quiet when nothing comes',
      series: logs({ taken: '7x200', sent: '7x200' }),
      at: { '65m': silence },
    },
    { kind: 'absent', title: 'is quiet where there is no collector', series: [], at: { '30m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when the collector begins to count from 0 again',
      series: logs({ taken: '0+100x30 0+100x100', sent: '0+100x30 0+100x100' }),
      at: { '35m': silence, '65m': silence },
    },
  ],
})
