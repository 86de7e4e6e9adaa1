import { divide, max, rate, select, subtract, sum } from '../../catalogue/promql.ts'
import { memoryLimits } from '../limits.ts'
import { stat, timeseries } from '../panels.ts'
import type { Tile } from '../tile.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const cpu = select('node_cpu_seconds_total', scope)
const available = select('node_memory_MemAvailable_bytes', scope)
const total = select('node_memory_MemTotal_bytes', scope)

export const hostMemory = (): Tile =>
  stat({
    title: 'Memory of the host',
    description:
      'Share in use. Above 95 % the kernel begins to kill: stop what is not needed, then look at the memory by process below.',
    unit: 'percentunit',
    decimals: 0,
    limits: memoryLimits,
    queries: [{ expr: subtract(1, divide(sum(available), sum(total))), legend: 'in use' }],
  })

/** What the cores do, and what memory is left. */
export const hostCpu = (): Tile[] => [
  timeseries({
    title: 'Cores by mode',
    description:
      'Cores busy in each mode. iowait: the disk is the limit; steal: a neighbour on the same machine; system: many small calls or packets.',
    unit: 'short',
    stacked: true,
    queries: [{ expr: sum(rate(cpu, window), ['mode']), legend: '{{mode}}' }],
  }),
  timeseries({
    title: 'Load',
    description:
      'Processes that run or wait for a core, averaged over a minute, beside the number of cores. Above it for long, everything waits its turn: see CPU by process.',
    unit: 'short',
    queries: [
      { expr: max(select('node_load1', scope), ['instance']), legend: 'load of {{instance}}', colour: 'amount' },
      {
        expr: sum(rate(select('node_cpu_seconds_total', scope), window), ['instance']),
        legend: 'cores of {{instance}}',
        colour: 'aside',
      },
    ],
  }),
  timeseries({
    title: 'Memory that is left',
    description:
      'Bytes that can be had without swapping, beside all there is. It shrinks steadily: compare with the memory by process, which names the cause.',
    unit: 'bytes',
    queries: [
      { expr: sum(available, ['instance']), legend: 'available on {{instance}}', colour: 'amount' },
      { expr: sum(total, ['instance']), legend: 'all of {{instance}}', colour: 'aside' },
    ],
  }),
]
