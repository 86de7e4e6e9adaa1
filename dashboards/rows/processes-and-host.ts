import { divide, max, min, rate, select, subtract, sum } from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { cpuLimits, diskLimits, memoryLimits, noneExpected } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { timeseries } from '../panels.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'

/** Our processes from inside, the host they share, and what telemetry lost. */
export const processesAndHost = (): Row =>
  leadsTo(
    row(
      'Causes: processes and host',
      [
        timeseries({
          title: 'Event loop delay, p99',
          description:
            'How long ready work waits for the process. Above 100 ms something computes for too long: take a CPU profile.',
          unit: 's',
          queries: [
            {
              expr: max(select('nodejs_eventloop_delay_p99_seconds', scope), ['instance', 'job']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Event loop in use',
          description: 'Share of time in which the process was busy. Near 100 % it is at its limit: add a process.',
          unit: 'percentunit',
          max: 1,
          limits: memoryLimits,
          queries: [
            {
              expr: max(select('nodejs_eventloop_utilization_ratio', scope), ['instance', 'job']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Heap in use',
          description:
            'Memory of JavaScript by process. A saw is normal; a staircase over hours is a leak: take a heap snapshot.',
          unit: 'bytes',
          queries: [
            {
              expr: sum(select('v8js_memory_heap_used_bytes', scope), ['instance', 'job']),
              legend: '{{job}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Targets',
          description:
            '1 when the target answered its last scrape. 0 for a process of ours: read its log, then restart it.',
          unit: 'short',
          max: 1,
          queries: [{ expr: min(select('up', scope), ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        }),
      ],
      [
        timeseries({
          title: 'CPU of the host',
          description:
            'All cores together. Above 80 % for long: which process it is shows in `top`; then more cores or fewer tenants a host.',
          unit: 'percent',
          max: 100,
          limits: cpuLimits,
          queries: [{ expr: max(select('cpu_usage_percent', scope), ['instance']), legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Memory of the host',
          description:
            'Share in use. Above 95 % the kernel begins to kill: look at the heap above and at the servers’ memory.',
          unit: 'percentunit',
          max: 1,
          limits: memoryLimits,
          queries: [
            {
              expr: subtract(
                1,
                divide(
                  sum(select('node_memory_MemAvailable_bytes', scope), ['instance']),
                  sum(select('node_memory_MemTotal_bytes', scope), ['instance']),
                ),
              ),
              legend: '{{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Free disk',
          description:
            'Of the fullest file system. Below 20 %: delete or grow, before the database and the queues stop.',
          unit: 'percent',
          max: 100,
          limits: diskLimits,
          queries: [{ expr: min(select('disk_free_percent', scope), ['instance']), legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Telemetry dropped',
          description:
            'Spans and log records per second that a process threw away because the collector did not take them. Above 0: is the collector up?',
          unit: 'ops',
          limits: noneExpected,
          queries: [
            {
              expr: sum(rate(select('telemetry_dropped_total', scope), window), ['service', 'signal']),
              legend: '{{service}} {{signal}}',
            },
          ],
          links: [toDashboard('telemetry-pipeline')],
        }),
      ],
    ),
    toDashboard('runtime-host'),
  )
