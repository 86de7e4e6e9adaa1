import { lineRate } from '../../catalogue/logql.ts'
import { min, rate, select, sum } from '../../catalogue/promql.ts'
import { stateTimeline } from '../gauges.ts'
import { type Row, row } from '../layout.ts'
import { timeseries } from '../panels.ts'
import { readOrNot } from '../states.ts'
import { scope, scopedLogs } from '../variables.ts'

const window = '$__rate_interval'

/** What Loki and Tempo take, and whether every server could read its configuration. */
export const logsAndTraces = (): Row =>
  row(
    'Loki and Tempo',
    [
      timeseries({
        title: 'Lines that Loki took',
        description:
          'Per second. It should equal the log records that the collector delivered; less: Loki refuses some, its log says which limit.',
        unit: 'ops',
        queries: [
          {
            expr: sum(rate(select('loki_distributor_lines_received_total', scope), window), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
      timeseries({
        title: 'Lines by process and level',
        description:
          'Per second, as Loki stored them. Most of them debug or info of one process: it talks too much, lower its level or sample it.',
        unit: 'ops',
        stacked: true,
        queries: [
          {
            expr: lineRate(scopedLogs(), '$__auto', ['service_name', 'severity_text']),
            legend: '{{service_name}} {{severity_text}}',
          },
        ],
      }),
      timeseries({
        title: 'Streams of Loki',
        description:
          'One a combination of index labels. Few and steady is right; many: something became an index label that should be a field of the line.',
        unit: 'short',
        queries: [{ expr: sum(select('loki_ingester_memory_streams', scope), ['instance']), legend: '{{instance}}' }],
      }),
    ],
    [
      timeseries({
        title: 'Bytes of lines',
        description:
          'Per second that Loki took. Multiplied by the days of its retention it is the disk that lines need, before they are compressed to about a tenth.',
        unit: 'Bps',
        queries: [
          {
            expr: sum(rate(select('loki_distributor_bytes_received_total', scope), window), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
      timeseries({
        title: 'Spans that Tempo took',
        description:
          'Per second. It should equal the spans that the collector delivered to it; less: Tempo refuses some, its log says why.',
        unit: 'ops',
        queries: [
          {
            expr: sum(rate(select('tempo_distributor_spans_received_total', scope), window), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
      timeseries({
        title: 'Bytes of spans',
        description:
          'Per second that Tempo took. It rises without more spans: an attribute has become long; look at one in a trace.',
        unit: 'Bps',
        queries: [
          {
            expr: sum(rate(select('tempo_distributor_bytes_received_total', scope), window), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
      stateTimeline({
        title: 'Configuration of Prometheus',
        description:
          'Whether the last reload of settings and rules worked. Not read: it goes on with the old ones; the rules are checked with promtool before, so look at its log.',
        states: readOrNot,
        queries: [
          {
            expr: min(select('prometheus_config_last_reload_successful', scope), ['instance']),
            legend: '{{instance}}',
          },
        ],
      }),
    ],
  )
