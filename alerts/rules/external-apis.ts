import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, quantile, rate, select, share, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { given, growing, silence } from '../scenario.ts'
import { jobFailures, providerStatus } from '../sql.ts'

const window = '5m'
const requests = select('adapter_requests_total')
const failed = select('adapter_requests_total', { status: 'error' })
const limited = select('adapter_rate_limit_hits_total')

const runbook: Runbook = {
  slug: 'external-api-failures',
  title: 'An outside service fails, or limits us',
  impact: 'What needs this provider waits: mail, texts, calendar entries, invoices or synchronization come late.',
  firstStep: 'Look at the status page of the provider, and at what our calls are answered with.',
  looks: [
    metricsLook(
      'Which provider, and how bad?',
      share(sum(rate(failed, window), ['adapter_type']), sum(rate(requests, window), ['adapter_type'])),
      'Share of failed calls. One provider: its trouble, or our credentials there. All: our way to the internet.',
    ),
    metricsLook(
      'For whom?',
      sum(rate(failed, window), ['adapter_type', 'tenant_id', 'entity']),
      'One workspace: its connection with the provider has expired. All: the provider itself.',
    ),
    metricsLook(
      'Are we limited?',
      sum(rate(limited, window), ['adapter_type', 'tenant_id']),
      'Answers with 429 per second. Whoever has most of them asks too often.',
    ),
    metricsLook(
      'Does it answer at all?',
      sum(rate(select('adapter_connection_failures_total'), window), ['adapter_type']),
      'Refused, cut or out of time, per second. Nothing here although calls fail: it answers, with an error.',
    ),
    metricsLook(
      'Is it slow?',
      quantile(0.95, select('adapter_request_duration_seconds'), window, ['adapter_type']),
      'p95 in seconds. At 5 s a call is given up.',
    ),
    metricsLook(
      'Have we stopped asking?',
      max(select('adapter_circuit_breaker_state'), ['adapter_type', 'service']),
      '2 is open: calls fail at once, and one is tried every 2 to 30 s. It closes by itself.',
    ),
    logsLook(
      'What are we told?',
      logs({ service_name: oneOf('api', 'worker') }, { severity_text: oneOf('warn', 'error'), component: 'adapters' }),
      '401 or 403: credentials. 429: too many calls. 5xx or no answer: the provider.',
    ),
    tracesLook(
      'Which calls fail?',
      spans({ attributes: { 'resource.service.name': 'worker' }, kind: 'client', status: 'error' }),
      'Name and status of the call; further up stands the job or request that wanted it.',
    ),
    sqlLook(
      'When did it last work?',
      providerStatus,
      '`rate_limited_until` is when the provider said we may come back.',
    ),
    sqlLook(
      'What waits for it?',
      jobFailures,
      '`dependency_unavailable` and `rate_limited` are tried again by themselves.',
    ),
  ],
  causes: [
    'The provider is away or slow.',
    'Our credentials there have expired or were withdrawn.',
    'We ask too often: an import, a first synchronization, or a loop in ours.',
    'The provider has changed its interface.',
    'Our own way out: name resolution, proxy, firewall.',
  ],
  actions: [
    'Look at it from here: `curl -s -H "Authorization: Bearer $DF_ADMIN_SECRET" "http://127.0.0.1:3000/api/admin/integrations/health"`, and `curl -s http://127.0.0.1:3000/health`.',
    'The provider is away: nothing to do. Calls are tried again, jobs for about half an hour and longer; tell support what is late.',
    'Credentials: set them anew (`.env`, or the secrets of the deployment) and restart with `npm run service -- stop worker` and `npm run service -- start worker`, the same for `api`.',
    'Limited: pause what asks most with `PATCH /api/integrations/:id` and `{ "status": "paused" }`, or ask the provider for more.',
    'When it is back, work off what failed: `POST /api/admin/events/:id/replay` for webhook events (`GET /api/admin/events?status=error` lists them), `POST /api/integrations/:id/sync` for synchronization, both with `Authorization: Bearer $DF_ADMIN_SECRET` or as an admin.',
  ],
  escalation:
    'Longer than an hour, or credentials that nobody can renew: call the team that owns the contract with the provider, and tell support.',
}

const asked = (status: 'success' | 'error', values: string, adapter: 'ghl' | 'hubspot' = 'ghl', tenant = 'none') =>
  given(
    'adapter_requests_total',
    { service: 'worker', tenant_id: tenant, adapter_type: adapter, entity: 'contact', status },
    values,
  )
const failing = (percent: string, adapter = 'ghl') => ({
  labels: { adapter_type: adapter },
  description: `${percent} of the calls to ${adapter} of the last 5 minutes failed.`,
})

export const externalApiFailures = alert({
  name: 'ExternalApiFailures',
  subject: 'provider',
  expr: greater(share(sum(rate(failed, window), ['adapter_type']), sum(rate(requests, window), ['adapter_type'])), 0.1),
  // Retries and the circuit breaker get over less.
  for: '5m',
  // An open breaker asks once in up to 30 s: a lucky answer in between is no end.
  keepFiringFor: '2m',
  severity: 'critical',
  priority: 'P2',
  team: 'integrations',
  receivers: ['slack', 'webhook'],
  level: 'page',
  summary: 'More than one call in ten to an outside service fails.',
  description: ({ percent, label }) =>
    `${percent} of the calls to ${label('adapter_type')} of the last 5 minutes failed.`,
  dashboard: { uid: 'external-apis', lookBack: '1h' },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 10.1 % have failed for five minutes',
      series: [asked('success', '0+899x240'), asked('error', '0+101x240')],
      at: { '5m': silence, '305s': [failing('10.1%')], '20m': [failing('10.1%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at 10 %',
      series: [asked('success', '0+27x240'), asked('error', '0+3x240')],
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'fires',
      title: 'names the one provider that fails, and counts all who use it',
      series: [
        asked('success', '0+9x240', 'hubspot'),
        asked('success', '0+1x240'),
        asked('success', '0+1x240', 'ghl', 'a'),
        asked('error', '0+1x240', 'ghl', 'a'),
        asked('error', '0+1x240', 'ghl', 'b'),
      ],
      at: { '10m': [failing('50%')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when half of the calls fail for fifty seconds',
      series: [asked('success', '0+50x240'), asked('error', `0x60 ${growing({ each: 50, steps: 10 })} 500x170`)],
      at: { '10m': silence, '11m': silence, '15m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after the share has fallen to a tenth',
      series: [asked('success', '0+50x360'), asked('error', '0+50x120 6000x240')],
      at: {
        '10m': [failing('50%')],
        '860s': [failing('10.61%')],
        '980s': [{ ...failing('10.61%'), lastTrue: '860s' }],
        '985s': silence,
      },
    },
    {
      kind: 'fires',
      title: 'fires when everything fails and nothing ever succeeded',
      series: [asked('error', '0+1x240')],
      at: { '10m': [failing('100%')] },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict while nobody is called',
      series: [asked('success', '100x240'), asked('error', '100x240')],
      at: { '10m': silence, '20m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { '20m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [asked('success', '0+92x120 0+92x120'), asked('error', '0+8x120 0+8x120')],
      at: { '605s': silence, '12m': silence, '20m': silence },
    },
  ],
})

const told429 = (values: string, adapter: 'gmail' | 'ghl' = 'gmail', tenant = 'none') =>
  given('adapter_rate_limit_hits_total', { service: 'worker', tenant_id: tenant, adapter_type: adapter }, values)
const limitedBy = (rate: string, adapter = 'gmail') => ({
  labels: { adapter_type: adapter },
  description: `${adapter} answers ${rate} calls a second with 429.`,
})

export const rateLimitHits = alert({
  name: 'RateLimitHits',
  // Not that of the failures, which count them as well: the critical one would silence what is the reason for it.
  subject: 'provider-limits',
  expr: greater(sum(rate(limited, window), ['adapter_type']), 10),
  // We wait as long as the provider says; who is still limited after five minutes asks too often.
  for: '5m',
  severity: 'warning',
  priority: 'P3',
  team: 'integrations',
  receivers: ['slack'],
  level: 'page',
  summary: 'An outside service turns us away because we ask too often.',
  description: ({ number, label }) => `${label('adapter_type')} answers ${number} calls a second with 429.`,
  dashboard: { uid: 'external-apis', lookBack: '1h' },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when there were eleven a second of two tenants together for five minutes',
      series: [told429('0+30x240'), told429('0+25x240', 'gmail', 'a'), told429('0+45x240', 'ghl')],
      at: { '570s': silence, '575s': [limitedBy('11')], '20m': [limitedBy('11')] },
    },
    { kind: 'below', title: 'is quiet at ten', series: [told429('0+50x240')], at: { '6m': silence, '20m': silence } },
    {
      kind: 'waits',
      title: 'is quiet when a burst is over after four minutes',
      series: [told429('0x60 0+100x48 4800x132')],
      at: { '10m': silence, '20m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when fewer than ten a second are left of the last five minutes',
      series: [told429('0+100x120 12000x120')],
      at: { '10m': [limitedBy('20')], '745s': [limitedBy('10.17')], '750s': silence },
    },
    {
      kind: 'no traffic',
      title: 'is quiet when nobody is turned away',
      series: [told429('7x240')],
      at: { '10m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { '10m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [told429('0+45x120 0+45x120')],
      at: { '605s': silence, '12m': silence, '20m': silence },
    },
  ],
})
