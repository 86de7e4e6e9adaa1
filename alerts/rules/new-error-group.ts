import { logs } from '../../catalogue/logql.ts'
import { greater, increase, oneOf, rate, round, select, sum } from '../../catalogue/promql.ts'
import { spans } from '../../catalogue/traceql.ts'
import { alert } from '../alert.ts'
import { logsLook, metricsLook, sqlLook, tracesLook } from '../runbook.ts'
import { given, silence } from '../scenario.ts'
import { newErrorGroups, recentErrors } from '../sql.ts'

const window = '5m'
const appeared = select('error_groups_new_total')

const counted = (values: string, service: 'api' | 'worker' = 'api', instance = '127.0.0.1:9464') =>
  given('error_groups_new_total', { job: service, service, instance }, values)
const firing = (groups: string, service = 'api') => ({
  labels: { service },
  description: `${groups} kind(s) of error that ${service} has never had before appeared within 5 minutes.`,
})

export const newErrorGroup = alert({
  name: 'NewErrorGroup',
  subject: 'errors-new',
  // The counters begin at 0 with their process, so that the first group is a rise.
  expr: greater(round(sum(increase(appeared, window), ['service'])), 0),
  severity: 'warning',
  priority: 'P3',
  team: 'crm',
  receivers: ['slack'],
  level: 'slow',
  summary: 'An error appeared that was never seen before.',
  description: ({ number, label }) =>
    `${number} kind(s) of error that ${label('service')} has never had before appeared within 5 minutes.`,
  // Whatever code meets a dead database first makes a group of its own.
  followsFrom: ['DatabaseDown'],
  lingers: '6m',
  dashboard: { uid: 'errors-logs', lookBack: '1h', variables: ({ label }) => ({ job: label('service') }) },
  runbook: {
    slug: 'new-error-group',
    title: 'An error that was never seen before',
    impact: 'At least one request or job failed in a new way; often the first sign of a faulty release.',
    firstStep: 'Open the newest error group, with its stack and sample trace, and see whether it began with a release.',
    looks: [
      metricsLook('Where, and since when?', sum(increase(appeared, '1h'), ['service']), 'New groups of the last hour.'),
      metricsLook(
        'How often does it happen?',
        sum(rate(select('error_occurrences_total'), window), ['service', 'error_type']),
        'Errors per second by type. A single one may wait for the morning.',
      ),
      metricsLook(
        'Was there a release?',
        select('process_start_time_seconds', { service: oneOf('api', 'worker', 'mcp') }),
        'A new `version`, started just before.',
      ),
      logsLook(
        'What else was said at that time?',
        logs({ service_name: oneOf('api', 'worker', 'mcp') }, { severity_text: oneOf('error', 'fatal') }),
        'Each line opens its trace.',
      ),
      tracesLook(
        'What was asked?',
        spans({ attributes: { 'resource.service.name': 'api' }, status: 'error' }),
        'The sample trace of the group is the surest; the innermost span with an error is the place.',
      ),
      sqlLook(
        'Which groups are new?',
        newErrorGroups,
        '`place` is the first frame of ours; `sample_trace_id` opens the trace.',
      ),
      sqlLook('What happens most?', recentErrors, 'Whether the new one is one of many.'),
    ],
    causes: [
      'A release with a fault.',
      'Data that we did not think of.',
      'An outside service that answers in a new way.',
      'An old error whose place in the code has moved: it counts as new.',
    ],
    actions: [
      'Read it: `GET /api/monitoring/error-groups` (newest first, as an admin) and `GET /api/monitoring/error-groups/:id` with stack, context and sample trace.',
      'It began with a release and happens again and again: go back to the release before it.',
      'It hurts nobody: open a ticket for the team with the group’s id.',
      'Known and mended: mark it with `PATCH /api/monitoring/error-groups/:id` and `{ "status": "resolved" }`.',
    ],
    escalation:
      'Happening more than once a minute, or with data lost or shown to the wrong people: treat it as a P1 and call the second on call.',
  },
  scenarios: [
    {
      kind: 'fires',
      title: 'fires with the first new group, for five minutes',
      series: [counted('0x9 1x60')],
      at: { '9m': silence, '10m': [firing('1')], '13m': [firing('1')], '14m': silence },
    },
    {
      kind: 'fires',
      title: 'counts all processes of a service, and tells services apart',
      series: [
        counted('0x9 1x60'),
        counted('4x9 5x60', 'api', '127.0.0.1:9474'),
        counted('0x9 3x60', 'worker', '127.0.0.1:9465'),
      ],
      at: { '11m': [firing('2'), firing('3', 'worker')] },
    },
    {
      kind: 'below',
      title: 'is quiet while only known errors occur',
      series: [counted('7x60')],
      at: { '10m': silence, '30m': silence },
    },
    {
      kind: 'recovers',
      title: 'ends five minutes after the last new one',
      series: [counted('0x9 1 2 3 4 5x60')],
      at: { '14m': [firing('5')], '17m': [firing('1')], '18m': silence },
    },
    { kind: 'no traffic', title: 'is quiet while nothing happens', series: [counted('0x60')], at: { '30m': silence } },
    { kind: 'absent', title: 'is quiet where no process counts', series: [], at: { '30m': silence } },
    {
      kind: 'reset',
      title: 'is quiet when a process begins to count from 0 again',
      series: [counted('9x20 0x40')],
      at: { '21m': silence, '25m': silence, '30m': silence },
    },
  ],
})
