import { logs } from '../../catalogue/logql.ts'
import { equal, oneOf, select } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { connections } from '../sql.ts'

const instance = '127.0.0.1:9464'
const up = (values: string) => [given('up', { job: 'api', service: 'api', instance }, values)]
const firing = {
  labels: { job: 'api', service: 'api', instance },
  description: `${instance} has not answered a scrape.`,
}

export const apiDown = alert({
  name: 'APIDown',
  subject: 'api',
  expr: equal(select('up', { service: 'api' }), 0),
  // Longer than a restart (about 5 s) and than a scrape that a busy machine missed.
  for: '1m',
  severity: 'critical',
  priority: 'P1',
  team: 'crm',
  receivers: ['page'],
  level: 'page',
  summary: 'The API does not answer.',
  description: ({ label }) => `${label('instance')} has not answered a scrape.`,
  dashboard: {
    uid: 'system-overview',
    lookBack: '1h',
    variables: ({ label }) => ({ job: label('job'), instance: label('instance') }),
  },
  runbook: {
    slug: 'api-down',
    title: 'The API does not answer',
    impact: 'Nobody can sign in or work with contacts while no process of the API answers.',
    firstStep: 'Ask /health/live of the API; if nothing answers, restart it and read the last lines of its log.',
    looks: [
      metricsLook(
        'Which processes answer?',
        select('up', { service: oneOf('api', 'worker') }),
        '0 is a process that does not answer. If the worker is down too, look at the host, or at the collector that scrapes both.',
      ),
      logsLook(
        'What did it say last?',
        logs({ service_name: 'api' }, { severity_text: oneOf('warn', 'error', 'fatal') }),
        'A start that failed names each bad variable; a process that was killed says nothing.',
      ),
      tracesLook(
        'What was it doing?',
        spans({ attributes: { 'resource.service.name': 'api' }, status: 'error' }),
        'The last failed requests before it fell silent.',
      ),
      metricsLook(
        'Was it out of memory?',
        select('v8js_memory_heap_used_bytes', { service: 'api' }),
        'A heap that grew until the series ends.',
      ),
      sqlLook('Does it still hold connections?', connections, 'Connections without a living process are left over.'),
    ],
    causes: [
      'A release that does not start: a variable is missing or wrong.',
      'The process was killed for want of memory, or crashed.',
      'Its event loop is blocked: it lives, and answers nobody.',
      'Only the scrape fails: the metrics port is closed or taken, and users see nothing of it.',
    ],
    actions: [
      'Ask it: `curl -i http://127.0.0.1:3000/health/live`, and `curl -s http://127.0.0.1:9464/metrics | head`. If the first answers, users are served and only the scrape fails: this is no longer a P1.',
      'Restart it: `npm run service -- stop api`, then `npm run service -- start api`; under compose `docker compose restart api`.',
      'Read the end of `.data/run/logs/api.log`, or `docker compose logs --tail 100 api`.',
      'If it began with a release, go back to the one before it.',
    ],
    escalation:
      'Not answering 15 minutes after the first restart: call the second on call, and tell support that the CRM is down.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when scrapes have failed for a minute',
      series: up('1x4 0x30'),
      at: { '80s': silence, '85s': [firing], '2m': [firing] },
    },
    { kind: 'below', title: 'is quiet while scrapes succeed', series: up('1x60'), at: { '5m': silence } },
    {
      kind: 'waits',
      title: 'is quiet during a restart',
      series: up('1x5 0x10 1x60'),
      at: { '75s': silence, '90s': silence, '5m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends with the first scrape that succeeds',
      series: up('0x20 1x10'),
      at: { '100s': [firing], '105s': silence },
    },
    {
      kind: 'fires',
      title: 'names the one process of several that does not answer',
      series: [...up('0x30'), given('up', { job: 'api', service: 'api', instance: '127.0.0.1:9474' }, '1x30')],
      at: { '90s': [firing] },
    },
    {
      kind: 'below',
      title: 'leaves the worker to others',
      series: [given('up', { job: 'worker', service: 'worker', instance: '127.0.0.1:9465' }, '0x60')],
      at: { '5m': silence },
    },
    { kind: 'absent', title: 'is quiet where no API was ever scraped', series: [], at: { '5m': silence } },
  ],
})
