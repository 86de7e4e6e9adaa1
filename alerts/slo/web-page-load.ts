import { logs } from '../../catalogue/logql.ts'
import { oneOf, quantile, rate, select, sum } from '../../catalogue/promql.ts'
import { sloEvents, userRequests } from '../../catalogue/slo.ts'
import { slowRequests, spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { slowStatements } from '../sql.ts'
import type { SloAlerts } from './words.ts'

const loads = select('web_page_load_seconds', { service: 'api' })

export const webPageLoad: SloAlerts = {
  slo: 'web-page-load',
  name: 'WebPageLoad',
  subject: 'web-page-load',
  team: 'crm',
  // A page that waits for data waits for the database.
  followsFrom: ['DatabaseDown'],
  dashboard: 'slos',
  runbook: {
    slug: 'web-page-load',
    title: 'Web page load: the error budget burns',
    impact: 'Users look at an empty page for more than the 2 s that were promised, and some of them leave.',
    firstStep: 'Find out whether one page is slow or all are, and whether the API’s answers are slow, too.',
    looks: [
      metricsLook(
        'Does it still go on?',
        sloEvents('bad', '5m', 'web-page-load'),
        'Slow page loads per second over the last five minutes. Few people make few loads: look at 30 minutes as well.',
      ),
      metricsLook(
        'Which pages are slow?',
        quantile(0.95, loads, '30m', ['page']),
        'p95 in seconds; the objective is 2, the critical level 4. One page: what only it draws. All: the API, the network, or a release of the pages.',
      ),
      metricsLook(
        'Is the API slow, too?',
        quantile(0.95, select('http_request_duration_seconds', userRequests), '5m', ['endpoint']),
        'Above 0.2 s the pages wait for data: go on with the latency of the API.',
      ),
      metricsLook(
        'What else do the browsers say?',
        sum(rate(select('web_vitals_total', { rating: oneOf('needs-improvement', 'poor') }), '30m'), [
          'name',
          'rating',
        ]),
        '`ttfb`: the answer comes late, look at the API. `fcp` and `lcp` without it: the page is too heavy. `inp`: its script computes too long.',
      ),
      tracesLook(
        'What do slow answers wait for?',
        spans(slowRequests('500ms', { 'resource.service.name': 'api' })),
        'The longest span, or the gap between two.',
      ),
      logsLook(
        'Does the API say something unusual?',
        logs({ service_name: 'api' }, { severity_text: oneOf('warn', 'error') }),
        'Failed assets and timeouts show up here.',
      ),
      sqlLook('Which statements cost most?', slowStatements, 'A high mean, or very many calls, at the top.'),
    ],
    causes: [
      'The API answers slowly, and every page waits for it.',
      'A release made a page heavier: more script, a large picture, or one more request before anything is drawn.',
      'Users of one region or network are far away, or their provider has trouble; then only some loads are slow.',
      'The host sends slowly: CPU or network used up.',
    ],
    actions: [
      'The API is slow as well: act as for [its latency](api-latency.md), and this ends by itself.',
      'It began with a release of the pages: go back to the one before it.',
      'One page only: open it with the browser’s performance view, and see what comes before the largest part is drawn.',
      'Below the critical level over 30 days: hold back new features on the slowest page until it is faster.',
    ],
    escalation:
      'P1 and P2: not getting better after 30 minutes, call the second on call. P3: plan it with the team on the next working day.',
  },
}
