import { add, max, orZero, rate, ratio, select, sum, type Vector } from '../../catalogue/promql.ts'
import type { NameOf } from '../../catalogue/series.ts'
import { type Row, row } from '../layout.ts'
import { memoryLimits, noneExpected } from '../limits.ts'
import { timeseries } from '../panels.ts'
import type { Query } from '../targets.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const total = (name: NameOf<'counter'>): Vector => sum(rate(select(name, scope), window))

/** What waits in each queue of the collector as a share of what it can hold. */
export const queueFill = (): Vector<'exporter'> =>
  ratio(
    max(select('otelcol_exporter_queue_size', scope), ['exporter']),
    max(select('otelcol_exporter_queue_capacity', scope), ['exporter']),
  )

/** A curve a signal. */
const bySignal = (of: (items: 'spans' | 'metric_points' | 'log_records') => Vector): readonly Query[] => [
  { expr: of('spans'), legend: 'spans' },
  { expr: of('metric_points'), legend: 'data points' },
  { expr: of('log_records'), legend: 'log records' },
]

/** Between our processes and the servers that keep telemetry. */
export const collector = (): Row =>
  row(
    'The collector',
    [
      timeseries({
        title: 'Received',
        description:
          'Per second, by signal. Data points are steady, spans and lines follow the requests; one that stops alone: its exporter in our processes, see their log.',
        unit: 'ops',
        queries: bySignal((items) => total(`otelcol_receiver_accepted_${items}`)),
      }),
      timeseries({
        title: 'Refused',
        description:
          'Per second, by signal. The sender tries again, then drops. Above 0: the memory limit is reached or a queue is full; see beside.',
        unit: 'ops',
        limits: noneExpected,
        queries: bySignal((items) => total(`otelcol_receiver_refused_${items}`)),
      }),
      timeseries({
        title: 'Delivered',
        description:
          'Per second, by signal, to each server and to the file of kept traces. Spans are fewer than received: most traces are dropped on purpose, see sampling.',
        unit: 'ops',
        queries: bySignal((items) => total(`otelcol_exporter_sent_${items}`)),
      }),
      timeseries({
        title: 'Lost on the way',
        description:
          'Per second, by signal: refused by the server for good, or found the queue full. Any: that server’s log says why; what is lost does not come back.',
        unit: 'ops',
        limits: noneExpected,
        queries: bySignal((items) =>
          add(
            orZero(total(`otelcol_exporter_send_failed_${items}`)),
            orZero(total(`otelcol_exporter_enqueue_failed_${items}`)),
          ),
        ),
      }),
    ],
    [
      timeseries({
        title: 'Queues',
        description:
          'What waits for each server, as a share of what its queue can hold. It climbs: that server is down or slow; telemetry is late, but not lost until it is full.',
        unit: 'percentunit',
        max: 1,
        limits: memoryLimits,
        queries: [{ expr: queueFill(), legend: '{{exporter}}' }],
      }),
      timeseries({
        title: 'Traces kept and dropped by sampling',
        description:
          'Per second. All failed and slow traces are kept, and a share of the others; kept ones rise alone: something fails or is slow, see System Overview.',
        unit: 'ops',
        stacked: true,
        queries: [
          {
            expr: sum(rate(select('otelcol_processor_tail_sampling_global_count_traces_sampled', scope), window), [
              'sampled',
            ]),
            legend: 'kept: {{sampled}}',
          },
        ],
      }),
      timeseries({
        title: 'Traces that wait for their decision',
        description:
          'In memory for ten seconds after their first span at most. At 20,000 the senders wait, and our processes begin to drop: raise num_traces, and the memory with it.',
        unit: 'short',
        queries: [
          {
            expr: sum(select('otelcol_processor_tail_sampling_sampling_traces_on_memory', scope)),
            legend: 'waiting',
          },
        ],
      }),
      timeseries({
        title: 'Traces dropped undecided',
        description:
          'Per second, because too many waited. Any: failed and slow ones are among them; raise num_traces of the sampler, or lower its waiting time.',
        unit: 'ops',
        limits: noneExpected,
        queries: [
          { expr: total('otelcol_processor_tail_sampling_sampling_trace_dropped_too_early'), legend: 'dropped' },
        ],
      }),
    ],
    [
      timeseries({
        title: 'Memory of the collector',
        description:
          'Resident bytes. At its limiter’s bound it refuses what comes; the waiting traces above are most of it.',
        unit: 'bytes',
        queries: [{ expr: sum(select('otelcol_process_memory_rss', scope), ['instance']), legend: '{{instance}}' }],
      }),
      timeseries({
        title: 'CPU of the collector',
        description:
          'Cores. It follows the spans received; near the cores it may use, telemetry arrives late: look at its queues.',
        unit: 'short',
        queries: [
          {
            expr: sum(rate(select('otelcol_process_cpu_seconds', scope), window), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
      timeseries({
        title: 'Does the collector run on?',
        description:
          'Seconds of running in each second: 1 while it runs. A dip is a restart, with which the waiting traces were lost.',
        unit: 'short',
        max: 1.5,
        queries: [
          { expr: sum(rate(select('otelcol_process_uptime', scope), window), ['instance']), legend: '{{instance}}' },
        ],
      }),
    ],
  )
