import { greater, quantile, select } from '../../catalogue/promql.ts'
import { slos, userRequests } from '../../catalogue/slo.ts'
import { alert } from '../alert.ts'
import { givenBuckets, growing, silence } from '../scenario.ts'
import { apiLatency } from '../slo/api-latency.ts'

/** `within` requests were answered within 0.5 s, `all` within 1 s. */
const answered = (within: string, all: string, endpoint = '/api/contacts') =>
  givenBuckets(
    'http_request_duration_seconds',
    { job: 'api', service: 'api', instance: '127.0.0.1:9464', method: 'GET', endpoint, status: '200' },
    [
      [0.5, within],
      [1, all],
    ],
    all,
  )
const firing = (duration: string) => ({
  description: `One request in twenty took longer than ${duration} over the last 5 minutes.`,
})

export const p95LatencyHigh = alert({
  name: 'P95LatencyHigh',
  subject: 'api-p95',
  // The critical level of the objective, and a bucket's bound: whether p95 is above it is counted, not estimated.
  expr: greater(
    quantile(0.95, select('http_request_duration_seconds', userRequests), '5m'),
    slos['api-latency'].critical,
  ),
  for: '5m',
  keepFiringFor: '2m',
  severity: 'critical',
  priority: 'P2',
  team: 'crm',
  receivers: ['page'],
  level: 'page',
  summary: 'One request in twenty takes longer than half a second.',
  description: ({ duration }) => `One request in twenty took longer than ${duration} over the last 5 minutes.`,
  // Requests wait for connections before they fail; what a process that died has left to the others makes them slow.
  followsFrom: ['DatabaseDown', 'APIDown'],
  lingers: '8m',
  dashboard: { uid: 'api-performance', lookBack: '1h', variables: () => ({ job: 'api' }) },
  runbook: apiLatency.runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 5.1 % have taken longer than 0.5 s for five minutes',
      series: [...answered('0+474x240', '0+500x240'), ...answered('0+475x240', '0+500x240', '/api/leads')],
      at: { '5m': silence, '305s': [firing('509.8ms')], '20m': [firing('509.8ms')] },
    },
    {
      kind: 'below',
      title: 'is quiet when 5 % take longer',
      series: answered('0+950x240', '0+1000x240'),
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'below',
      title: 'does not count probes',
      series: [...answered('0+100x240', '0+100x240'), ...answered('0x240', '0+50x240', '/health')],
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'fires',
      title: 'looks back over five minutes',
      // 6 % are slow from the 600th second: more than 5 % of the window when 250 of its 300 seconds are so.
      series: answered(
        growing({ each: 1000, steps: 120 }, { each: 940, steps: 140 }),
        growing({ each: 1000, steps: 260 }),
      ),
      at: { '1140s': silence, '1145s': [firing('583.3ms')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when everything is slow for twenty seconds',
      series: answered(
        growing({ each: 100, steps: 60 }, { each: 0, steps: 4 }, { each: 100, steps: 160 }),
        growing({ each: 100, steps: 224 }),
      ),
      at: { '6m': silence, '10m': silence, '15m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after enough of the five minutes are fast again',
      series: answered(
        growing({ each: 50, steps: 120 }, { each: 100, steps: 140 }),
        growing({ each: 100, steps: 260 }),
      ),
      at: { '595s': [firing('950ms')], '980s': [{ ...firing('508.3ms'), lastTrue: '860s' }], '985s': silence },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nobody asks',
      series: answered('100x240', '900x240'),
      at: { '10m': silence, '20m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever measured', series: [], at: { '20m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: answered('0+96x120 0+96x120', '0+100x120 0+100x120'),
      at: { '605s': silence, '12m': silence, '20m': silence },
    },
  ],
})
