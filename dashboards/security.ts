import { lineRate, mostLines } from '../catalogue/logql.ts'
import { securityEvents } from '../catalogue/metrics/values.ts'
import { increase, matches, oneOf, perMinute, rate, select, share, sum } from '../catalogue/promql.ts'
import { spans } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { barGauge } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { type Limits, noneExpected } from './limits.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import { logs, table, traces } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import type { Tile } from './tile.ts'
import { scope, scopedLogs, scopedSpans } from './variables.ts'

const window = '$__rate_interval'
const whole = '$__range'
const step = '$__auto'

type SecurityEvent = (typeof securityEvents)[number]

const events = (...types: SecurityEvent[]) => select('security_events_total', { ...scope, type: oneOf(...types) })
const all = select('security_events_total', scope)
const signIns = select('user_activities_total', { ...scope, action: 'auth.sign_in' })

const lines = scopedLogs({ log_type: 'security' })
const toLines = toLogs('Lines of the security log', lines)

/** A kind of event, and what a person does about it. */
const kinds: Readonly<Record<SecurityEvent, readonly [title: string, advice: string, limits?: Limits]>> = {
  sign_in_failed: [
    'Failed sign-ins',
    'People mistype; many from one region are an attack: see who stands below, and whether bursts follow.',
  ],
  sign_in_burst: [
    'Bursts of failed sign-ins',
    'Ten or more failures of one caller in a short time; SecurityBurst tells of it. Block the caller, and ask the owner of the account.',
    noneExpected,
  ],
  unauthorized: [
    'Unauthorized',
    'Requests without a credential that counts. After a deployment: sessions were lost, or a key was changed on one side only.',
  ],
  forbidden: [
    'Forbidden',
    'Signed in, but not allowed. One person again and again: a wrong link of ours, or somebody who tries doors.',
  ],
  bad_webhook_signature: [
    'Bad webhook signatures',
    'A provider’s secret was changed on one side only, or somebody imitates it. Events are lost meanwhile: see Webhooks, Jobs and Queues.',
    noneExpected,
  ],
  bad_admin_credential: [
    'Bad admin credentials',
    'A runbook or a script with an old secret, or somebody who guesses. If it is not ours: change the secret.',
    noneExpected,
  ],
}

const inTimeShown = (type: SecurityEvent): Tile => {
  const [title, advice, limits] = kinds[type]
  return stat({
    title,
    description: `In the time shown. ${advice}`,
    unit: 'short',
    decimals: 0,
    ...(limits && { limits }),
    queries: [
      {
        expr: sum(increase(select('security_events_total', { ...scope, type }), whole)),
        legend: 'events',
        instant: true,
      },
    ],
    links: [toLogs(`${title} in the log`, scopedLogs({ log_type: 'security', operation: `security.${type}` }))],
  })
}

export const security: Dashboard = {
  uid: 'security',
  description: 'Does somebody try to get in, or are people kept out who should not be?',
  tags: ['security'],
  rows: [
    row('Is somebody at the door?', securityEvents.map(inTimeShown)),
    leadsTo(
      row(
        'When, and what kind?',
        [
          timeseries({
            title: 'Security events by type',
            description:
              'Per minute. A steep rise of one kind is an attack or a deployment: see the mark of deployments, then who stands below.',
            unit: 'cpm',
            stacked: true,
            queries: [{ expr: perMinute(sum(rate(all, window), ['type'])), legend: '{{type}}' }],
          }),
          timeseries({
            title: 'Sign-ins, done and failed',
            description:
              'Per minute. Failed ones rise while those done fall: people cannot get in; does the identity provider answer?',
            unit: 'cpm',
            queries: [
              { expr: perMinute(sum(rate(signIns, window))), legend: 'signed in', colour: 'good' },
              {
                expr: perMinute(sum(rate(events('sign_in_failed', 'sign_in_burst'), window))),
                legend: 'failed',
                colour: 'bad',
              },
            ],
            links: [toDashboard('user-journeys')],
          }),
        ],
        [
          timeseries({
            title: 'Answers 401 and 403',
            description:
              'Share of requests that were refused. A step at a deployment: sessions or rights were lost, and users are hurt.',
            unit: 'percentunit',
            queries: [
              {
                expr: share(
                  sum(
                    rate(
                      select('http_errors_total', { ...scope, error_type: oneOf('unauthorized', 'forbidden') }),
                      window,
                    ),
                  ),
                  sum(rate(select('http_requests_total', scope), window)),
                ),
                legend: 'refused',
              },
            ],
            links: [toDashboard('api-performance')],
          }),
          timeseries({
            title: 'Webhooks refused at the door',
            description:
              'By who seems to send them, per second. One source only: its secret differs. All: ours was lost.',
            unit: 'ops',
            limits: noneExpected,
            queries: [
              {
                expr: sum(rate(select('webhook_events_total', { ...scope, outcome: 'rejected' }), window), ['source']),
                legend: '{{source}}',
              },
            ],
            links: [toDashboard('webhooks-jobs-queues')],
          }),
          timeseries({
            title: 'Too many requests',
            description:
              'Answers of 429 per second: a caller that is too fast. One that does not stop: block it at the proxy.',
            unit: 'reqps',
            queries: [
              {
                expr: sum(rate(select('http_errors_total', { ...scope, error_type: 'rate_limited' }), window), [
                  'service',
                ]),
                legend: '{{service}}',
              },
            ],
            links: [toDashboard('api-performance')],
          }),
          timeseries({
            title: 'Lines of the security log',
            description:
              'Per second, by operation. It should move with the events above; lines without events: a counter is missing.',
            unit: 'ops',
            queries: [{ expr: lineRate(lines, step, ['operation']), legend: '{{operation}}' }],
          }),
        ],
      ),
      toLines,
    ),
    leadsTo(
      row('Who, from where, and at what?', [
        table({
          title: 'Where it came from',
          description:
            'Security lines of the time shown by region and kind, the twenty most frequent. A region where nobody of yours lives: block it.',
          by: { label: 'metadata_clientRegion', title: 'Region' },
          columns: [
            { title: 'Lines', unit: 'short', expr: mostLines(lines, ['metadata_clientRegion', 'operation'], 20) },
          ],
        }),
        table({
          title: 'What was tried',
          description:
            'The addresses and sources that were asked, the twenty most frequent. Addresses that do not exist: a scanner, which finds nothing here.',
          by: { label: 'metadata_path', title: 'Path' },
          columns: [
            {
              title: 'Lines',
              unit: 'short',
              expr: mostLines(lines, ['metadata_path', 'metadata_source', 'operation'], 20),
            },
          ],
        }),
        barGauge({
          title: 'Users who were refused',
          description:
            'Ids of signed-in users who were refused most often in the time shown; never names. One far above all others: what do they try?',
          unit: 'short',
          queries: [
            {
              expr: mostLines(scopedLogs({ log_type: 'security', userId: matches('.+') }), ['userId'], 10),
              legend: '{{userId}}',
              instant: true,
            },
          ],
        }),
      ]),
      toLines,
      toTraces('Requests that were refused', spans({ kind: 'server', attributes: { 'span.error.type': 'forbidden' } })),
    ),
    row('Look closer', [
      logs({
        title: 'Security log',
        description:
          'Newest first: what, where, and from which region; ids only. The link at the trace id shows the request.',
        query: lines,
      }),
      logs({
        title: 'Sign-ins',
        description:
          'Who signed in, how, and from where; the id of the user, region and kind of agent. A region that is not theirs: ask them.',
        query: scopedLogs({ component: 'auth' }),
      }),
      traces({
        title: 'Requests that were refused',
        description: 'Requests whose error is unauthorized or forbidden. Open one to see what came before it.',
        query: scopedSpans({ kind: 'server', attributes: { 'span.error.type': matches('unauthorized|forbidden') } }),
      }),
    ]),
  ],
}
