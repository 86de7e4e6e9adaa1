import { logs } from '../../catalogue/logql.ts'
import { max, oneOf, quantile, rateOfCount, rateOfSum, ratio, select, sum } from '../../catalogue/promql.ts'
import { sloEvents, userRequests } from '../../catalogue/slo.ts'
import { slowRequests, spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { runningStatements, slowStatements } from '../sql.ts'
import type { SloAlerts } from './words.ts'

const latency = select('http_request_duration_seconds', userRequests)
const queries = select('database_query_duration_seconds', { service: 'api' })

export const apiLatency: SloAlerts = {
  slo: 'api-latency',
  name: 'ApiLatency',
  subject: 'api-latency',
  team: 'crm',

  // Requests wait for connections before they fail.
  followsFrom: ['DatabaseDown'],
  dashboard: 'api-performance',
  runbook: {
    slug: 'api-latency',
    title: 'API latency: the error budget burns',
    impact: 'Users wait: more than 5 % of the requests take longer than the 200 ms that were promised.',
    firstStep: 'Find which endpoint is slow, and whether the time goes into the database or into the process itself.',
    looks: [
      metricsLook(
        'Does it still go on?',
        sloEvents('bad', '5m', 'api-latency'),
        'Slow requests per second over the last five minutes.',
      ),
      metricsLook(
        'Which endpoints are slow?',
        quantile(0.95, latency, '5m', ['endpoint']),
        'p95 in seconds; the objective is 0.2. All of them: the process or the database.',
      ),
      metricsLook(
        'How much of it is the database?',
        ratio(sum(rateOfSum(queries, '5m')), sum(rateOfCount(latency, '5m'))),
        'Seconds of queries a request.',
      ),
      metricsLook(
        'Is the process itself busy?',
        max(select('nodejs_eventloop_delay_p99_seconds', { service: 'api' }), ['instance']),
        'Above 0.1 s something computes in the way of everything else.',
      ),
      tracesLook(
        'Where in a request does the time go?',
        spans(slowRequests('200ms', { 'resource.service.name': 'api' })),
        'The longest span, or the gap between two.',
      ),
      logsLook(
        'Does it say something unusual?',
        logs({ service_name: 'api' }, { severity_text: oneOf('warn', 'error') }),
        'Retries and timeouts show up here.',
      ),
      sqlLook('Which statements cost most?', slowStatements, 'A high mean, or very many calls, at the top.'),
      sqlLook(
        'What runs now, and who waits for whom?',
        runningStatements,
        '`blocked_by` names the process to look at.',
      ),
    ],
    causes: [
      'A query that lost its index, or whose table has grown.',
      'More traffic than the processes can bear.',
      'Something that computes for long in the event loop.',
      'An outside service that a request waits for.',
      'The host: no CPU left, or a slow disk.',
    ],
    actions: [
      'One statement at the top of the list: `explain (analyze, buffers)` it, and add the index.',
      'Event loop busy, or CPU used up: run another process of the API.',
      'If it began with a release, go back to the one before it.',
      'Below the critical level over 30 days: the slowest endpoint needs an index, a cache or a page limit before anything new.',
    ],
    escalation:
      'P1 and P2: not getting better after 30 minutes, call the second on call. P3: plan it with the team on the next working day.',
  },
}
