import { max, observed, perMinute, quantile, rate, select, sum } from '../../catalogue/promql.ts'
import { quantiles } from '../latency-queries.ts'
import { type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { timeseries } from '../panels.ts'
import { scope } from '../variables.ts'

const window = '$__rate_interval'
const arrived = select('webhook_events_total', scope)
const processed = select('webhook_events_processed_total', scope)
const stored = select('webhook_events_stored', scope)
const delay = select('webhook_processing_duration_seconds', scope)

/** From the door to the end. */
export const webhooks = (): Row =>
  row(
    'Webhooks',
    [
      timeseries({
        title: 'Webhooks by source',
        description:
          'Events that arrived, per minute. A source that fell silent: its subscription has ended, or its signature changed; see the outcomes beside.',
        unit: 'cpm',
        stacked: true,
        queries: [{ expr: perMinute(sum(rate(arrived, window), ['source'])), legend: '{{source}}' }],
      }),
      timeseries({
        title: 'What became of them at the door',
        description:
          'Per minute. Rejected: the signature is wrong, so the secret differs, or somebody tries; see Security. Duplicates are harmless: providers repeat.',
        unit: 'cpm',
        queries: [{ expr: perMinute(sum(rate(arrived, window), ['outcome'])), legend: '{{outcome}}' }],
      }),
      timeseries({
        title: 'What became of them in the end',
        description:
          'Events that were worked off, per minute. Errors are listed under the events of the admin pages, with their message: replay or quarantine them there.',
        unit: 'cpm',
        queries: [{ expr: perMinute(sum(rate(processed, window), ['status'])), legend: '{{status}}' }],
      }),
    ],
    [
      timeseries({
        title: 'Oldest pending by source',
        description:
          'Age of the oldest event that is not worked off; the line is where the alert on their delay speaks. One source: its events fail; all: the worker or the database.',
        unit: 's',
        limits: alertLimits('WebhookProcessingDelay'),
        queries: [{ expr: max(select('webhook_oldest_pending_age_seconds', scope), ['source']), legend: '{{source}}' }],
      }),
      timeseries({
        title: 'From arrival to end',
        description:
          'Half, 95 % and 99 % of the events are worked off sooner; the line is where the alert on slow operations speaks. It follows the depth of webhook-processing below.',
        unit: 's',
        limits: alertLimits('SlowOperations'),
        queries: quantiles(delay, window),
      }),
      timeseries({
        title: 'From arrival to end by source, p95',
        description:
          '95 % of the events of a source are worked off sooner. One source alone: what follows from its events is slow; open one of its traces.',
        unit: 's',
        limits: alertLimits('SlowOperations'),
        queries: [{ expr: observed(quantile(0.95, delay, window, ['source'])), legend: '{{source}}' }],
      }),
    ],
    [
      timeseries({
        title: 'Stored events',
        description:
          'In the database, by where they stand. Pending grows: they arrive faster than they are worked off; error grows: read their messages and replay them.',
        unit: 'short',
        queries: [{ expr: sum(max(stored, ['source', 'status']), ['status']), legend: '{{status}}' }],
      }),
      timeseries({
        title: 'Events that need somebody',
        description:
          'Stored events in error, by source: nothing tries them again by itself. List them under the admin events with status=error, mend the cause, replay.',
        unit: 'short',
        queries: [
          {
            expr: max(select('webhook_events_stored', { ...scope, status: 'error' }), ['source']),
            legend: '{{source}}',
          },
        ],
      }),
    ],
  )
