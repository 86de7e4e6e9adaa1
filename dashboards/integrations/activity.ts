import { observed, perMinute, quantile, rate, select, share, sum } from '../../catalogue/promql.ts'
import { quantiles } from '../latency-queries.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { toDashboard, toTraces } from '../links.ts'
import { timeseries } from '../panels.ts'
import { scope, scopedSpans } from '../variables.ts'
import { conflicts, created, jobs, latency, unwritten, updated, window } from './series.ts'

const operations = select('sync_operations_total', scope)
const failedOperations = select('sync_operations_total', { ...scope, status: 'failed' })
const way = ['direction', 'entity_type'] as const

/** Part three: what is being done? */
export const activity = (): Row =>
  leadsTo(
    row(
      'Sync activity',
      [
        timeseries({
          title: 'Sync jobs',
          description:
            'Jobs that entered each status, per minute. Pending without completed: nobody takes them, see the queue; processing without an end: a provider that does not answer.',
          unit: 'cpm',
          queries: [{ expr: perMinute(sum(rate(jobs, window), ['status'])), legend: '{{status}}' }],
        }),
        timeseries({
          title: 'Records brought into step',
          description:
            'Records per second that jobs created, updated, could not write, or found changed on both sides. Failures: read the log below; many conflicts: two people edit in both systems.',
          unit: 'ops',
          queries: [
            { expr: sum(rate(created, window)), legend: 'created', colour: 'good' },
            { expr: sum(rate(updated, window)), legend: 'updated', colour: 'amount' },
            { expr: sum(rate(conflicts, window)), legend: 'conflicts', colour: 'warning' },
            { expr: sum(rate(unwritten, window)), legend: 'failed', colour: 'bad' },
          ],
        }),
        timeseries({
          title: 'Duration of a sync',
          description:
            'Milliseconds from the request for a sync to its end; the line at five minutes is where the alert on slow syncs speaks. It rises with the queue: more workers; without: the provider.',
          unit: 'ms',
          limits: alertLimits('SlowSync'),
          queries: quantiles(latency, window),
        }),
      ],
      [
        timeseries({
          title: 'Single records by direction',
          description:
            'Records per second that came in by webhook or went out one by one. Inbound stops: the provider no longer calls us, renew its subscription.',
          unit: 'ops',
          queries: [{ expr: sum(rate(operations, window), way), legend: '{{direction}} {{entity_type}}' }],
        }),
        timeseries({
          title: 'Failed share of single records',
          description:
            'Share of these operations that failed, by direction and kind. Outbound: the provider refuses what we send; inbound: what it sends does not fit our data.',
          unit: 'percentunit',
          limits: alertLimits('SyncFailureRate'),
          queries: [
            {
              expr: share(sum(rate(failedOperations, window), way), sum(rate(operations, window), way)),
              legend: '{{direction}} {{entity_type}}',
            },
          ],
        }),
        timeseries({
          title: 'Duration of a single record, p95',
          description:
            'Seconds, by direction and kind of record. Outbound is the provider’s time, inbound our database’s: follow whichever is slow.',
          unit: 's',
          queries: [
            {
              expr: observed(quantile(0.95, select('sync_operations_duration_seconds', scope), window, way)),
              legend: '{{direction}} {{entity_type}}',
            },
          ],
        }),
      ],
    ),
    toTraces('Traces of the synchronization', scopedSpans({ name: 'process integration-sync' })),
    toDashboard('webhooks-jobs-queues'),
  )
