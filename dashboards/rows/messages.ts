import { perMinute, rate, select, share, sum } from '../../catalogue/promql.ts'
import { leadsTo, type Row, row } from '../layout.ts'
import { alertLimits } from '../limits.ts'
import { toDashboard, toLogs } from '../links.ts'
import { timeseries } from '../panels.ts'
import { scope, scopedLogs } from '../variables.ts'

const window = '$__rate_interval'
const deliveries = select('email_deliveries_total', scope)
const texts = select('text_messages_total', scope)
const failedTexts = select('text_messages_total', { ...scope, status: 'failed' })
const broadcasts = select('broadcast_messages_total', scope)

const journeys = toDashboard('user-journeys')
const toExternal = toDashboard('external-apis')

/** E-mails, texts and broadcasts, in and out. */
export const messages = (): Row =>
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
  )
