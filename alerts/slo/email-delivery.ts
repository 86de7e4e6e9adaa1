import { logs } from '../../catalogue/logql.ts'
import { max, oneOf, quantile, rate, select, sum } from '../../catalogue/promql.ts'
import { sloEvents } from '../../catalogue/slo.ts'
import { spans } from '../../catalogue/traceql.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { outgoingEmails } from '../sql.ts'
import type { SloAlerts } from './words.ts'

export const emailDelivery: SloAlerts = {
  slo: 'email-delivery',
  name: 'EmailDelivery',
  subject: 'email-delivery',
  team: 'integrations',
  // Without the database no mail is sent, and so none fails.
  followsFrom: [],
  dashboard: 'external-apis',
  runbook: {
    slug: 'email-delivery',
    title: 'E-mail delivery: the error budget burns',
    impact: 'E-mails of our users do not reach their customers, who do not know it unless we tell them.',
    firstStep: 'See whether they bounce (the receiver refuses) or fail (we gave up), and what the mail server says.',
    looks: [
      metricsLook(
        'What becomes of the e-mails?',
        sum(rate(select('email_deliveries_total'), '30m'), ['outcome']),
        '`bounced`: refused by the receiver, never tried again. `failed`: given up after some four hours. `deferred`: tried again, and neither good nor bad yet.',
      ),
      metricsLook(
        'Does it still go on?',
        sloEvents('bad', '5m', 'email-delivery'),
        'E-mails per second that bounced or failed.',
      ),
      metricsLook(
        'Does the mail server answer?',
        sum(rate(select('adapter_requests_total', { adapter_type: 'smtp' }), '5m'), ['status']),
        '`error`: it does not answer, or refuses us as a sender.',
      ),
      metricsLook(
        'How long does it take?',
        quantile(0.95, select('adapter_request_duration_seconds', { adapter_type: 'smtp' }), '5m'),
        'p95 in seconds. Near the time limit it hardly answers.',
      ),
      metricsLook(
        'How many wait?',
        max(select('queue_depth', { queue_name: 'email-sending' }), ['queue_name']),
        'They are sent by themselves when the server takes them again.',
      ),
      sqlLook(
        'Since when, and after how many attempts?',
        outgoingEmails,
        'Bounces after one attempt: addresses or our reputation. Failures after twelve: the server was away for hours.',
      ),
      logsLook(
        'What does the worker say?',
        logs({ service_name: 'worker' }, { severity_text: oneOf('warn', 'error') }),
        'The mail server’s answers by code: 550 unknown address, 554 refused as spam, 535 wrong password, 421 come back later.',
      ),
      tracesLook(
        'Where does a delivery break?',
        spans({ attributes: { 'resource.service.name': 'worker' }, name: 'e-mail delivery', status: 'error' }),
        'Each links the request that wrote the e-mail.',
      ),
    ],
    causes: [
      'One mailing to old addresses: many bounces at once, from one workspace.',
      'The mail server refuses us: password changed, quota used up, address blocked.',
      'Our domain or address is on a block list, or SPF, DKIM or DMARC no longer fit; then receivers refuse everything.',
      'The mail server was away for longer than the four hours in which we try again.',
    ],
    actions: [
      'Bounces of one workspace: ask its owner to stop the mailing and to clean the list.',
      'Refused by the mail server: check SMTP_URL’s user and password, and the provider’s status page and quota.',
      'Refused as spam everywhere: check the block lists, SPF, DKIM and DMARC of the domain, and stop mailings until it is settled.',
      'Given up while the server was away: the users must send again; tell them which (status `failed`).',
      'Below the critical level over 30 days: the reputation of our domain is at stake; talk to the provider.',
    ],
    escalation:
      'P1 and P2: still bouncing after 30 minutes, call the second on call, and tell support which workspaces are affected. P3: plan it with the team on the next working day.',
  },
}
