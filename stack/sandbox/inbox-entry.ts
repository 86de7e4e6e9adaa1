import { z } from 'zod'
import type { MailMessage } from './mail/message.ts'
import { unescaped } from './mrkdwn.ts'
import { webAddress } from './page.ts'

/** One alert, as Alertmanager describes it; what a provider's own format leaves out is missing here. */
export interface Alert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt?: string
  readonly endsAt?: string
}

/** What a delivered notification said. */
export interface Notice {
  /** In whose format it came. */
  readonly via: 'webhook' | 'slack' | 'pagerduty' | 'email' | 'heartbeat'
  readonly status: 'firing' | 'resolved'
  /** What has the same one is about the same trouble, and for the same receiver. */
  readonly thread: string
  readonly alerts: readonly Alert[]
}

/** One delivered notification. */
export interface Entry extends Notice {
  readonly id: number
  /** ISO 8601. */
  readonly receivedAt: string
  /** Alertmanager's receiver, from the address it was delivered to. */
  readonly receiver: string
  /** As delivered, without the key that identifies the sender. */
  readonly payload: unknown
}

const texts = z.record(z.string(), z.string())
const status = z.enum(['firing', 'resolved'])

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const alertmanager = z.looseObject({
  version: z.string(),
  groupKey: z.string().default(''),
  status,
  alerts: z.array(
    z.looseObject({ status, labels: texts, annotations: texts, startsAt: z.string(), endsAt: z.string() }),
  ),
})

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, with the attachments that Alertmanager writes. */
const slack = z
  .looseObject({
    text: z.string().optional(),
    attachments: z
      .array(
        z.looseObject({
          title: z.string().default(''),
          title_link: z.string().optional(),
          text: z.string().default(''),
          color: z.string().optional(),
          callback_id: z.string().optional(),
          actions: z
            .array(z.looseObject({ text: z.string().optional(), url: z.string().optional() }))
            .nullish()
            .transform((actions) => actions ?? []),
        }),
      )
      .default([]),
  })
  .refine(({ text, attachments }) => text !== undefined || attachments.length > 0)

/** https://developer.pagerduty.com/api-reference/YXBpOjI3NDgyNjU-pager-duty-v2-events-api */
const pagerduty = z.looseObject({
  routing_key: z.string(),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().optional(),
  payload: z
    .looseObject({
      summary: z.string(),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      source: z.string(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  links: z
    .array(z.looseObject({ href: z.string(), text: z.string().optional() }))
    .nullish()
    .transform((links) => links ?? []),
})

/** Reads a payload in any of the three formats; undefined when it is in none. */
export function readNotice(payload: unknown): Notice | undefined {
  const asWebhook = alertmanager.safeParse(payload)
  if (asWebhook.success) {
    const { status, groupKey: thread, alerts } = asWebhook.data
    return { via: 'webhook', status, thread, alerts: alerts.map(once) }
  }
  const asEvent = pagerduty.safeParse(payload)
  if (asEvent.success) return fromPagerDuty(asEvent.data)
  const asMessage = slack.safeParse(payload)
  if (asMessage.success) return fromSlack(asMessage.data)
  return undefined
}

const once = ({ status, labels, annotations, startsAt, endsAt }: Alert): Alert => ({
  status,
  labels,
  annotations,
  ...(startsAt && { startsAt }),
  // An alert that fires has no end yet; Alertmanager writes the year 1 for that.
  ...(endsAt && status === 'resolved' && { endsAt }),
})

function fromPagerDuty({ event_action, dedup_key: thread = '', payload, links }: z.output<typeof pagerduty>): Notice {
  const status = event_action === 'resolve' ? 'resolved' : 'firing'
  const summary = payload?.summary ?? ''
  const labels = { ...nameIn(summary), ...(payload && { severity: payload.severity }) }
  const annotations = { summary, ...linksFrom(links.map(({ href, text = '' }) => [text, href])) }
  return { via: 'pagerduty', status, thread, alerts: [{ status, labels, annotations }] }
}

function fromSlack({ text = '', attachments }: z.output<typeof slack>): Notice {
  const messages = attachments.length > 0 ? attachments : [{ title: text, text: '', color: undefined, actions: [] }]
  const alerts = messages.map((message): Alert => {
    const status = message.color === 'good' || /\bresolved\b/i.test(message.title) ? 'resolved' : 'firing'
    const buttons = message.actions.map(({ text = '', url = '' }) => [text, url] as const)
    return {
      status,
      labels: nameIn(unslack(message.title)),
      annotations: {
        summary: unslack(message.title),
        ...(message.text && { description: unslack(message.text) }),
        ...linksFrom([...buttons, ...linksIn(message.text)]),
      },
    }
  })
  const status = alerts.every((alert) => alert.status === 'resolved') ? 'resolved' : 'firing'
  const thread = attachments[0]?.callback_id || (alerts[0]?.labels.alertname ?? '')
  return { via: 'slack', status, thread, alerts }
}

/** Reads an e-mail of Alertmanager: its subject is the title that the others have too. */
export function readMail({ subject, text, headers }: MailMessage): Notice {
  const status = /^\[RESOLVED\b/.test(subject) ? 'resolved' : 'firing'
  const links = [...text.matchAll(/^(Runbook|Dashboard):\s+(\S+)$/gm)].map(
    ([, label = '', url = '']) => [label, url] as const,
  )
  const annotations = { summary: subject, ...(text && { description: text }), ...linksFrom(links) }
  const labels = nameIn(subject)
  // Mail programs make conversations of this.
  const thread = headers.references ?? labels.alertname ?? ''
  return { via: 'email', status, thread, alerts: [{ status, labels, annotations }] }
}

/** Alertmanager's titles begin `[FIRING:2] DatabaseDown · P1: …`. */
function nameIn(title: string): { alertname?: string; priority?: string } {
  const [, alertname, priority] = /^\[(?:FIRING|RESOLVED)(?::\d+)?\]\s+(\w+)(?: · (P\d))?/i.exec(title) ?? []
  return { ...(alertname !== undefined && { alertname }), ...(priority !== undefined && { priority }) }
}

/** The two links that every alert has, told apart by what they are called. */
function linksFrom(links: readonly (readonly [label: string, url: string])[]): Record<string, string> {
  const called = (word: RegExp) => webAddress(links.find(([label]) => word.test(label))?.[1])
  const runbook = called(/runbook/i)
  const dashboard = called(/dashboard/i)
  return { ...(runbook && { runbook_url: runbook }), ...(dashboard && { dashboard_url: dashboard }) }
}

/** Slack writes a link as `<address|label>`, and escapes three characters. */
const linksIn = (text: string): (readonly [string, string])[] =>
  [...text.matchAll(/<(https?:[^|>]+)\|([^>]+)>/g)].map(([, url = '', label = '']) => [label, unslack(url)])

const unslack = (text: string): string => unescaped(text.replace(/<(https?:[^|>]+)\|([^>]+)>/g, '$2'))
