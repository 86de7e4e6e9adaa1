import { logs } from '../../catalogue/logql.ts'
import { less, max, oneOf, rate, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { slowStatements } from '../sql.ts'

const hitRate = (values: string) => given('redis_hit_rate', {}, values)
const firing = (percent: string) => ({ description: `${percent} of the reads of the cache found something.` })

export const cacheHitRateLow = alert({
  name: 'CacheHitRateLow',
  subject: 'cache',
  // Of the last five minutes, over all processes; there is no such series while nobody reads.
  expr: less(select('redis_hit_rate'), 0.8),
  // A cache that was emptied by a restart fills again within minutes.
  for: '30m',
  keepFiringFor: '10m',
  severity: 'warning',
  priority: 'P4',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'The cache finds less than four of five things that are asked for.',
  description: ({ percent }) => `${percent} of the reads of the cache found something.`,
  dashboard: { uid: 'runtime-host', lookBack: '1d' },
  runbook: {
    slug: 'cache-hit-rate-low',
    title: 'The cache finds too little',
    impact: 'Nobody is hurt yet: what is not in the cache is read from the database, which has more to do.',
    firstStep: 'Look whether Redis answers, and whether the reads have grown.',
    looks: [
      metricsLook(
        'Which processes miss, and do they read more than before?',
        sum(rate(select('cache_requests_total'), '5m'), ['service', 'result']),
        'Reads per second. Few reads at night: a low rate means little. Only misses: the cache is away.',
      ),
      metricsLook(
        'How large is it?',
        max(select('redis_memory_usage_bytes'), ['instance']),
        'Bytes. At the limit of Redis (`maxmemory`) what is read seldom is thrown out. Nothing where Redis does not answer.',
      ),
      metricsLook(
        'Did processes start anew?',
        select('process_start_time_seconds'),
        'Without Redis each start begins with an empty cache, and each process has its own.',
      ),
      metricsLook(
        'Does the database feel it?',
        sum(rate(select('slow_queries_total'), '5m'), ['service']),
        'Queries per second that took longer than 500 ms.',
      ),
      logsLook(
        'Is Redis away?',
        logs({ service_name: oneOf('api', 'worker', 'mcp') }, { severity_text: oneOf('warn', 'error') }),
        '"the cache is away; everything is read from the database".',
      ),
      tracesLook(
        'What is read from the database instead?',
        spans({ attributes: { 'resource.service.name': 'api' }, name: 'select sessions' }),
        'Sessions are read through the cache: one such span a request means that it finds none.',
      ),
      sqlLook('Which statements does it cost?', slowStatements, '`calls` of the statement on `sessions`.'),
    ],
    causes: [
      'Redis does not answer, or was emptied.',
      'Redis is full and throws out what is still needed.',
      'The API was restarted again and again, without Redis.',
      'Little traffic: each user’s first request is a miss.',
      'Somebody sends requests with sessions that do not exist.',
    ],
    actions: [
      'Ask Redis: `redis-cli -u "$REDIS_URL" ping`, then `redis-cli -u "$REDIS_URL" info memory`, `info stats` (`evicted_keys`).',
      'Not running: `npm run service -- start redis`; under compose `docker compose up -d redis`. The processes connect by themselves.',
      'Full: raise `maxmemory`: `redis-cli -u "$REDIS_URL" config set maxmemory 256mb`.',
      'No `REDIS_URL` and several processes: set it, so that they share one cache, and restart them.',
      'Sessions that do not exist: see the dashboard Security.',
    ],
    escalation: 'None by itself. If the database’s objective burns at the same time, follow that runbook.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when less than 80 % were found for half an hour',
      series: [hitRate('0.8x2 0.79x60')],
      // From 3 min.
      at: { '32m': silence, '33m': [firing('79%')], '50m': [firing('79%')] },
    },
    { kind: 'below', title: 'is quiet at 80 %', series: [hitRate('0.8x60')], at: { '35m': silence, '60m': silence } },
    {
      kind: 'waits',
      title: 'is quiet when a cache fills again within half an hour',
      series: [hitRate('0.9x2 0.1x28 0.9x40')],
      at: { '31m': silence, '32m': silence, '45m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when 80 % have been found for ten minutes',
      series: [hitRate('0.5x40 0.8x30')],
      // From 41 min.
      at: { '40m': [firing('50%')], '50m': [{ ...firing('50%'), lastTrue: '40m' }], '51m': silence },
    },
    { kind: 'absent', title: 'is quiet where nobody reads', series: [], at: { '60m': silence } },
  ],
})
