import { lineRate } from '../../catalogue/logql.ts'
import { increaseShown, matches, oneOf, perMinute, rate, share, sum } from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { clicked, toDashboard, toLogs, toTraces } from '../links.ts'
import { logs } from '../lists.ts'
import { timeseries } from '../panels.ts'
import { topAndOthers } from '../top.ts'
import { scopedLogs, scopedSpans } from '../variables.ts'
import { ended, failed, rateLimited, unanswered, window } from './series.ts'

const trouble = scopedLogs({ operation: oneOf('fetch.failed', 'sync.failed') })
/** Those of syncs; the adapters tell of single calls as well, with a reason of their own. */
const ofSyncs = scopedLogs({ operation: oneOf('fetch.failed', 'sync.failed'), metadata_error: matches('.+') })
const logOfOne = toLogs('Log of this integration', scopedLogs({ integrationId: clicked('integration_id') }))

/** Part four: what goes wrong? */
export const errors = (): Row =>
  leadsTo(
    row(
      'Errors',
      [
        timeseries({
          title: 'Failed jobs by integration',
          description:
            'Sync jobs that failed for good, per minute, those integrations with the most in the time shown. Click one for its log; one alone is its credentials or its data.',
          unit: 'cpm',
          queries: topAndOthers(
            perMinute(sum(rate(failed, window), ['integration_id'])),
            sum(increaseShown(failed), ['integration_id']),
            { legend: '{{integration_id}}' },
          ),
          seriesLinks: [logOfOne],
        }),
        timeseries({
          title: 'Failed share by kind of record',
          description:
            'Share of the jobs that failed, by provider and kind; the line is where the alert on sync failures speaks. One kind alone: a field that the other side does not take.',
          unit: 'percentunit',
          limits: alertLimits('SyncFailureRate'),
          queries: [
            {
              expr: share(
                sum(rate(failed, window), ['adapter_type', 'entity']),
                sum(rate(ended, window), ['adapter_type', 'entity']),
              ),
              legend: '{{adapter_type}} {{entity}}',
            },
          ],
        }),
        timeseries({
          title: 'Types of errors',
          description:
            'What went wrong, per second, from the log. rate_limited: spread the schedules; timeout and dependency_unavailable: the provider; invalid_data: read the lines below.',
          unit: 'ops',
          queries: [{ expr: lineRate(ofSyncs, '$__auto', ['metadata_error']), legend: '{{metadata_error}}' }],
          links: [toLogs('The lines', ofSyncs)],
        }),
      ],
      [
        timeseries({
          title: 'Calls without an answer by integration',
          description:
            'Refused, cut, or out of time, per minute, those integrations with the most. All of one provider: its status page; one alone: an address that has changed.',
          unit: 'cpm',
          queries: topAndOthers(
            perMinute(sum(rate(unanswered, window), ['integration_id'])),
            sum(increaseShown(unanswered), ['integration_id']),
            { legend: '{{integration_id}}' },
          ),
          seriesLinks: [logOfOne],
        }),
        timeseries({
          title: 'Rate limits by integration',
          description:
            'Answers of 429 per minute, those integrations with the most. We wait as long as the provider asks; a tenant with steady ones needs a wider schedule or a larger plan.',
          unit: 'cpm',
          queries: topAndOthers(
            perMinute(sum(rate(rateLimited, window), ['integration_id'])),
            sum(increaseShown(rateLimited), ['integration_id']),
            { legend: '{{integration_id}}' },
          ),
          seriesLinks: [logOfOne],
        }),
      ],
      [
        logs({
          title: 'What failed, in words',
          description:
            'Pages that could not be fetched and jobs that failed for good, newest first. Open a line for tenant, integration, entity, attempt and error; its trace shows the call.',
          query: trouble,
        }),
      ],
    ),
    toTraces('Failed syncs', scopedSpans({ name: 'process integration-sync', status: 'error' })),
    toDashboard('errors-logs'),
  )
