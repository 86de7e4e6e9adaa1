import { logs as logLines } from '../catalogue/logql.ts'
import { increaseShown, max, min, rate, select, sum } from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { stateTimeline } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { memoryLimits, noneExpected } from './limits.ts'
import { toDashboard, toLogs } from './links.ts'
import { stat, timeseries } from './panels.ts'
import { collector, queueFill } from './rows/collector.ts'
import { logsAndTraces } from './rows/logs-and-traces.ts'
import { metricsStore, rulesAndScrapes } from './rows/metrics-store.ts'
import { upOrDown } from './states.ts'
import { topAndOthers } from './top.ts'
import { scope } from './variables.ts'

const window = '$__rate_interval'
const dropped = select('telemetry_dropped_total', scope)
const exported = select('telemetry_exported_total', scope)
const overflows = select('telemetry_label_overflows_total', scope)
const failedRules = select('prometheus_rule_evaluation_failures_total', scope)

export const telemetryPipeline: Dashboard = {
  uid: 'telemetry-pipeline',
  description: 'Can what the other dashboards show be trusted: does all telemetry arrive, and what does it cost?',
  tags: ['telemetry'],
  rows: [
    leadsTo(
      row(
        'Can the other dashboards be trusted?',
        [
          stat({
            title: 'Worst target',
            description:
              'Up when every process and server answered its last scrape. Down: what it measures is missing everywhere; the states below name it.',
            unit: 'short',
            states: upOrDown,
            queries: [{ expr: min(select('up', scope)), legend: 'up' }],
          }),
          stat({
            title: 'Dropped by our processes',
            description:
              'Spans, log records and metrics that were thrown away in the time shown, because the collector did not take them. Any: is the collector up, and are its queues full?',
            unit: 'short',
            decimals: 0,
            limits: noneExpected,
            queries: [{ expr: sum(increaseShown(dropped)), legend: 'dropped', instant: true }],
          }),
          stat({
            title: 'Fullest queue of the collector',
            description:
              'Share of what it can hold. It fills: the server behind it is slow or down, see which one below. Full: what comes next is refused.',
            unit: 'percentunit',
            decimals: 1,
            limits: memoryLimits,
            queries: [
              {
                expr: max(queueFill()),
                legend: 'in use',
              },
            ],
          }),
          stat({
            title: 'Failed rule evaluations',
            description:
              'In the time shown. Any: some alert may not fire and some curve of an objective has a gap; the log of Prometheus names the rule.',
            unit: 'short',
            decimals: 0,
            limits: noneExpected,
            queries: [{ expr: sum(increaseShown(failedRules)), legend: 'failed', instant: true }],
          }),
          stat({
            title: 'Series in memory',
            description:
              'Of Prometheus. It decides how much memory it needs (about 4 kB each); it rises without more processes: a label has too many values, see below.',
            unit: 'short',
            queries: [{ expr: sum(select('prometheus_tsdb_head_series', scope)), legend: 'series' }],
          }),
        ],
        [
          stateTimeline({
            title: 'Targets',
            description:
              'Whether each process and server answered its scrapes. A gap here is a gap on every other dashboard; the process itself may have been well.',
            queries: [{ expr: min(select('up', scope), ['job', 'instance']), legend: '{{job}} {{instance}}' }],
            states: { 0: ['down', 'bad'], 1: ['up', 'good'] },
          }),
          timeseries({
            title: 'Dropped by process',
            description:
              'Per second, by signal. One process: its host cannot reach the collector; all: the collector is down or refuses, see its row.',
            unit: 'ops',
            limits: noneExpected,
            queries: [{ expr: sum(rate(dropped, window), ['service', 'signal']), legend: '{{service}} {{signal}}' }],
          }),
          timeseries({
            title: 'Acknowledged by the collector',
            description:
              'Per second, by process and signal: what the collector has taken over. It falls while “Dropped by process” rises: the collector is down, slow or refuses.',
            unit: 'ops',
            queries: [{ expr: sum(rate(exported, window), ['service', 'signal']), legend: '{{service}} {{signal}}' }],
          }),
          timeseries({
            title: 'Measurements beyond a label’s cap',
            description:
              'Per second, counted under "overflow". The metric still adds up, but its newest values cannot be told apart: raise the cap in the catalogue, or use fewer values.',
            unit: 'ops',
            limits: noneExpected,
            queries: topAndOthers(
              sum(rate(overflows, window), ['metric', 'label']),
              sum(increaseShown(overflows), ['metric', 'label']),
              { legend: '{{metric}} {{label}}' },
            ),
          }),
        ],
      ),
      toDashboard('runtime-host'),
      toLogs('What our processes say', logLines({ service_name: scope.job }, { severity_text: 'error' })),
    ),
    leadsTo(collector(), toDashboard('runtime-host')),
    leadsTo(metricsStore(), toDashboard('runtime-host')),
    leadsTo(rulesAndScrapes(), toDashboard('alerts-notifications')),
    leadsTo(logsAndTraces(), toDashboard('errors-logs')),
  ],
}
