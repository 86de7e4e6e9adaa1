import { logs as lines } from '../../catalogue/logql.ts'
import { max, quantile, rate, rateOfBuckets, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { barGauge, gauge, stateTimeline } from '../../dashboards/gauges.ts'
import { layout, row } from '../../dashboards/layout.ts'
import { latencyLimits } from '../../dashboards/limits.ts'
import { toDashboard, toLogs, toTraces } from '../../dashboards/links.ts'
import { logs, table, traces } from '../../dashboards/lists.ts'
import { heatmap, stat, timeseries } from '../../dashboards/panels.ts'
import { scope, scopedLogs, scopedSpans } from '../../dashboards/variables.ts'
import type { Dashboard } from '../../stack/queries/dashboards.ts'

const window = '$__rate_interval'
const requests = select('http_requests_total', scope)
const latency = select('http_request_duration_seconds', scope)
const up = max(select('up', scope), ['job'])
const description = 'What to do when it looks wrong.'

/** A dashboard with a panel of every type, made by the builders of all dashboards. */
export function everyType(): Dashboard {
  const panels = layout([
    row(
      'Numbers',
      [
        stat({
          title: 'A stat',
          description,
          unit: 's',
          limits: latencyLimits,
          queries: [{ expr: quantile(0.95, latency, window), legend: 'p95' }],
        }),
        stat({
          title: 'Nothing',
          description,
          unit: 'short',
          queries: [{ expr: select('active_users_total'), legend: 'nothing' }],
        }),
      ],
      [
        timeseries({
          title: 'Curves',
          description,
          unit: 's',
          limits: latencyLimits,
          links: [toDashboard('api-performance')],
          seriesLinks: [toTraces('Its traces', spans({ status: 'error' }))],
          queries: [{ expr: quantile(0.95, latency, window, ['endpoint']), legend: '{{endpoint}}', exemplars: true }],
        }),
        timeseries({
          title: 'Stacked',
          description,
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: sum(rate(requests, window), ['endpoint']), legend: '{{endpoint}}' }],
        }),
        timeseries({
          title: 'Fifty',
          description,
          unit: 'short',
          queries: [{ expr: max(select('queue_depth', scope), ['queue_name']), legend: '{{queue_name}}' }],
        }),
      ],
      [
        gauge({
          title: 'A gauge',
          description,
          unit: 's',
          max: 1,
          limits: latencyLimits,
          queries: [{ expr: quantile(0.5, latency, window), legend: 'p50' }],
        }),
        barGauge({
          title: 'Bars',
          description,
          unit: 's',
          limits: latencyLimits,
          queries: [{ expr: quantile(0.5, latency, window, ['endpoint']), legend: '{{endpoint}}' }],
        }),
        stateTimeline({
          title: 'States',
          description,
          states: { 0: ['down', 'bad'], 1: ['up', 'good'] },
          queries: [{ expr: up, legend: '{{job}}' }],
        }),
        heatmap({ title: 'A heatmap', description, unit: 's', buckets: sum(rateOfBuckets(latency, window), ['le']) }),
      ],
      [
        table({
          title: 'A table',
          description,
          by: { label: 'endpoint', title: 'Endpoint' },
          columns: [
            { title: 'Requests', unit: 'reqps', expr: sum(rate(requests, window), ['endpoint']) },
            { title: 'p95', unit: 's', limits: latencyLimits, expr: quantile(0.95, latency, window, ['endpoint']) },
          ],
          rowLinks: [toLogs('Its log', lines({ service_name: 'api' }))],
        }),
        logs({ title: 'Lines', description, query: scopedLogs({ severity_text: 'error' }) }),
        traces({ title: 'Traces', description, query: scopedSpans({ status: 'error' }) }),
      ],
      [
        stat({
          title: 'Processes up',
          description,
          unit: 'short',
          limits: { warning: 1, critical: 1, good: 'above' },
          queries: [{ expr: up, legend: '{{job}}' }],
        }),
      ],
    ),
  ])
  const asked = JSON.parse(JSON.stringify(panels)) as NonNullable<Dashboard['panels']>
  const prometheus = { type: 'prometheus', uid: 'x' }
  return {
    uid: 'every-type',
    title: 'Every type',
    description: 'Is each type of panel drawn?',
    tags: ['crm'],
    refresh: '',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        {
          name: 'job',
          label: 'Job',
          type: 'query',
          query: 'label_values(up, job)',
          multi: true,
          includeAll: true,
          allValue: '.+',
          current: { value: ['$__all'] },
        },
        {
          name: 'instance',
          label: 'Instance',
          type: 'query',
          query: 'label_values(up, instance)',
          multi: true,
          includeAll: true,
          allValue: '.+',
        },
      ],
    },
    annotations: {
      list: [
        {
          name: 'Firing',
          enable: true,
          iconColor: 'red',
          datasource: prometheus,
          expr: 'ALERTS{alertstate="firing"}',
          titleFormat: '{{alertname}}',
        },
        {
          name: 'Deployments',
          enable: true,
          iconColor: 'blue',
          datasource: prometheus,
          titleFormat: '{{service}} {{version}}',
          target: { expr: 'process_start_time_seconds * 1000', useValueForTime: true },
        },
      ],
    },
    links: [
      { type: 'dashboards', title: 'Dashboards', tags: ['crm'], asDropdown: true, includeVars: true, keepTime: true },
    ],
    panels: asked,
  }
}
