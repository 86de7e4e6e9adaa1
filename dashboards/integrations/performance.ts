import {
  add,
  increaseShown,
  max,
  observed,
  quantile,
  rate,
  rateOfCount,
  rateOfSum,
  ratio,
  select,
  sum,
  sumShown,
} from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { toDashboard, toTraces } from '../links.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scope, scopedSpans, tenantScope } from '../variables.ts'
import { created, latency, updated, window } from './series.ts'

const calls = select('adapter_request_duration_seconds', tenantScope)

/** Part five: how fast, and how much waits? */
export const performance = (): Row =>
  leadsTo(
    row(
      'Performance',
      [
        timeseries({
          title: 'Mean duration by integration',
          description:
            'Milliseconds of a sync, those integrations with the most time spent in the time shown. One alone: it has many changes or a slow provider; all: the queue below.',
          unit: 'ms',
          queries: topAndOthers(
            ratio(
              sum(rateOfSum(latency, window), ['integration_id']),
              sum(rateOfCount(latency, window), ['integration_id']),
            ),
            sum(sumShown(latency), ['integration_id']),
            { legend: '{{integration_id}}', others: 'max' },
          ),
        }),
        timeseries({
          title: 'Records a second by integration',
          description:
            'Created and updated, those integrations with the most. It falls while jobs run: pages have become slow, see the duration of calls beside.',
          unit: 'ops',
          queries: topAndOthers(
            add(sum(rate(created, window), ['integration_id']), sum(rate(updated, window), ['integration_id'])),
            add(sum(increaseShown(created), ['integration_id']), sum(increaseShown(updated), ['integration_id'])),
            { legend: '{{integration_id}}' },
          ),
        }),
        timeseries({
          title: 'Duration of calls by provider, p95',
          description:
            'Seconds of one call of the tenants and integrations chosen. A slow provider makes every sync of its kind slow; External APIs shows all its calls.',
          unit: 's',
          queries: [{ expr: observed(quantile(0.95, calls, window, ['adapter_type'])), legend: '{{adapter_type}}' }],
        }),
      ],
      [
        timeseries({
          title: 'Messages that wait',
          description:
            'In the queues of the synchronization; the line is where the alert on their backlog speaks. It grows: do messages fail (beside), or are they more than the workers can do?',
          unit: 'short',
          limits: alertLimits('ServiceBusQueueBacklog'),
          queries: [{ expr: max(select('service_bus_queue_depth', scope), ['queue_name']), legend: '{{queue_name}}' }],
        }),
        timeseries({
          title: 'Messages worked off',
          description:
            'Per second, with the attempts that failed. Failed ones are tried again; when only those are left, the errors above say why.',
          unit: 'ops',
          queries: [
            {
              expr: sum(rate(select('service_bus_messages_processed_total', scope), window)),
              legend: 'worked off',
              colour: 'good',
            },
            {
              expr: sum(rate(select('service_bus_messages_failed_total', scope), window)),
              legend: 'failed attempts',
              colour: 'bad',
            },
          ],
        }),
        timeseries({
          title: 'Dead letters',
          description:
            'Messages that were given up after their last retry. Read what failed in words above, mend it, then start the sync again: it goes on where it stopped.',
          unit: 'short',
          limits: alertLimits('DeadLetters'),
          queries: [{ expr: max(select('service_bus_dlq_depth', scope), ['queue_name']), legend: '{{queue_name}}' }],
        }),
      ],
    ),
    toTraces('Slow syncs', scopedSpans({ name: 'process integration-sync', longerThan: '5s' })),
    toDashboard('webhooks-jobs-queues'),
  )
