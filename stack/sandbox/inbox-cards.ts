import { html } from 'hono/html'
import type { Alert, Entry } from './inbox-entry.ts'
import { mrkdwn } from './mrkdwn.ts'
import { type Html, webAddress } from './page.ts'

/** What a person sees of a notification, in the way in which it came. */
export const bodyOf = (entry: Entry): Html => html`${bodies[entry.via](entry)}`

/** Each way has its own look; of what is missing nothing is shown. */
const bodies: Readonly<Record<Entry['via'], (entry: Entry) => Html | Html[]>> = {
  webhook: ({ alerts }) => alerts.map(alertPart),
  heartbeat: ({ alerts }) => alerts.map(alertPart),
  slack: slackMessage,
  pagerduty: incident,
  email: mail,
}

interface SlackAttachment {
  readonly title?: string
  readonly title_link?: string
  readonly text?: string
  readonly color?: string
}

/** `good`, `warning` and `danger` are Slack's own colours. */
const slackColours: Readonly<Record<string, string>> = { good: '#2eb886', warning: '#daa038', danger: '#a30200' }

function slackMessage({ receiver, receivedAt, payload }: Entry): Html {
  const { text, attachments = [] } = payload as { text?: string; attachments?: SlackAttachment[] }
  return html`<div class="slack"><div class="avatar" aria-hidden="true">!</div><div class="grow">
<p><strong>CRM alerts</strong> <span class="app">APP</span> <span class="quiet">#${receiver.replace(/^slack-/, '')} · ${timeOfDay(receivedAt)}</span></p>
${text ? html`<p>${mrkdwn(text)}</p>` : ''}
${attachments.map((one) => {
  const href = webAddress(one.title_link)
  const colour = slackColours[one.color ?? ''] ?? '#8b949e'
  return html`<div class="attachment" style="border-color:${colour}">
<p><strong>${href ? html`<a href="${href}">${mrkdwn(one.title ?? '')}</a>` : mrkdwn(one.title ?? '')}</strong></p>
<p>${mrkdwn((one.text ?? '').trim())}</p></div>`
})}
</div></div>`
}

interface PagerDutyEvent {
  readonly payload?: {
    readonly summary?: string
    readonly source?: string
    readonly component?: string
    readonly severity?: string
    readonly custom_details?: Readonly<Record<string, unknown>>
  }
  readonly links?: readonly { readonly href?: string; readonly text?: string }[] | null
}

function incident({ status, payload }: Entry): Html {
  const { payload: about = {}, links } = payload as PagerDutyEvent
  const details = Object.entries(about.custom_details ?? {}).filter(([, value]) => value !== '' && value !== null)
  return html`<p><strong>${about.summary ?? 'An incident'}</strong></p>
<p class="quiet">service <strong>${about.component || 'unknown'}</strong> · ${about.severity ?? ''} · ${status === 'firing' ? 'triggered: somebody’s telephone rings' : 'resolved by the integration'}</p>
<table>${details.map(([name, value]) => html`<tr><th>${name.replaceAll('_', ' ')}</th><td>${typeof value === 'string' ? value.trim() : JSON.stringify(value)}</td></tr>`)}</table>
<p class="row">${(links ?? []).map(({ href, text }) => {
    const address = webAddress(href)
    return address ? html`<a href="${address}">${text || address}</a>` : ''
  })}</p>`
}

interface MailPayload {
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

function mail({ id, payload }: Entry): Html {
  const { from, to, subject, text, html: rich } = payload as MailPayload
  const plain = html`<pre>${text}</pre>`
  return html`<p><strong>${subject}</strong></p>
<p class="quiet">from ${from} to ${to.join(', ')}</p>
${rich ? html`<iframe title="e-mail ${id}" sandbox="allow-same-origin allow-popups" srcdoc="${rich}"></iframe><details><summary class="quiet">as plain text</summary>${plain}</details>` : plain}`
}

function alertPart(alert: Alert): Html {
  const { summary, description, runbook_url, dashboard_url } = alert.annotations
  const links = [
    ['Runbook', webAddress(runbook_url)],
    ['Dashboard', webAddress(dashboard_url)],
  ]
  const labels = Object.entries(alert.labels).filter(([name]) => name !== 'alertname')
  return html`<div class="alert ${alert.status}">
<div class="row"><span class="status">${words[alert.status]}</span><strong>${summary ?? nameOf(alert)}</strong></div>
${description ? html`<p>${description}</p>` : ''}
<p class="row">${links.map(([label, href]) => (href ? html`<a href="${href}">${label}</a>` : ''))}<span class="quiet">${timing(alert)}</span></p>
<p class="quiet">${labels.map(([name, value]) => html`<code>${name}=${value}</code> `)}</p>
</div>`
}

export const words = { firing: 'FIRING', resolved: 'Resolved' }

export const nameOf = ({ labels, annotations }: Alert): string => labels.alertname ?? annotations.summary ?? 'An alert'

function timing({ startsAt, endsAt }: Alert): string {
  if (startsAt === undefined || Number.isNaN(Date.parse(startsAt))) return ''
  const began = `since ${timeOfDay(startsAt)}`
  if (endsAt === undefined || Number.isNaN(Date.parse(endsAt))) return began
  return `from ${timeOfDay(startsAt)} to ${timeOfDay(endsAt)}, ${duration(Date.parse(endsAt) - Date.parse(startsAt))}`
}

/** `2026-11-21T10:00:00.123Z` → `10:00:00 UTC` */
export const timeOfDay = (iso: string): string => `${new Date(iso).toISOString().slice(11, 19)} UTC`

/** `95 s`, `12 min`, `3 h` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
