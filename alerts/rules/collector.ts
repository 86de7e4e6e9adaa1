import {
  equal,
  greater,
  increase,
  increaseFromNothing,
  or,
  round,
  select,
  sum,
  type Vector,
  withLabel,
} from '../../catalogue/promql.ts'
import { alert } from '../alert.ts'
import { given, growing, silence } from '../scenario.ts'
import { collectorRunbook, queuesFilled } from './collector-runbook.ts'

const window = '5m'

const upIs = (values: string) => [
  given('up', { job: 'otel-collector', service: 'otel-collector', instance: '127.0.0.1:8888' }, values),
]
const down = {
  labels: { job: 'otel-collector', service: 'otel-collector', instance: '127.0.0.1:8888' },
  description: 'The collector at 127.0.0.1:8888 has not answered a scrape: nothing is heard of any process.',
}

export const collectorDown = alert({
  name: 'CollectorDown',
  subject: 'telemetry',
  expr: equal(select('up', { service: 'otel-collector' }), 0),
  // Longer than a restart, during which the processes keep what they have.
  for: '1m',
  severity: 'critical',
  priority: 'P2',
  team: 'platform',
  // All other alerts about the service are blind meanwhile: somebody must look.
  receivers: ['page'],
  level: 'page',
  summary: 'The collector does not answer, so that all telemetry of the service is missing.',
  description: ({ label }) =>
    `The collector at ${label('instance')} has not answered a scrape: nothing is heard of any process.`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '1h' },
  runbook: collectorRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when scrapes have failed for a minute',
      series: upIs('1x4 0x30'),
      at: { '80s': silence, '85s': [down], '2m': [down] },
    },
    { kind: 'below', title: 'is quiet while scrapes succeed', series: upIs('1x60'), at: { '5m': silence } },
    {
      kind: 'waits',
      title: 'is quiet during a restart',
      series: upIs('1x5 0x11 1x60'),
      at: { '85s': silence, '90s': silence, '5m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends with the first scrape that succeeds',
      series: upIs('0x20 1x10'),
      at: { '100s': [down], '105s': silence },
    },
    {
      kind: 'below',
      title: 'leaves the other servers to others',
      series: [given('up', { job: 'loki', service: 'loki' }, '0x60')],
      at: { '5m': silence },
    },
    { kind: 'absent', title: 'is quiet where there is no collector', series: [], at: { '5m': silence } },
  ],
})

/** Tells apart what is joined by `or`. */
const told = (
  of: Vector<'receiver'> | Vector<'exporter'> | Vector<'processor'>,
  what: string,
): Vector<'receiver' | 'exporter' | 'processor' | 'what'> =>
  withLabel(round(of as Vector<'receiver' | 'exporter' | 'processor'>), 'what', what)

const refused = (
  of:
    | 'otelcol_receiver_refused_spans'
    | 'otelcol_receiver_refused_metric_points'
    | 'otelcol_receiver_refused_log_records',
) => sum(increase(select(of), window), ['receiver'])

/** These series do not exist before the first failure. */
const failed = (
  of:
    | 'otelcol_exporter_send_failed_spans'
    | 'otelcol_exporter_send_failed_metric_points'
    | 'otelcol_exporter_send_failed_log_records'
    | 'otelcol_exporter_enqueue_failed_spans'
    | 'otelcol_exporter_enqueue_failed_metric_points'
    | 'otelcol_exporter_enqueue_failed_log_records',
) => sum(increaseFromNothing(select(of), window), ['exporter'])

/** Tail sampling has room for so many undecided traces; beyond it the oldest goes. */
const undecided = 'otelcol_processor_tail_sampling_sampling_trace_dropped_too_early'
const dropped = withLabel(sum(increase(select(undecided), window)), 'processor', 'tail_sampling')

type Counter = Parameters<typeof refused>[0] | Parameters<typeof failed>[0] | typeof undecided
interface Component {
  readonly receiver?: string
  readonly exporter?: string
}

const collected = (series: Counter, at: Component, values: string) =>
  given(series, { job: 'otel-collector', service: 'otel-collector', ...at }, values)
const losing = (count: string, what: string, { receiver, exporter }: Component) => ({
  labels: {
    ...(receiver !== undefined && { receiver }),
    ...(exporter !== undefined && { exporter }),
    ...((receiver ?? exporter) === undefined && { processor: 'tail_sampling' }),
    what,
  },
  description: `Within 5 minutes ${count} ${what} (${receiver ?? exporter ?? 'tail_sampling'}).`,
})

/** Every counter that is watched, with what is said of it. */
const watched: readonly (readonly [Counter, string, Component])[] = [
  ['otelcol_receiver_refused_spans', 'spans were refused', { receiver: 'r' }],
  ['otelcol_receiver_refused_metric_points', 'data points were refused', { receiver: 'r' }],
  ['otelcol_receiver_refused_log_records', 'log records were refused', { receiver: 'r' }],
  ['otelcol_exporter_send_failed_spans', 'spans could not be delivered', { exporter: 'e' }],
  ['otelcol_exporter_send_failed_metric_points', 'data points could not be delivered', { exporter: 'e' }],
  ['otelcol_exporter_send_failed_log_records', 'log records could not be delivered', { exporter: 'e' }],
  ['otelcol_exporter_enqueue_failed_spans', 'spans found the queue full', { exporter: 'e' }],
  ['otelcol_exporter_enqueue_failed_metric_points', 'data points found the queue full', { exporter: 'e' }],
  ['otelcol_exporter_enqueue_failed_log_records', 'log records found the queue full', { exporter: 'e' }],
  [undecided, 'traces were dropped undecided', {}],
]
const all = (count: string) => watched.map(([, what, at]) => losing(count, what, at))

export const collectorRefusing = alert({
  name: 'CollectorRefusing',
  subject: 'telemetry-loss',
  expr: greater(
    [
      told(refused('otelcol_receiver_refused_spans'), 'spans were refused'),
      told(refused('otelcol_receiver_refused_metric_points'), 'data points were refused'),
      told(refused('otelcol_receiver_refused_log_records'), 'log records were refused'),
      told(failed('otelcol_exporter_send_failed_spans'), 'spans could not be delivered'),
      told(failed('otelcol_exporter_send_failed_metric_points'), 'data points could not be delivered'),
      told(failed('otelcol_exporter_send_failed_log_records'), 'log records could not be delivered'),
      told(failed('otelcol_exporter_enqueue_failed_spans'), 'spans found the queue full'),
      told(failed('otelcol_exporter_enqueue_failed_metric_points'), 'data points found the queue full'),
      told(failed('otelcol_exporter_enqueue_failed_log_records'), 'log records found the queue full'),
      told(dropped, 'traces were dropped undecided'),
    ].reduce((one, other) => or(one, other)),
    0,
  ),
  for: '1m',
  severity: 'warning',
  priority: 'P3',
  team: 'platform',
  receivers: ['slack'],
  level: 'page',
  summary: 'The collector refuses or loses telemetry.',
  description: ({ number, label }) =>
    `Within 5 minutes ${number} ${label('what')} (${label('receiver')}${label('exporter')}${label('processor')}).`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '1h' },
  runbook: collectorRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires a minute after a receiver has refused a single span',
      series: [collected('otelcol_receiver_refused_spans', { receiver: 'otlp' }, '4x11 5x200')],
      at: { '115s': silence, '2m': [losing('1', 'spans were refused', { receiver: 'otlp' })] },
    },
    {
      kind: 'fires',
      title: 'fires when an exporter fails for the first time, whose series begins with it',
      series: [collected('otelcol_exporter_enqueue_failed_log_records', { exporter: 'otlp_http/loki' }, '_x11 7x200')],
      at: {
        '110s': silence,
        '115s': [losing('7', 'log records found the queue full', { exporter: 'otlp_http/loki' })],
        '350s': [losing('7', 'log records found the queue full', { exporter: 'otlp_http/loki' })],
        '355s': silence,
      },
    },
    {
      kind: 'fires',
      title:
        'tells for five minutes each what was refused, what was lost and what found no place, the first time and later',
      series: watched.map(([series, , at]) =>
        collected(series, at, at.exporter ? '_x11 4x108 5x120' : '0x11 4x107 5x120'),
      ),
      at: { '350s': all('4'), '355s': silence, '890s': all('1'), '895s': silence },
    },
    {
      kind: 'below',
      title: 'is quiet while nothing is refused',
      series: [collected('otelcol_receiver_refused_spans', { receiver: 'otlp' }, '5x120')],
      at: { '3m': silence, '10m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when the collector that failed is gone within a minute',
      series: [
        collected('otelcol_exporter_enqueue_failed_log_records', { exporter: 'otlp_http/loki' }, '_x11 7x10 stale'),
      ],
      at: { '1m': silence, '115s': silence, '2m': silence, '5m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends five minutes after the last refusal',
      series: [
        collected(
          'otelcol_receiver_refused_spans',
          { receiver: 'otlp' },
          `0x11 ${growing({ each: 2, steps: 24 })} 48x100`,
        ),
      ],
      at: {
        '3m': [losing('48', 'spans were refused', { receiver: 'otlp' })],
        '465s': [losing('2', 'spans were refused', { receiver: 'otlp' })],
        '470s': silence,
      },
    },
    {
      kind: 'no traffic',
      title: 'is quiet when nothing comes',
      series: [collected('otelcol_receiver_refused_spans', { receiver: 'otlp' }, '0x200')],
      at: { '10m': silence },
    },
    { kind: 'absent', title: 'is quiet where there is no collector', series: [], at: { '5m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when the collector begins to count from 0 again',
      series: [collected('otelcol_receiver_refused_spans', { receiver: 'otlp' }, '50x60 0x100')],
      at: { '6m': silence, '10m': silence },
    },
  ],
})

const queue = (name: 'size' | 'capacity', values: string, exporter = 'otlp_http/loki') =>
  given(
    `otelcol_exporter_queue_${name}`,
    { service: 'otel-collector', instance: '127.0.0.1:8888', exporter, data_type: 'logs' },
    values,
  )
const filling = (percent: string) => ({
  labels: { service: 'otel-collector', exporter: 'otlp_http/loki', data_type: 'logs', instance: '127.0.0.1:8888' },
  description: `The queue before otlp_http/loki is ${percent} full (logs).`,
})

export const collectorQueueFilling = alert({
  name: 'CollectorQueueFilling',
  subject: 'telemetry-queue',
  // At a quarter the queue of metrics holds about half an hour: what is older, Prometheus no longer takes. The others have
  // three times as long left as it took to get here. In good times a queue holds seconds.
  expr: greater(queuesFilled, 0.25),
  for: '5m',
  severity: 'warning',
  priority: 'P3',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'Telemetry piles up before a backend.',
  description: ({ percent, label }) =>
    `The queue before ${label('exporter')} is ${percent} full (${label('data_type')}).`,
  dashboard: { uid: 'telemetry-pipeline', lookBack: '6h' },
  runbook: collectorRunbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when a queue was more than a quarter full for five minutes',
      series: [
        queue('size', '0 257x30'),
        queue('capacity', '1024x30'),
        queue('size', '9x30', 'otlp_http/tempo'),
        queue('capacity', '1024x30', 'otlp_http/tempo'),
      ],
      at: { '5m': silence, '6m': [filling('25.1%')], '20m': [filling('25.1%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at a quarter',
      series: [queue('size', '256x30'), queue('capacity', '1024x30')],
      at: { '10m': silence, '20m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when the backend was away for less than five minutes',
      series: [queue('size', '0 900x4 0x30'), queue('capacity', '1024x40')],
      at: { '5m': silence, '6m': silence, '10m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when the queue is worked off',
      series: [queue('size', '512x10 200x10'), queue('capacity', '1024x30')],
      at: { '10m': [filling('50%')], '11m': silence },
    },
    { kind: 'absent', title: 'is quiet where there is no collector', series: [], at: { '10m': silence } },
  ],
})
