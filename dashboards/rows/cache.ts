import { max, rate, select, sum } from '../../catalogue/promql.ts'
import { type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { timeseries } from '../panels.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const reads = select('cache_requests_total', scope)

/** What is answered without the database. */
export const cache = (): Row =>
  row('The cache before it', [
    timeseries({
      title: 'Cache hit rate',
      description:
        'Share of all reads that found something, over five minutes; below the line the alert on it speaks after half an hour. After a deployment it is cold: wait a little.',
      unit: 'percentunit',
      max: 1,
      limits: alertLimits('CacheHitRateLow', 'CacheHitRateLow', 'above'),
      queries: [{ expr: select('redis_hit_rate'), legend: 'hits' }],
    }),
    timeseries({
      title: 'Reads of the cache',
      description:
        'Per second, found or not, by process. Misses rise alone: keys expire together, or something writes and clears them all the time.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: sum(rate(reads, window), ['service', 'result']), legend: '{{service}} {{result}}' }],
    }),
    timeseries({
      title: 'Memory of the cache',
      description:
        'Redis’ own figure, or of what the process caches where there is no Redis. At its limit it forgets the oldest first, and the hit rate falls.',
      unit: 'bytes',
      queries: [{ expr: max(select('redis_memory_usage_bytes', scope), ['instance']), legend: '{{instance}}' }],
    }),
  ])
