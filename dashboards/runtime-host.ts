import { logs as logLines } from '../catalogue/logql.ts'
import { count, increaseShown, matches, max, min, rate, select, subtract, sum, time } from '../catalogue/promql.ts'
import type { Dashboard } from './dashboard.ts'
import { stateTimeline } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { cpuLimits, diskLimits, memoryLimits, noneExpected } from './limits.ts'
import { toDashboard, toLogs } from './links.ts'
import { table } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import { disksAndNetwork } from './rows/disks-and-network.ts'
import { hostCpu, hostMemory } from './rows/host.ts'
import { garbage, heap } from './rows/javascript.ts'
import { scope } from './variables.ts'

const window = '$__rate_interval'
const started = select('process_start_time_seconds', scope)
/** Servers beside our processes tell no version. */
const ours = select('process_start_time_seconds', { ...scope, version: matches('.+') })
const process = '{{job}} {{instance}}'
const each = ['job', 'instance'] as const

const startLog = toLogs(
  'What processes say when they start',
  logLines({ service_name: scope.job }, { component: 'start' }),
)

export const runtimeHost: Dashboard = {
  uid: 'runtime-host',
  description: 'Do processes run, have they room to breathe, and has the host?',
  tags: ['operations'],
  rows: [
    leadsTo(
      row(
        'Do they run, and is there room?',
        [
          stat({
            title: 'Targets down',
            description:
              'Processes and servers that did not answer their last scrape. The states below name them: read the log, then start it again.',
            unit: 'short',
            decimals: 0,
            limits: noneExpected,
            queries: [{ expr: sum(subtract(1, select('up', scope))), legend: 'down' }],
          }),
          stat({
            title: 'Busiest event loop',
            description:
              'Share of time in which the busiest process of ours computed. Near 100 % everything it does is late: add a process, or find what computes.',
            unit: 'percentunit',
            decimals: 0,
            limits: memoryLimits,
            queries: [{ expr: max(select('nodejs_eventloop_utilization_ratio', scope)), legend: 'busiest' }],
          }),
          stat({
            title: 'CPU of the host',
            description:
              'All cores together, in percent. Above 80 % for a quarter of an hour the alert speaks: the row of processes says whose it is.',
            unit: 'percent',
            decimals: 0,
            limits: cpuLimits,
            queries: [{ expr: max(select('cpu_usage_percent', scope)), legend: 'in use' }],
          }),
          hostMemory(),
          stat({
            title: 'Free disk',
            description:
              'Of the fullest file system, in percent. Below 20 %: the tables, the metrics or the logs have grown; see Database and Telemetry Pipeline.',
            unit: 'percent',
            decimals: 0,
            limits: diskLimits,
            queries: [{ expr: min(select('disk_free_percent', scope)), legend: 'free' }],
          }),
          stat({
            title: 'Out of memory',
            description:
              'Processes that the kernel killed in the time shown. Any: it was probably the largest below; give it a limit, or the host more memory.',
            unit: 'short',
            decimals: 0,
            limits: noneExpected,
            queries: [
              { expr: sum(increaseShown(select('node_vmstat_oom_kill', scope))), legend: 'killed', instant: true },
            ],
          }),
        ],
        [
          stateTimeline({
            title: 'Up or down',
            description:
              'Each process and server through time. Short gaps are restarts; a comb is a process that dies again and again: its log says why.',
            queries: [{ expr: min(select('up', scope), each), legend: process }],
            states: { 0: ['down', 'bad'], 1: ['up', 'good'] },
          }),
          stateTimeline({
            title: 'Dependencies as /health shows them',
            description:
              'What the API says of what it needs. degraded: slow or partly there; error: the runbook of failing health checks begins with this name.',
            queries: [{ expr: min(select('dependency_up', scope), ['dependency']), legend: '{{dependency}}' }],
            states: { 0: ['error', 'bad'], 0.5: ['degraded', 'warning'], 1: ['ok', 'good'] },
            links: [toDashboard('external-apis')],
          }),
          timeseries({
            title: 'Time since start',
            description:
              'How long each process has run. A fall to 0 without a mark of a deployment is a crash: read its last lines in the log.',
            unit: 's',
            queries: [{ expr: subtract(time(), max(started, each)), legend: process }],
          }),
        ],
      ),
      startLog,
      toDashboard('errors-logs'),
    ),
    leadsTo(
      row(
        'Processes',
        [
          timeseries({
            title: 'CPU by process',
            description:
              'Cores that each process and server uses. JavaScript uses one core at most for its work: at 1 it is full, add a process.',
            unit: 'short',
            stacked: true,
            queries: [{ expr: sum(rate(select('process_cpu_seconds_total', scope), window), each), legend: process }],
          }),
          timeseries({
            title: 'Memory by process',
            description:
              'What is in RAM. A staircase over hours is a leak: compare with the heap below; memory outside of it is buffers or native code.',
            unit: 'bytes',
            stacked: true,
            queries: [{ expr: sum(select('process_resident_memory_bytes', scope), each), legend: process }],
          }),
        ],
        [
          timeseries({
            title: 'Processes by version',
            description:
              'How many processes run each version: at a deployment one band takes the place of another. Two versions of one process for long: a deployment that stopped half-way.',
            unit: 'short',
            stacked: true,
            queries: [{ expr: count(ours, ['job', 'version']), legend: '{{job}} {{version}}' }],
          }),
          table({
            title: 'What runs',
            description:
              'Processes by version and environment. A version that should be gone: a process that was not restarted; a second environment: telemetry of somebody’s own machine.',
            by: [
              { label: 'job', title: 'Job' },
              { label: 'service_version', title: 'Version' },
              { label: 'deployment_environment_name', title: 'Environment' },
              { label: 'telemetry_sdk_version', title: 'SDK' },
            ],
            columns: [
              {
                title: 'Processes',
                unit: 'short',
                expr: count(select('target_info', { ...scope, service_version: matches('.+') }), [
                  'job',
                  'service_version',
                  'deployment_environment_name',
                  'telemetry_sdk_version',
                ]),
              },
            ],
          }),
        ],
      ),
      toDashboard('system-overview'),
    ),
    leadsTo(
      row('The event loop', [
        timeseries({
          title: 'Event loop delay, p99',
          description:
            'How long ready work waits for the process, at its worst. Above 100 ms something computes for too long: take a CPU profile while it lasts.',
          unit: 's',
          queries: [{ expr: max(select('nodejs_eventloop_delay_p99_seconds', scope), each), legend: process }],
        }),
        timeseries({
          title: 'Event loop delay, mean',
          description:
            'What work waits on average. It rises together with p99: the process is full; it stays low while p99 rises: single long computations.',
          unit: 's',
          queries: [{ expr: max(select('nodejs_eventloop_delay_mean_seconds', scope), each), legend: process }],
        }),
        timeseries({
          title: 'Event loop in use',
          description:
            'Share of time in which each process computed. Near 100 % it is at its limit: add a process. Low while requests are slow: it waits for others.',
          unit: 'percentunit',
          max: 1,
          limits: memoryLimits,
          queries: [{ expr: max(select('nodejs_eventloop_utilization_ratio', scope), each), legend: process }],
        }),
      ]),
      toDashboard('api-performance'),
    ),
    leadsTo(row('JavaScript’s memory', heap(), garbage()), toDashboard('errors-logs')),
    leadsTo(row('The host', hostCpu()), toDashboard('telemetry-pipeline')),
    leadsTo(disksAndNetwork(), toDashboard('database')),
  ],
}
