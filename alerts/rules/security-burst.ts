import { logs } from '../../catalogue/logql.ts'
import { greater, increase, oneOf, or, rate, round, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, growing, silence } from '../scenario.ts'
import { newSessions } from '../sql.ts'

const window = '5m'

type Event =
  | 'sign_in_failed'
  | 'sign_in_burst'
  | 'unauthorized'
  | 'forbidden'
  | 'bad_webhook_signature'
  | 'bad_admin_credential'

/** Rounded, since an increase is stretched to the ends of its window. */
const within = (...types: [Event, ...Event[]]) =>
  round(
    sum(increase(select('security_events_total', { type: types.length > 1 ? oneOf(...types) : types[0] }), window), [
      'type',
    ]),
  )

const happened = (type: Event, values: string, service: 'api' | 'mcp' = 'api') =>
  given('security_events_total', { job: service, service, type }, values)
const firing = (events: string, type: Event) => ({
  labels: { type },
  description: `${events} events of the kind ${type} within 5 minutes.`,
})

export const securityBurst = alert({
  name: 'SecurityBurst',
  subject: 'security',
  expr: or(
    or(
      // The service itself has counted: five failures of one client within five minutes.
      greater(within('sign_in_burst'), 0),
      // Nobody types the secret by hand six times; a script that guesses does.
      greater(within('bad_admin_credential'), 5),
    ),
    or(
      // People are offered nothing that they may not do, and providers sign every webhook: four a minute are no mishap.
      greater(within('unauthorized', 'forbidden', 'bad_webhook_signature'), 20),
      // From many clients, each too few for a burst: a list of stolen passwords.
      greater(within('sign_in_failed'), 50),
    ),
  ),
  severity: 'warning',
  priority: 'P2',
  team: 'platform',
  receivers: ['slack'],
  level: 'slow',
  summary: 'Somebody may be trying to get in.',
  description: ({ number, label }) => `${number} events of the kind ${label('type')} within 5 minutes.`,
  dashboard: { uid: 'security', lookBack: '1h' },
  runbook: {
    slug: 'security-burst',
    title: 'A burst of security events',
    impact: 'Nobody is hurt yet: what was asked was refused. If it is an attack, an account or a secret may fall.',
    firstStep: 'See in the security log where it comes from and what it wants; then whether anybody got in.',
    looks: [
      metricsLook(
        'What kind, and how much?',
        sum(rate(select('security_events_total'), window), ['type', 'service']),
        'Events per second.',
      ),
      metricsLook(
        'Which endpoints?',
        sum(rate(select('http_errors_total', { error_type: oneOf('unauthorized', 'forbidden') }), window), [
          'endpoint',
          'error_type',
        ]),
        'One endpoint: somebody knows what they want. Many: a scanner.',
      ),
      metricsLook(
        'Whose webhooks are refused?',
        sum(rate(select('webhook_events_total', { outcome: 'rejected' }), window), ['source']),
        'All of one source since a certain minute: its secret has changed, and its events are being lost.',
      ),
      logsLook(
        'Where does it come from?',
        logs({ service_name: oneOf('api', 'mcp') }, { component: 'security' }),
        'One line an event: kind, path or source, region of the client.',
      ),
      tracesLook(
        'What was asked?',
        spans({ attributes: { 'resource.service.name': 'api', 'span.error.type': 'forbidden' } }),
        '`user.id` (hashed) tells whether it is one signed-in user.',
      ),
      sqlLook('Who got in?', newSessions, 'Many sessions of one user, or any of an admin that nobody expects.'),
    ],
    causes: [
      'Somebody guesses passwords, secrets or ids.',
      'The secret of a webhook or of the admin was changed on one side only.',
      'A script or monitor of ours with an expired credential.',
      'A release that offers people what they may not do.',
    ],
    actions: [
      'One source address: block it at the proxy or firewall before the service.',
      '`bad_webhook_signature` of one source: set its secret anew (`.env`, or the secrets of the deployment) and restart the api with `npm run service -- stop api` and `npm run service -- start api`; ask the provider to send again what was refused.',
      '`bad_admin_credential`: change `DF_ADMIN_SECRET`, restart, and tell those who use it.',
      "An account that may have fallen: end its sessions, `delete from sessions where user_id = '…'`, and have its password changed at the identity provider.",
      'A script of ours: give it its new credential.',
    ],
    escalation:
      'Any sign that somebody got in: call the second on call and the person responsible for data protection at once, and change nothing that is evidence.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires with the first burst of failed sign-ins',
      series: [happened('sign_in_burst', '0x9 1x60')],
      at: {
        '9m': silence,
        '10m': [firing('1', 'sign_in_burst')],
        '13m': [firing('1', 'sign_in_burst')],
        '14m': silence,
      },
    },
    {
      kind: 'fires',
      title: 'fires when six wrong admin secrets were sent to two services',
      series: [happened('bad_admin_credential', '0x9 3x60'), happened('bad_admin_credential', '0x9 3x60', 'mcp')],
      at: {
        '9m': silence,
        '11m': [firing('6', 'bad_admin_credential')],
        '13m': [firing('6', 'bad_admin_credential')],
        '14m': silence,
      },
    },
    {
      kind: 'fires',
      title: 'fires when twenty-one requests were refused, by kind',
      // Seventeen in four of the five minutes that the window covers at this step.
      series: [
        happened('forbidden', '9x9 26x60'),
        happened('bad_webhook_signature', '9x9 26x60'),
        happened('unauthorized', '9x9 25x60'),
      ],
      at: {
        '9m': silence,
        '13m': [firing('21', 'bad_webhook_signature'), firing('21', 'forbidden')],
        '14m': silence,
      },
    },
    {
      kind: 'fires',
      title: 'fires when more than fifty sign-ins failed, although no client did it often',
      series: [happened('sign_in_failed', '20x9 61x60')],
      at: {
        '9m': silence,
        '11m': [firing('51', 'sign_in_failed')],
        '13m': [firing('51', 'sign_in_failed')],
        '14m': silence,
      },
    },
    {
      kind: 'below',
      title: 'is quiet at the limits',
      series: [
        happened('sign_in_failed', '0+10x60'),
        happened('sign_in_burst', '3x60'),
        happened('bad_admin_credential', '0+1x60'),
        happened('forbidden', '0+4x60'),
        happened('bad_webhook_signature', '0+4x60'),
        happened('unauthorized', '0+4x60'),
      ],
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends when less than a limit is left of the last five minutes',
      series: [happened('forbidden', `${growing({ each: 10, steps: 20 })} 200x40`)],
      at: { '19m': [firing('50', 'forbidden')], '21m': [firing('25', 'forbidden')], '22m': silence },
    },
    {
      kind: 'no traffic',
      title: 'is quiet while nobody asks',
      series: [happened('forbidden', '90x60')],
      at: { '30m': silence },
    },
    { kind: 'absent', title: 'is quiet where nothing is counted', series: [], at: { '30m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when the api begins to count from 0 again',
      series: [happened('forbidden', '90x20 0x40'), happened('sign_in_burst', '9x20 0x40')],
      at: { '21m': silence, '30m': silence },
    },
  ],
})
