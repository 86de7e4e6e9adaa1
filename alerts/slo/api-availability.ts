import { logs } from '../../catalogue/logql.ts'
import { matches, rate, select, sum } from '../../catalogue/promql.ts'
import { sloEvents, userRequests } from '../../catalogue/slo.ts'
import { spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { connections } from '../sql.ts'
import type { SloAlerts } from './words.ts'

const failed = select('http_requests_total', { ...userRequests, status: matches('5..') })

export const apiAvailability: SloAlerts = {
  slo: 'api-availability',
  name: 'ApiAvailability',
  // As HighErrorRate: both measure failed requests, and one message tells of both.
  subject: 'api-errors',
  team: 'crm',

  followsFrom: ['DatabaseDown'],
  dashboard: 'api-performance',
  runbook: {
    slug: 'api-availability',
    title: 'API availability: the error budget burns',
    impact: 'Users see errors, and the promise of 99.9 % over 30 days will be broken if this goes on.',
    firstStep: 'Find which endpoint fails and since when; if that was a release, go back to the one before it.',
    looks: [
      metricsLook(
        'Does it still go on?',
        sloEvents('bad', '5m', 'api-availability'),
        'Failed requests per second over the last five minutes. 0: it is over, and there is time to look for the cause.',
      ),
      metricsLook(
        'Which endpoints fail?',
        sum(rate(failed, '30m'), ['endpoint', 'status']),
        'One endpoint: its code, or what only it depends on. All: the database, or the process itself.',
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
      sqlLook(
        'Are there connections to the database left?',
        connections,
        'Many `idle in transaction` hold what others wait for.',
      ),
    ],
    causes: [
      'A release with a fault.',
      'A dependency that fails now and then: the database, or an outside service.',
      'One rarely used endpoint that always fails: little traffic, but all of it bad.',
    ],
    actions: [
      'A page (burn rate over 1h or 6h): act as for [HighErrorRate](high-error-rate.md).',
      'A ticket (over 1d or 3d): nothing is burning brightly. Find the endpoint that fails most, and plan its repair.',
      'Few requests, all of them bad: a quiet service is broken wholly. Do not wait for more of them.',
      'Budget spent, or below the critical level over 30 days: hold back risky releases until the 30 days have moved on.',
    ],
    escalation:
      'P1 and P2: not falling after 15 minutes, call the second on call. P3: tell the team on the next working day how much budget is left.',
  },
}
