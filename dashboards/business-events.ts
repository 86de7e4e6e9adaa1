import {
  increase,
  increaseShown,
  max,
  noneOf,
  oneOf,
  perMinute,
  rate,
  rateOfCount,
  rateWithin,
  ratio,
  rounded,
  select,
  sum,
} from '../catalogue/promql.ts'
import { slos } from '../catalogue/slo.ts'
import { spans } from '../catalogue/traceql.ts'
import type { Dashboard } from './dashboard.ts'
import { barGauge } from './gauges.ts'
import { leadsTo, row } from './layout.ts'
import { deliveryLimits } from './limits.ts'
import { toDashboard, toTraces } from './links.ts'
import { logs } from './lists.ts'
import { stat, timeseries } from './panels.ts'
import { messages } from './rows/messages.ts'
import { people } from './rows/people.ts'
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
const ended = select('email_deliveries_total', { ...scope, outcome: oneOf('delivered', 'bounced', 'failed') })
const delivered = select('email_deliveries_total', { ...scope, outcome: 'delivered' })
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
              rounded(sum(increase(events, whole), ['event_type'])),
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
    messages(),
    people(),
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
