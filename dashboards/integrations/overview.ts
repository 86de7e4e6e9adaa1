import {
  count,
  greater,
  increaseShown,
  orZero,
  perMinute,
  rate,
  rounded,
  select,
  share,
  sum,
  topk,
} from '../../catalogue/promql.ts'
import { barGauge } from '../gauges.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { alertLimits, noneExpected } from '../limits.ts'
import { toDashboard } from '../links.ts'
import { stat, timeseries } from '../panels.ts'
import { tenantScope } from '../variables.ts'
import { byIntegration, completed, ended, failed, jobs, window } from './series.ts'

/** Part one: is all well, and how much goes on? */
export const overview = (): Row =>
  leadsTo(
    row(
      'Overview',
      [
        stat({
          title: 'Sync jobs that ended',
          description:
            'In the time shown. None: look at the queue under Performance; with nothing there, no schedule began: is the worker up?',
          unit: 'short',
          queries: [{ expr: rounded(sum(increaseShown(ended))), legend: 'ended', instant: true }],
        }),
        stat({
          title: 'Failed share',
          description:
            'Share of the sync jobs that failed for good. Red: the alert on sync failures speaks after five minutes. The table below names the integration.',
          unit: 'percentunit',
          decimals: 1,
          limits: alertLimits('SyncFailureRate'),
          queries: [{ expr: share(sum(rate(failed, window)), sum(rate(ended, window))), legend: 'failed' }],
        }),
        stat({
          title: 'Integrations in step',
          description:
            'Integrations with at least one completed job in the time shown. Fewer than there are: widen the time, then look at who is missing in the table below.',
          unit: 'short',
          decimals: 0,
          queries: [
            {
              expr: orZero(count(greater(sum(increaseShown(completed), ['integration_id']), 0))),
              legend: 'in step',
              instant: true,
            },
          ],
        }),
        stat({
          title: 'Integrations with failures',
          description:
            'Integrations with at least one failed job in the time shown. One: its credentials or its data; several of one provider: the provider.',
          unit: 'short',
          decimals: 0,
          limits: noneExpected,
          queries: [
            {
              expr: orZero(count(greater(sum(increaseShown(failed), ['integration_id']), 0))),
              legend: 'with failures',
              instant: true,
            },
          ],
        }),
      ],
      [
        barGauge({
          title: 'Sync jobs by status',
          description:
            'How many entered each status in the time shown. Pending far above processing: the queue grows; processing far above both ends: jobs hang.',
          unit: 'short',
          queries: [{ expr: rounded(sum(increaseShown(jobs), ['status'])), legend: '{{status}}', instant: true }],
        }),
        barGauge({
          title: 'Integrations with the most jobs',
          description:
            'The ten with the most sync jobs that ended in the time shown. One far ahead of the others: its schedule is too tight, or webhooks start it again and again.',
          unit: 'short',
          queries: [
            {
              expr: topk(10, rounded(sum(increaseShown(byIntegration), ['integration_id']))),
              legend: '{{integration_id}}',
              instant: true,
            },
          ],
        }),
        timeseries({
          title: 'Trend of failures',
          description:
            'Failed sync jobs per minute, by kind of provider. A step: something changed there or with our credentials; a slope: a queue or a quota fills up.',
          unit: 'cpm',
          limits: noneExpected,
          queries: [
            {
              expr: perMinute(sum(rate(select('sync_jobs_failed_total', tenantScope), window), ['adapter_type'])),
              legend: '{{adapter_type}}',
            },
          ],
        }),
      ],
    ),
    toDashboard('external-apis'),
    toDashboard('webhooks-jobs-queues'),
  )
