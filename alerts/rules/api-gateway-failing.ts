import { logs } from '../../catalogue/logql.ts'
import { greater, max, oneOf, quantile, rate, select, share, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, growing, silence } from '../scenario.ts'
import { broadcastsByStatus, recentErrors } from '../sql.ts'

const window = '5m'
const requests = select('gateway_requests_total')
const failed = select('gateway_requests_total', { status: 'error' })

const passed = (status: 'success' | 'error', values: string, port = 9464) =>
  given('gateway_requests_total', { job: 'api', service: 'api', instance: `127.0.0.1:${port}`, status }, values)
const firing = (percent: string) => ({
  description: `${percent} of the requests through the gateway to Verity failed in the last 5 minutes.`,
})

export const apiGatewayFailing = alert({
  name: 'ApiGatewayFailing',
  subject: 'api-gateway',
  expr: greater(share(sum(rate(failed, window)), sum(rate(requests, window))), 0.1),
  for: '5m',
  keepFiringFor: '2m',
  severity: 'warning',
  priority: 'P3',
  team: 'integrations',
  receivers: ['slack', 'webhook'],
  level: 'slow',
  summary: 'More than one request in ten through the gateway to Verity fails.',
  description: ({ percent }) =>
    `${percent} of the requests through the gateway to Verity failed in the last 5 minutes.`,
  dashboard: { uid: 'external-apis', lookBack: '3h', variables: () => ({ job: 'api' }) },
  runbook: {
    slug: 'api-gateway-failing',
    title: 'The API gateway to Verity fails',
    impact: 'Programs that reach Verity by /api/verity are answered with 503 or 504.',
    firstStep: 'Ask Verity directly, with the address and key of this service, whether it is healthy.',
    looks: [
      metricsLook(
        'How many fail?',
        sum(rate(requests, window), ['status']),
        'Requests per second. `error` is an answer of 500 or more, or none.',
      ),
      metricsLook(
        'What are callers told?',
        sum(rate(select('http_errors_total', { endpoint: '/api/verity/*' }), window), ['error_type']),
        '`timeout`: Verity takes longer than 8 s. `dependency_unavailable`: it is away, refuses our key, or its answers are broken. `unauthorized`: callers without the right `DF_MIDDLEWARE_API_KEY`, which is no failure of the gateway.',
      ),
      metricsLook(
        'Is Verity healthy?',
        max(select('dependency_up', { dependency: 'verity_api' })),
        '1 ok, 0.5 not configured or refused by our own breaker, 0 no answer.',
      ),
      metricsLook(
        'Does it fail for us elsewhere, too?',
        sum(rate(select('verity_api_errors_total'), window), ['operation']),
        'Failed calls per second. Broadcasts as well: it is Verity, or our credentials.',
      ),
      metricsLook(
        'Has it become slow?',
        quantile(0.95, select('gateway_request_duration_seconds'), window),
        'p95 in seconds. Near 8 it is the time limit.',
      ),
      logsLook(
        'What does the API say about it?',
        logs({ service_name: 'api' }, { severity_text: oneOf('warn', 'error') }),
        '"VERITY_API_KEY is not right there", "Is VERITY_BASE_URL right?" and "There is no Verity" name the setting.',
      ),
      tracesLook(
        'Where does a request end?',
        spans({ attributes: { 'resource.service.name': 'api' }, name: 'verity gateway', status: 'error' }),
        'The span `verity.forward` inside has Verity’s own status; without one it was not asked.',
      ),
      sqlLook('Which errors does it make?', recentErrors, 'Grouped by place: `app/modules/gateway` or the adapter.'),
      sqlLook(
        'Do broadcasts get through to Verity?',
        broadcastsByStatus,
        '`sent` ones that are new: Verity answers, look at the requests.',
      ),
    ],
    causes: [
      'Verity is away or slow.',
      '`VERITY_BASE_URL` is not right: another host, or a path missing, since a release.',
      '`VERITY_API_KEY` is missing, wrong, or was revoked: Verity answers 401.',
      'Our circuit breaker is open, since Verity failed before; it tries again by itself.',
      'One caller asks for something at which Verity fails.',
    ],
    actions: [
      'Is `DF_MIDDLEWARE_API_KEY` set, and the one that callers send? `curl -i -H "x-api-key: $DF_MIDDLEWARE_API_KEY" http://127.0.0.1:3000/api/verity/broadcasts`: 401 is this key, 503 and 504 lie behind it. The API does not start without the variable outside development.',
      'Is `VERITY_BASE_URL` right, and Verity healthy? `curl -i -H "Authorization: Bearer $VERITY_API_KEY" "$VERITY_BASE_URL/broadcasts"` from the host of the API, and `curl -s http://127.0.0.1:3000/health` for what the service makes of it (`verity_api`). No answer: Verity, or the network. 404: the path in `VERITY_BASE_URL`. 401: `VERITY_API_KEY`.',
      'A setting was wrong: correct it, then `npm run service -- stop api`, `npm run service -- start api`; alone `npm run start:api`; under compose `docker compose up -d api`. The worker has the same two settings: restart it likewise.',
      'Verity is away: tell it to those who call, and wait. The gateway needs no restart when it is back.',
      'One caller only: give it another key at the next change of `DF_MIDDLEWARE_API_KEY`, or ask its owner to stop.',
    ],
    escalation:
      'Verity still away after two hours: call Verity’s support, and tell the teams whose programs use the gateway.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires when 10.1 % have failed for five minutes',
      series: [passed('success', '0+899x30'), passed('error', '0+50x30'), passed('error', '0+51x30', 9474)],
      at: { '5m': silence, '6m': [firing('10.1%')], '20m': [firing('10.1%')] },
    },
    {
      kind: 'below',
      title: 'is quiet at 10 %',
      series: [passed('success', '0+540x30'), passed('error', '0+60x30')],
      at: { '7m': silence, '25m': silence },
    },
    {
      kind: 'fires',
      title: 'looks back over five minutes',
      series: [
        passed('success', growing({ each: 980, steps: 10 }, { each: 850, steps: 20 })),
        passed('error', growing({ each: 20, steps: 10 }, { each: 150, steps: 20 })),
      ],
      at: { '16m': silence, '17m': [firing('15%')] },
    },
    {
      kind: 'waits',
      title: 'is quiet when a third fails for two minutes',
      series: [
        passed('success', growing({ each: 100, steps: 10 }, { each: 67, steps: 2 }, { each: 100, steps: 20 })),
        passed('error', growing({ each: 0, steps: 10 }, { each: 33, steps: 2 }, { each: 0, steps: 20 })),
      ],
      at: { '12m': silence, '16m': silence, '25m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends two minutes after enough of the five minutes are well again',
      series: [
        passed('success', growing({ each: 50, steps: 15 }, { each: 100, steps: 20 })),
        passed('error', growing({ each: 50, steps: 15 }, { each: 0, steps: 20 })),
      ],
      at: { '14m': [firing('50%')], '19m': [{ ...firing('12.5%'), lastTrue: '17m' }], '20m': silence },
    },
    {
      kind: 'fires',
      title: 'fires when nothing ever succeeded',
      series: [passed('success', '0x30'), passed('error', '0+1x30')],
      at: { '10m': [firing('100%')] },
    },
    {
      kind: 'no traffic',
      title: 'gives no verdict when nobody asks',
      series: [passed('success', '10x30'), passed('error', '90x30')],
      at: { '10m': silence, '25m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing was ever counted', series: [], at: { '25m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [passed('success', '0+95x14 0+95x14'), passed('error', '0+5x14 0+5x14')],
      at: { '16m': silence, '20m': silence, '25m': silence },
    },
  ],
})
