import { logs } from '../../catalogue/logql.ts'
import { greater, matches, oneOf, rate, select, share, sum } from '../../catalogue/promql.ts'
import { userRequests } from '../../catalogue/slo.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, type Runbook, sqlLook, tracesLook } from '../runbook.ts'
import { given, growing, silence } from '../scenario.ts'
import { connections, runningStatements } from '../sql.ts'

const window = '5m'
const requests = select('http_requests_total', userRequests)
const failed = select('http_requests_total', { ...userRequests, status: matches('5..') })

const answered = (status: string, values: string, endpoint = '/api/contacts') =>
  given(
    'http_requests_total',
    { job: 'api', service: 'api', instance: '127.0.0.1:9464', method: 'GET', endpoint, status },
    values,
  )
const firing = (percent: string) => ({
  description: `${percent} of the requests of the last 5 minutes were answered with a 5xx.`,
})

/** Both levels alike. */
const runbook: Runbook = {
  slug: 'high-error-rate',
  title: 'Too many requests fail',
  impact: 'Users see errors, and may have lost what they entered.',
  firstStep: 'Find which endpoint fails and since when; if that was a release, go back to the one before it.',
  looks: [
    metricsLook(
      'Which endpoints fail?',
      sum(rate(failed, window), ['endpoint', 'status']),
      'One endpoint: its code, or what only it depends on. All: the database, or the process itself. 503 means that a dependency is away.',
    ),
    metricsLook(
      'What kind of error is it?',
      sum(
        rate(
          select('http_errors_total', { error_type: oneOf('internal', 'dependency_unavailable', 'timeout') }),
          window,
        ),
        ['error_type', 'endpoint'],
      ),
      '`internal` is a fault of ours; `dependency_unavailable` and `timeout` lead to what is behind us.',
    ),
    metricsLook(
      'Does an outside service fail?',
      sum(rate(select('external_api_errors_total'), window), ['service', 'operation']),
      'Failed calls per second.',
    ),
    logsLook(
      'What do the errors say?',
      logs({ service_name: 'api' }, { severity_text: 'error' }),
      'Group by message; each line opens its trace.',
    ),
    tracesLook(
      'Where in a request does it break?',
      spans({ attributes: { 'resource.service.name': 'api' }, kind: 'server', statusCodeFrom: 500 }),
      'The innermost span with an error is the place.',
    ),
    sqlLook('Does the database hold them up?', runningStatements, '`blocked_by` names the process to look at.'),
    sqlLook('Are there connections left?', connections, 'Many `idle in transaction` hold what others wait for.'),
  ],
  causes: [
    'A release with a fault.',
    'The database is away, slow, or has no connections left.',
    'An outside service fails and its errors are not caught.',
    'One client sends what we do not bear.',
  ],
  actions: [
    'If it began with a release, go back to the one before it, then look for the fault.',
    'Database: see [DatabaseDown](database-down.md).',
    'An outside service: look at its status page. What can wait is tried again by the queues.',
    'Still rising and no cause found: restart one process of the API and compare it with the others.',
  ],
  escalation: 'Not falling after 15 minutes: call the second on call, and tell support what users see.',
}

const shareOfFailed = share(sum(rate(failed, window)), sum(rate(requests, window)))

export const highErrorRate = alert({
  name: 'HighErrorRate',
  subject: 'api-errors',
  expr: greater(shareOfFailed, 0.05),
  // One burst of five minutes is what the error budget is for.
  for: '5m',
  // While the window empties the share is still above the warning's bound: so that is not told after this one has ended.
  keepFiringFor: '2m',
  severity: 'critical',
  priority: 'P1',
  team: 'crm',
  receivers: ['page', 'webhook'],
  level: 'page',
  summary: 'More than one request in twenty fails.',
  description: ({ percent }) => `${percent} of the requests of the last 5 minutes were answered with a 5xx.`,
  followsFrom: ['DatabaseDown'],
  lingers: '8m',
  dashboard: { uid: 'api-performance', lookBack: '1h', variables: () => ({ job: 'api' }) },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 5.1 % have failed for five minutes',
      series: [answered('200', '0+949x240'), answered('500', '0+25x240'), answered('503', '0+26x240')],
      at: { '5m': silence, '305s': [firing('5.1%')], '20m': [firing('5.1%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at 4.9 %',
      series: [answered('200', '0+951x240'), answered('500', '0+49x240')],
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'below',
      title: 'is quiet at 5 %',
      series: [answered('200', '0+950x240'), answered('500', '0+50x240')],
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'fires',
      title: 'looks back over five minutes',
      // 5.25 % fail from the 600th second: over 5 % of the window when 285 of its 300 seconds are so.
      series: [
        answered('200', growing({ each: 10_000, steps: 120 }, { each: 9475, steps: 140 })),
        answered('500', growing({ each: 0, steps: 120 }, { each: 525, steps: 140 })),
      ],
      at: { '1180s': silence, '1185s': [firing('5.25%')] },
    },
    {
      kind: 'below',
      title: 'counts no fault of the client’s',
      series: [answered('200', '0+1x240'), answered('404', '0+99x240')],
      at: { '20m': silence },
    },
    {
      kind: 'below',
      title: 'counts no probe that is told "not ready"',
      series: [answered('200', '0+1x240'), answered('503', '0+9x240', '/health/ready')],
      at: { '20m': silence },
    },
    {
      kind: 'waits',
      title: 'is quiet when half of the requests fail for one minute',
      series: [answered('200', '0+50x240'), answered('503', '0x60 0+50x12 600x170')],
      at: { '6m': silence, '10m': silence, '15m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after enough of the five minutes are well again',
      series: [answered('200', '0+50x360'), answered('500', '0+50x120 6000x240')],
      at: { '10m': [firing('50%')], '995s': [{ ...firing('6.349%'), lastTrue: '875s' }], '1000s': silence },
    },
    {
      kind: 'fires',
      title: 'fires when everything fails and nothing ever succeeded',
      series: [answered('503', '0+1x240')],
      at: { '10m': [firing('100%')] },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nobody asks',
      series: [answered('200', '100x240'), answered('500', '100x240')],
      at: { '10m': silence, '20m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { '20m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [answered('200', '0+960x120 0+960x120'), answered('500', '0+40x120 0+40x120')],
      at: { '605s': silence, '12m': silence, '20m': silence },
    },
  ],
})

export const elevatedErrorRate = alert({
  name: 'ElevatedErrorRate',
  subject: 'api-errors',
  expr: greater(shareOfFailed, 0.01),
  for: '5m',
  keepFiringFor: '2m',
  severity: 'warning',
  priority: 'P2',
  team: 'crm',
  receivers: ['slack', 'webhook'],
  // As often as the critical one, so that both are true at the same moment.
  level: 'page',
  summary: 'More than one request in a hundred fails.',
  description: ({ percent }) => `${percent} of the requests of the last 5 minutes were answered with a 5xx.`,
  followsFrom: ['DatabaseDown'],
  lingers: '8m',
  dashboard: { uid: 'api-performance', lookBack: '1h', variables: () => ({ job: 'api' }) },
  runbook,
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 1.01 % have failed for five minutes',
      series: [answered('200', '0+9899x240'), answered('500', '0+50x240'), answered('503', '0+51x240')],
      at: { '5m': silence, '305s': [firing('1.01%')], '20m': [firing('1.01%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at 1 %',
      series: [answered('200', '0+990x240'), answered('500', '0+10x240')],
      at: { '6m': silence, '20m': silence },
    },
    {
      kind: 'fires',
      title: 'looks back over five minutes',
      // 1.05 % fail from the 600th second: over 1 % of the window when 285 of its 300 seconds are so.
      series: [
        answered('200', growing({ each: 10_000, steps: 120 }, { each: 9895, steps: 140 })),
        answered('500', growing({ each: 0, steps: 120 }, { each: 105, steps: 140 })),
      ],
      at: { '1180s': silence, '1185s': [firing('1.05%')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when one request in twenty fails for one minute',
      series: [answered('200', '0+95x240'), answered('503', '0x60 0+5x12 60x170')],
      at: { '6m': silence, '10m': silence, '15m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after the last error has left the five minutes',
      series: [answered('200', '0+50x360'), answered('500', '0+50x120 6000x240')],
      at: { '10m': [firing('50%')], '1010s': [{ ...firing('1.667%'), lastTrue: '890s' }], '1015s': silence },
    },
    {
      kind: 'fires',
      title: 'fires when everything fails and nothing ever succeeded',
      series: [answered('503', '0+1x240')],
      at: { '10m': [firing('100%')] },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nobody asks',
      series: [answered('200', '100x240'), answered('500', '100x240')],
      at: { '10m': silence, '20m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { '20m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [answered('200', '0+995x120 0+995x120'), answered('500', '0+5x120 0+5x120')],
      at: { '605s': silence, '12m': silence, '20m': silence },
    },
  ],
})
