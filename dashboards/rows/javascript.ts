import { observed, quantile, rateOfCount, rateOfSum, select, sum } from '../../catalogue/promql.ts'
import { timeseries } from '../panels.ts'
import type { Tile } from '../tile.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const used = select('v8js_memory_heap_used_bytes', scope)
const collections = select('v8js_gc_duration_seconds', scope)
const each = ['job', 'instance'] as const
const process = '{{job}} {{instance}}'

/** The heap: how much, and of what kind. */
export const heap = (): Tile[] => [
  timeseries({
    title: 'Heap in use',
    description:
      'Memory of JavaScript by process. A saw is normal; a staircase over hours is a leak: take two heap snapshots and compare them.',
    unit: 'bytes',
    queries: [{ expr: sum(used, each), legend: process }],
  }),
  timeseries({
    title: 'Heap in use by space',
    description:
      'Of all our processes. new_space is short-lived; old_space grows with what is kept: caches, sessions, leaks; large_object_space with big answers.',
    unit: 'bytes',
    stacked: true,
    queries: [{ expr: sum(used, ['v8js_heap_space_name']), legend: '{{v8js_heap_space_name}}' }],
  }),
  timeseries({
    title: 'Heap set aside by space',
    description:
      'What V8 has reserved. Far above what is in use: a peak has passed and it gives memory back slowly; that is no leak.',
    unit: 'bytes',
    stacked: true,
    queries: [
      {
        expr: sum(select('v8js_memory_heap_space_size_bytes', scope), ['v8js_heap_space_name']),
        legend: '{{v8js_heap_space_name}}',
      },
    ],
  }),
]

/** What clearing up costs. */
export const garbage = (): Tile[] => [
  timeseries({
    title: 'Time spent collecting garbage',
    description:
      'Share of time by process. Above a few percent the heap is too small for what it holds: raise --max-old-space-size, or hold less.',
    unit: 'percentunit',
    queries: [{ expr: sum(rateOfSum(collections, window), each), legend: process }],
  }),
  timeseries({
    title: 'Collections by kind',
    description:
      'Per second. minor ones are cheap and many; major ones stop the process: many of them, and the heap is nearly full.',
    unit: 'ops',
    queries: [{ expr: sum(rateOfCount(collections, window), ['v8js_gc_type']), legend: '{{v8js_gc_type}}' }],
  }),
  timeseries({
    title: 'Duration of a collection by kind, p95',
    description:
      'Seconds in which nothing else ran. Above 100 ms users feel it as a pause; it goes with the size of old_space above.',
    unit: 's',
    queries: [{ expr: observed(quantile(0.95, collections, window, ['v8js_gc_type'])), legend: '{{v8js_gc_type}}' }],
  }),
]
