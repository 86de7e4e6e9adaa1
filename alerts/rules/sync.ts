import { logs } from '../../catalogue/logql.ts'
import { divide, greater, max, oneOf, quantile, rate, select, share, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { given, givenBuckets, silence } from '../scenario.ts'
import { brokenIntegrations, failedSyncs, liveSyncs } from '../sql.ts'

const window = '5m'
const ended = select('sync_jobs_processed_total')
const failed = select('sync_jobs_failed_total')

const runbook: Runbook = {
  slug: 'sync-failures',
  title: 'Synchronization with another CRM fails, or is slow',
  impact: 'Contacts and deals differ between this CRM and the other one, and people work with what is out of date.',
  firstStep: 'See which integrations fail and with what kind of error: GET /api/admin/integrations/errors.',
  looks: [
    metricsLook(
      'Which provider, which integration?',
      sum(rate(failed, window), ['adapter_type', 'tenant_id', 'integration_id', 'entity']),
      'Failed jobs per second. One integration: its credentials or its data. All of a provider: the provider.',
    ),
    metricsLook(
      'Does its API fail?',
      share(
        sum(rate(select('adapter_requests_total', { status: 'error' }), window), ['adapter_type']),
        sum(rate(select('adapter_requests_total'), window), ['adapter_type']),
      ),
      'Share of failed calls. High: see [ExternalApiFailures](external-api-failures.md).',
    ),
    metricsLook(
      'How long does it take?',
      quantile(0.95, select('sync_latency_ms'), '15m', ['adapter_type', 'integration_id']),
      'p95 in milliseconds, from the request to the end.',
    ),
    metricsLook(
      'Do jobs wait for their turn?',
      max(select('service_bus_queue_depth'), ['queue_name']),
      'Many that wait, and each is slow to end: the workers are too few, or stuck.',
    ),
    logsLook(
      'What does the synchronization say?',
      logs(
        { service_name: oneOf('api', 'worker') },
        { severity_text: oneOf('warn', 'error'), component: 'integrations' },
      ),
      'Each line names tenant, integration and operation, and opens its trace.',
    ),
    tracesLook(
      'Where does a job fail, or spend its time?',
      spans({ attributes: { 'resource.service.name': 'worker' }, name: 'process integration-sync', status: 'error' }),
      '`sync fetch` is the other CRM, `sync store` the database, `sync push` what we write there.',
    ),
    sqlLook(
      'Which jobs failed, and why?',
      failedSyncs,
      '`error_kind` is what was recorded for `GET /api/admin/sync-log`.',
    ),
    sqlLook(
      'Which integrations are not well?',
      brokenIntegrations,
      'After three failures in a row the status is `error`.',
    ),
    sqlLook(
      'What runs now?',
      liveSyncs,
      'Many records and still running: a first synchronization, which takes its time.',
    ),
  ],
  causes: [
    'The other CRM is away, slow, or limits us.',
    'The customer withdrew our access there, or the credentials expired.',
    'A record that one side refuses: a field that is too long, or of the wrong kind.',
    'A first synchronization, or an import over there: much to do at once.',
    'The database or the worker is slow.',
  ],
  actions: [
    'List what failed: `curl -s -H "Authorization: Bearer $DF_ADMIN_SECRET" "http://127.0.0.1:3000/api/admin/sync-log?status=error"`, and `…/api/admin/integrations/errors?limit=50`.',
    'The provider is away: nothing to do, jobs are tried again by themselves. See [ExternalApiFailures](external-api-failures.md).',
    'One integration only: tell the customer to connect anew; meanwhile pause it with `PATCH /api/integrations/:id` and `{ "status": "paused" }`.',
    'Events of the other CRM that failed: `curl -X POST -H "Authorization: Bearer $DF_ADMIN_SECRET" http://127.0.0.1:3000/api/admin/events/<id>/replay`; one that can never succeed is put aside with `…/quarantine` and `{ "reason": "…" }`.',
    'Once it is mended, synchronize at once: `POST /api/integrations/:id/sync`, then look at `GET /api/admin/integrations/sync-activity?limit=100`.',
    'The worker hangs: `npm run service -- stop worker`, then `npm run service -- start worker`. A job that is cut off goes on where it stood.',
  ],
  escalation:
    'All integrations of a provider fail for 15 minutes, and the provider says that it is well: call the second on call, and tell support which customers are concerned.',
}

const whose = { service: 'worker', entity: 'contact' } as const
const jobs = (
  name: 'sync_jobs_processed_total' | 'sync_jobs_failed_total',
  values: string,
  adapter: 'hubspot' | 'salesforce' = 'hubspot',
  integration = 'a',
) => given(name, { ...whose, adapter_type: adapter, tenant_id: 't', integration_id: integration }, values)
const all = 'sync_jobs_processed_total'
const bad = 'sync_jobs_failed_total'
const failing = (percent: string, adapter = 'hubspot') => ({
  labels: { adapter_type: adapter },
  description: `${percent} of the sync jobs with ${adapter} of the last 5 minutes failed.`,
})

export const syncFailureRate = alert({
  name: 'SyncFailureRate',
  subject: 'sync',
  // By provider: all together would hide one that is wholly broken behind those that are well.
  expr: greater(share(sum(rate(failed, window), ['adapter_type']), sum(rate(ended, window), ['adapter_type'])), 0.1),
  // One job that failed is seen for less than the window's five minutes, and is no page.
  for: '5m',
  // Jobs end every other minute; a pause between two that fail is no end.
  keepFiringFor: '2m',
  severity: 'critical',
  priority: 'P1',
  team: 'integrations',
  receivers: ['page'],
  level: 'page',
  summary: 'More than one sync job in ten with another CRM fails.',
  description: ({ percent, label }) =>
    `${percent} of the sync jobs with ${label('adapter_type')} of the last 5 minutes failed.`,
  followsFrom: ['DatabaseDown'],
  lingers: '6m',
  dashboard: { uid: 'integrations-sync', lookBack: '1h' },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 10.1 % have failed for five minutes',
      series: [jobs(all, '0+1000x240'), jobs(bad, '0+101x240')],
      at: { '5m': silence, '305s': [failing('10.1%')], '20m': [failing('10.1%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at 10 %',
      series: [jobs(all, '0+50x240'), jobs(bad, '0+5x240')],
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'fires',
      title: 'names the one provider that fails, over all who use it',
      series: [
        jobs(all, '0+2x240'),
        jobs(all, '0+2x240', 'hubspot', 'b'),
        jobs(bad, '0+1x240'),
        jobs(bad, '0+1x240', 'hubspot', 'b'),
        jobs(all, '0+96x240', 'salesforce'),
        jobs(bad, '0x240', 'salesforce'),
      ],
      at: { '10m': [failing('50%')] },
    },
    {
      kind: 'fires',
      title: 'fires when the few jobs that there are fail, one in two minutes',
      series: [jobs(all, '0x23 1x23 2x23 3x23 4x23 5x23'), jobs(bad, '0x23 1x23 2x23 3x23 4x23 5x23')],
      at: { '415s': silence, '420s': [failing('100%')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when a single job fails and nothing else runs',
      series: [jobs(all, '3x60 4x180'), jobs(bad, '0x60 1x180')],
      at: { '600s': silence, '605s': silence, '610s': silence, '615s': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after the share has fallen to a tenth',
      series: [jobs(all, '0+100x360'), jobs(bad, '0+50x120 6000x240')],
      at: { '10m': [failing('50%')], '955s': [{ ...failing('10.17%'), lastTrue: '835s' }], '960s': silence },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict while no job ends',
      series: [jobs(all, '100x240'), jobs(bad, '50x240')],
      at: { '10m': silence, '20m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever synchronized', series: [], at: { '20m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a worker begins to count from 0 again',
      series: [jobs(all, '0+100x120 0+100x120'), jobs(bad, '0+8x120 0+8x120')],
      at: { '605s': silence, '12m': silence, '20m': silence },
    },
  ],
})

/** A sync takes minutes and few end within five: a window that holds several of each provider. */
const slowWindow = '15m'

/** Sync jobs that ended, one value a minute: within 2, within 5, within 10 minutes, which are all. */
const took = (two: string, five: string, ten: string, integration = 'a') =>
  givenBuckets(
    'sync_latency_ms',
    { ...whose, adapter_type: 'hubspot', tenant_id: 't', integration_id: integration, status: 'completed' },
    [
      [120_000, two],
      [300_000, five],
      [600_000, ten],
    ],
    ten,
  )
const slow = (duration: string) => ({
  labels: { adapter_type: 'hubspot' },
  description: `One sync in twenty with hubspot takes longer than ${duration}.`,
})

export const slowSync = alert({
  name: 'SlowSync',
  subject: 'sync-duration',
  // Told in seconds.
  expr: divide(greater(quantile(0.95, select('sync_latency_ms'), slowWindow, ['adapter_type']), 300_000), 1000),
  for: '5m',
  severity: 'warning',
  priority: 'P3',
  team: 'integrations',
  receivers: ['slack'],
  level: 'slow',
  summary: 'Synchronization with another CRM takes longer than five minutes.',
  description: ({ duration, label }) =>
    `One sync in twenty with ${label('adapter_type')} takes longer than ${duration}.`,
  followsFrom: ['DatabaseDown'],
  lingers: '16m',
  dashboard: { uid: 'integrations-sync', lookBack: '6h' },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 5.1 % of all have taken longer than five minutes',
      series: [...took('0+900x40', '0+900x40', '0+900x40'), ...took('0+40x40', '0+49x40', '0+100x40', 'b')],
      at: { '5m': silence, '6m': [slow('5m 5s')], '30m': [slow('5m 5s')] },
    },
    {
      kind: 'below',
      title: 'is quiet when five of a hundred have',
      series: took('0+40x40', '0+95x40', '0+100x40'),
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when they are few again within five minutes',
      series: took('0x10 40x2 200x30', '0x10 90x2 5000x30', '0x10 100x2 5100x30'),
      at: { '12m': silence, '15m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when the last slow one was a quarter of an hour ago',
      series: took('0x10 0x40', '0x10 0x40', '0x10 100x40'),
      at: { '15m': silence, '16m': [slow('9m 45s')], '24m': [slow('9m 45s')], '25m': silence },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict while none ends',
      series: took('0x40', '5x40', '10x40'),
      at: { '30m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever synchronized', series: [], at: { '30m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a worker begins to count from 0 again',
      series: took('0+40x20 0+40x20', '0+98x20 0+98x20', '0+100x20 0+100x20'),
      at: { '21m': silence, '25m': silence, '40m': silence },
    },
  ],
})
