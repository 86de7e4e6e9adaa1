import {
  countShown,
  increase,
  increaseShown,
  max,
  maxShown,
  noneOf,
  observed,
  oneOf,
  perMinute,
  quantile,
  rate,
  rateOfBuckets,
  rateOfCount,
  rateWithin,
  ratio,
  select,
  share,
  sum,
} from '../catalogue/promql.ts'
import { slos } from '../catalogue/slo.ts'
import { spans } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { barGauge } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { alertLimits, deliveryLimits, pageLoadLimits } from './limits.ts'
import { toDashboard, toLogs, toTraces } from './links.ts'
import { logs } from './lists.ts'
import { heatmap, stat, timeseries } from './panels.ts'
import { most, topAndOthers } from './top.ts'
import { scope, scopedLogs } from './variables.ts'

const window = '$__rate_interval'
const whole = '$__range'

/** The four of a lead's workflow; all others are custom. */
const workflow = ['workflow_complete', 'calendar_event_created', 'sales_notified', 'geo_tag_added'] as const

const events = select('crm_events_total', scope)
const ofWorkflow = select('crm_events_total', { ...scope, event_type: oneOf(...workflow) })
const custom = select('crm_events_total', { ...scope, event_type: noneOf(...workflow) })
const leads = select('leads_created_total', scope)
const invoices = select('invoices_total', scope)
const deliveries = select('email_deliveries_total', scope)
const ended = select('email_deliveries_total', { ...scope, outcome: oneOf('delivered', 'bounced', 'failed') })
const delivered = select('email_deliveries_total', { ...scope, outcome: 'delivered' })
const texts = select('text_messages_total', scope)
const failedTexts = select('text_messages_total', { ...scope, status: 'failed' })
const broadcasts = select('broadcast_messages_total', scope)
const activities = select('user_activities_total', scope)
const users = select('active_users_total', scope)
const pages = select('web_page_load_seconds', scope)
const value = select('pipeline_value', scope)

const journeys = toDashboard('user-journeys')
const toExternal = toDashboard('external-apis')
const workflowTraces = toTraces('Traces of the workflow', spans({ name: 'qualify' }))

export const businessEvents: Dashboard = {
  uid: 'business-events',
  description: 'Is business coming in, is it followed up, and do messages and pages reach people?',
  tags: ['business'],
  rows: [
    leadsTo(
      row('Is business coming in?', [
        stat({
          title: 'Leads',
          description:
            'Created in the time shown. None at a usual hour: send a lead through the form yourself, then see the journey of leads.',
          unit: 'short',
          decimals: 0,
          queries: [{ expr: sum(increase(leads, whole)), legend: 'leads', instant: true }],
        }),
        stat({
          title: 'Workflows completed',
          description:
            'Leads whose workflow ran to its end in the time shown. Far fewer than leads: see at which step they stop.',
          unit: 'short',
          decimals: 0,
          queries: [
            {
              expr: sum(increase(select('crm_events_total', { ...scope, event_type: 'workflow_complete' }), whole)),
              legend: 'completed',
              instant: true,
            },
          ],
        }),
        stat({
          title: 'Open pipeline',
          description:
            'Sum of the amounts of deals that are neither won nor lost, in the workspaces’ currency. A sudden step: was something imported or deleted?',
          unit: 'short',
          queries: [
            {
              expr: sum(
                max(select('pipeline_value', { ...scope, stage: oneOf('new', 'qualified', 'proposal') }), ['stage']),
              ),
              legend: 'open',
            },
          ],
        }),
        stat({
          title: 'Won',
          description:
            'Sum of the amounts of deals that were won. It only grows; where it falls, deals were reopened or deleted.',
          unit: 'short',
          queries: [{ expr: max(select('pipeline_value', { ...scope, stage: 'won' })), legend: 'won' }],
        }),
        stat({
          title: 'E-mails delivered',
          description:
            'Share of those that came to an end. Below 98 % the objective is missed: the log below names the kind of failure; many bounces are a bad list.',
          unit: 'percentunit',
          decimals: 1,
          limits: deliveryLimits,
          queries: [
            {
              expr: ratio(sum(increase(delivered, whole)), sum(increase(ended, whole))),
              legend: 'delivered',
              instant: true,
            },
          ],
          links: [toDashboard('slos')],
        }),
        stat({
          title: 'Pages within 2 s',
          description:
            'Share of page loads as fast as the objective asks; 95 % of them should be. Below: which page is slow stands at the end.',
          unit: 'percentunit',
          decimals: 1,
          limits: { warning: slos['web-page-load'].target, critical: 0.9, good: 'above' },
          queries: [
            {
              expr: ratio(
                sum(rateWithin(pages, slos['web-page-load'].objective, window)),
                sum(rateOfCount(pages, window)),
              ),
              legend: 'within 2 s',
            },
          ],
          links: [toDashboard('slos')],
        }),
      ]),
      journeys,
    ),
    leadsTo(
      row(
        'Events',
        [
          timeseries({
            title: 'Events of the lead workflow',
            description:
              'Per minute. The four move together; one that stays behind names the step that fails: geo_tag_added → calendar_event_created → sales_notified → workflow_complete.',
            unit: 'cpm',
            queries: [{ expr: perMinute(sum(rate(ofWorkflow, window), ['event_type'])), legend: '{{event_type}}' }],
            seriesLinks: [workflowTraces],
          }),
          timeseries({
            title: 'Custom events',
            description: `Tracked by the web page, by callers and by other parts, per minute; the ${most} most frequent. One that vanished: who sends it no longer does.`,
            unit: 'cpm',
            queries: topAndOthers(
              perMinute(sum(rate(custom, window), ['event_type'])),
              sum(increaseShown(custom), ['event_type']),
              { legend: '{{event_type}}' },
            ),
          }),
        ],
        [
          barGauge({
            title: 'Events in the time shown',
            description:
              'The ten most frequent types, as /api/crm/stats/event-metrics has them. They differ from the database: see the log of the part that tracks them.',
            unit: 'short',
            queries: topAndOthers(
              sum(increase(events, whole), ['event_type']),
              sum(increaseShown(events), ['event_type']),
              {
                legend: '{{event_type}}',
                shown: 10,
              },
            )
              .slice(0, 1)
              .map((query) => ({ ...query, instant: true })),
          }),
          timeseries({
            title: 'Leads by source',
            description: `Per minute; the ${most} largest sources. One that vanished: its form or its webhook is broken.`,
            unit: 'cpm',
            stacked: true,
            queries: topAndOthers(
              perMinute(sum(rate(leads, window), ['source'])),
              sum(increaseShown(leads), ['source']),
              {
                legend: '{{source}}',
              },
            ),
            links: [toDashboard('webhooks-jobs-queues')],
          }),
        ],
      ),
      journeys,
    ),
    leadsTo(
      row('Deals and invoices', [
        timeseries({
          title: 'Pipeline value by stage',
          description: 'Sum of the amounts. A stage that only grows: deals are not followed up.',
          unit: 'short',
          queries: [{ expr: max(value, ['stage']), legend: '{{stage}}' }],
        }),
        timeseries({
          title: 'Deals by stage',
          description:
            'Deals that are there. A step: an import, a synchronization or a deletion; see which at that time.',
          unit: 'short',
          queries: [{ expr: max(select('pipeline_deals', scope), ['stage']), legend: '{{stage}}' }],
          links: [toDashboard('integrations-sync')],
        }),
        timeseries({
          title: 'Invoices by status',
          description:
            'Statuses that invoices entered, per minute. `sending` without `sent`, or `failed`: does Billy answer? The job is tried again.',
          unit: 'cpm',
          queries: [{ expr: perMinute(sum(rate(invoices, window), ['status'])), legend: '{{status}}' }],
          links: [toExternal],
          seriesLinks: [toTraces('Failed invoices', spans({ name: 'process invoice-creation', status: 'error' }))],
        }),
      ]),
      journeys,
    ),
    leadsTo(
      row(
        'Do messages reach people?',
        [
          timeseries({
            title: 'E-mails synchronized',
            description:
              'Messages fetched from mailboxes and stored, per minute. None while people write: does Gmail answer, and does its webhook arrive?',
            unit: 'cpm',
            queries: [{ expr: perMinute(sum(rate(select('emails_synced_total', scope), window))), legend: 'stored' }],
            links: [journeys, toExternal],
          }),
          timeseries({
            title: 'E-mails sent, by outcome',
            description:
              'Attempts per minute. deferred is tried again; bounced: the address is wrong; failed: the mail server refuses us, see the log below.',
            unit: 'cpm',
            stacked: true,
            queries: [{ expr: perMinute(sum(rate(deliveries, window), ['outcome'])), legend: '{{outcome}}' }],
            seriesLinks: [toLogs('Log of e-mails', scopedLogs({ component: 'email' }))],
          }),
        ],
        [
          timeseries({
            title: 'Texts',
            description:
              'By direction and last known state, per minute. queued without delivered: Aloware’s webhooks do not arrive.',
            unit: 'cpm',
            queries: [
              {
                expr: perMinute(sum(rate(texts, window), ['direction', 'status'])),
                legend: '{{direction}} {{status}}',
              },
            ],
          }),
          timeseries({
            title: 'Broadcasts',
            description:
              'Messages of broadcasts as Verity reports them, per minute. failed: see Verity’s own page for the reason.',
            unit: 'cpm',
            queries: [{ expr: perMinute(sum(rate(broadcasts, window), ['status'])), legend: '{{status}}' }],
          }),
          timeseries({
            title: 'Texts that failed',
            description:
              'Share of texts, over the window of each step. Above 10 %: is the number blocked, or Aloware down?',
            unit: 'percentunit',
            limits: alertLimits('ExternalApiFailures'),
            queries: [{ expr: share(sum(rate(failedTexts, window)), sum(rate(texts, window))), legend: 'failed' }],
          }),
        ],
      ),
      toExternal,
    ),
    leadsTo(
      row(
        'What do people do, and how does it feel?',
        [
          timeseries({
            title: 'Active users by workspace',
            description: `With a request in the last five minutes; the ${most} largest workspaces. A workspace that falls to none: ask whether they can sign in.`,
            unit: 'short',
            stacked: true,
            queries: topAndOthers(max(users, ['workspace']), max(maxShown(users), ['workspace']), {
              legend: '{{workspace}}',
            }),
            links: [toDashboard('security')],
          }),
          timeseries({
            title: 'User activity',
            description: `What signed-in users do, per minute; the ${most} most frequent kinds. One that vanished: try it yourself.`,
            unit: 'cpm',
            queries: topAndOthers(
              perMinute(sum(rate(activities, window), ['action'])),
              sum(increaseShown(activities), ['action']),
              { legend: '{{action}}' },
            ),
          }),
          timeseries({
            title: 'Live connections',
            description:
              'People who follow events live, by kind. A sudden fall of all: the api was restarted, or a proxy cuts them.',
            unit: 'short',
            queries: [{ expr: sum(select('websocket_connections_active', scope), ['type']), legend: '{{type}}' }],
          }),
          timeseries({
            title: 'Events sent live',
            description:
              'Per second, to all connections. None while there are connections: is the database’s notification channel heard?',
            unit: 'ops',
            queries: [
              { expr: sum(rate(select('realtime_events_total', scope), window), ['type']), legend: '{{type}}' },
            ],
          }),
        ],
        [
          timeseries({
            title: 'Page load by page, p95',
            description: `As the browsers of users report it (largest contentful paint); lines at 2 s and 4 s; the ${most} pages with the most loads. One page: what was added to it? All: the API or the network.`,
            unit: 's',
            limits: pageLoadLimits,
            queries: topAndOthers(observed(quantile(0.95, pages, window, ['page'])), sum(countShown(pages), ['page']), {
              legend: '{{page}}',
              others: 'max',
            }),
          }),
          heatmap({
            title: 'Page loads by duration',
            description:
              'How many loads took how long. A second band above the first: some people are slow (their network, their device).',
            unit: 's',
            buckets: sum(rateOfBuckets(pages, window), ['le']),
          }),
          timeseries({
            title: 'Web vitals',
            description:
              'Reports per minute, by measure and rating. poor in cls: something jumps; in inp: a handler blocks; in lcp or ttfb: see the API.',
            unit: 'cpm',
            queries: [
              {
                expr: perMinute(sum(rate(select('web_vitals_total', scope), window), ['rating', 'name'])),
                legend: '{{rating}}: {{name}}',
              },
            ],
          }),
        ],
      ),
      toDashboard('api-performance'),
    ),
    row('Look closer', [
      logs({
        title: 'Leads and e-mails that went wrong',
        description:
          'Warnings and errors of these parts, newest first; the link at the trace id shows the whole workflow.',
        query: scopedLogs({
          component: oneOf('leads', 'email', 'invoices', 'texting', 'broadcasts'),
          severity_text: oneOf('warn', 'error', 'fatal'),
        }),
      }),
    ]),
  ],
}
