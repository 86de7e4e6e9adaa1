import { html } from 'hono/html'
import type { Alert, Entry } from './inbox-entry.ts'
import { type Html, page, webAddress } from './page.ts'

/** Looks for news every 3 s; exchanges the list only when there is some, so that a reader is not disturbed. */
export const inboxScript = `
const list = () => document.querySelector('main')
const look = async () => {
  const text = await fetch('/inbox').then((answer) => answer.text(), () => '')
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('main')
  if (fresh && fresh.dataset.newest !== list().dataset.newest) list().replaceWith(fresh)
}
setInterval(look, 3000)
document.querySelector('button').onclick = () => fetch('/inbox', { method: 'DELETE' }).then(look)
`

const words = { firing: 'FIRING', resolved: 'Resolved' }
const formats = { webhook: 'webhook', slack: 'Slack', pagerduty: 'PagerDuty' }

/** Who was told what, and when. */
export const inboxPage = (entries: readonly Entry[]): Html =>
  page(
    'Inbox',
    html`<header><h1>Inbox</h1><span class="quiet">every notification that Alertmanager delivered, newest first</span><button>Empty it</button></header>
<main data-newest="${entries[0]?.id ?? 0}">
${entries.length === 0 ? html`<p class="card quiet">Nothing was delivered yet. All is well, or nobody looks.</p>` : ''}
${entries.map(card)}
</main>`,
    '/inbox.js',
  )

const card = ({ id, status, receiver, via, receivedAt, alerts, payload }: Entry): Html => {
  const names = [...new Set(alerts.map(nameOf))].join(', ')
  return html`<article class="card ${status}">
<div class="row">
<span class="status">${words[status]}</span><h2>${names || 'A message'}</h2>
<span class="quiet end"><time datetime="${receivedAt}" title="${receivedAt}">${timeOfDay(receivedAt)}</time></span>
</div>
<p class="quiet">told <strong>${receiver}</strong> by ${formats[via]}</p>
${alerts.map(alertPart)}
<details><summary class="quiet">as delivered (#${id})</summary><pre><code>${JSON.stringify(payload, undefined, 2)}</code></pre></details>
</article>`
}

const alertPart = (alert: Alert): Html => {
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

const nameOf = ({ labels, annotations }: Alert): string => labels.alertname ?? annotations.summary ?? 'An alert'

function timing({ startsAt, endsAt }: Alert): string {
  if (startsAt === undefined || Number.isNaN(Date.parse(startsAt))) return ''
  const began = `since ${timeOfDay(startsAt)}`
  if (endsAt === undefined || Number.isNaN(Date.parse(endsAt))) return began
  return `from ${timeOfDay(startsAt)} to ${timeOfDay(endsAt)}, ${duration(Date.parse(endsAt) - Date.parse(startsAt))}`
}

/** `2026-11-21T10:00:00.123Z` → `10:00:00 UTC` */
const timeOfDay = (iso: string): string => `${new Date(iso).toISOString().slice(11, 19)} UTC`

/** `95 s`, `12 min`, `3 h` */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
