import { html } from 'hono/html'
import type { Heart } from './heartbeat.ts'
import { bodyOf, duration, nameOf, timeOfDay, words } from './inbox-cards.ts'
import type { Entry } from './inbox-entry.ts'
import { type Conversation, conversations } from './inbox-threads.ts'
import { type Html, page } from './page.ts'

/** Looks for news every 3 s; exchanges the list only when there is some, so that a reader is not disturbed. An e-mail is shown as high as it is. */
export const inboxScript = `
const part = (where, name) => where.querySelector(name)
const fit = (frame) => {
  const root = frame.contentDocument?.documentElement
  if (root) frame.style.height = root.scrollHeight + 'px'
}
const frames = () => document.querySelectorAll('iframe').forEach((frame) => { frame.onload = () => fit(frame); fit(frame) })
const look = async () => {
  const text = await fetch(location.href).then((answer) => answer.text(), () => '')
  const fresh = new DOMParser().parseFromString(text, 'text/html')
  if (!part(fresh, 'main')) return
  part(document, '.heart').replaceWith(part(fresh, '.heart'))
  if (part(fresh, 'main').dataset.newest === part(document, 'main').dataset.newest) return
  part(document, 'nav').replaceWith(part(fresh, 'nav'))
  part(document, 'main').replaceWith(part(fresh, 'main'))
  frames()
}
frames()
setInterval(look, 3000)
part(document, 'button').onclick = () => fetch('/inbox', { method: 'DELETE' }).then(look)
`

const channels = { slack: 'Slack', pagerduty: 'PagerDuty', email: 'e-mail', webhook: 'webhook', heartbeat: 'heartbeat' }

export interface InboxView {
  readonly entries: readonly Entry[]
  readonly heart: Heart
  /** `via`, `receiver` and `status` choose what is shown. */
  readonly query: Readonly<Record<string, string>>
}

/** Who was told what, and when. */
export function inboxPage({ entries, heart, query }: InboxView): Html {
  const shown = conversations(entries).filter(({ newest }) =>
    (['via', 'receiver', 'status'] as const).every((name) => !query[name] || newest[name] === query[name]),
  )
  const nothing =
    entries.length === 0
      ? 'Nothing was delivered yet. All is well, or nobody looks.'
      : 'Nothing like this was delivered.'
  return page(
    'Inbox',
    html`<header><h1>Inbox</h1><span class="quiet">every notification that Alertmanager delivered, newest first</span>${heartbeat(heart)}<button>Empty it</button></header>
${filters(entries, query)}
<main data-newest="${entries[0]?.id ?? 0}">
${shown.length === 0 ? html`<p class="card quiet">${nothing}</p>` : ''}
${shown.map(card)}
</main>`,
    '/inbox.js',
  )
}

const heartbeat = ({ state, lastBeatAt, limitSeconds }: Heart): Html => {
  const said = {
    waiting: 'no heartbeat yet',
    beating: `last heartbeat ${lastBeatAt ? timeOfDay(lastBeatAt) : ''}`,
    silent: `NO HEARTBEAT since ${lastBeatAt ? timeOfDay(lastBeatAt) : ''}`,
  }
  return html`<span class="heart ${state}" title="the dead man's switch: an alarm after ${limitSeconds} s of silence">${said[state]}</span>`
}

function filters(entries: readonly Entry[], query: Readonly<Record<string, string>>): Html {
  const chip = (name: string, value: string, label: string, count: number) => {
    const isChosen = (query[name] ?? '') === value
    const rest = Object.entries({ ...query, [name]: isChosen ? '' : value }).filter(([, text]) => text !== '')
    return html`<a class="chip" href="/inbox?${new URLSearchParams(rest)}" ${isChosen && value !== '' ? 'aria-current=true' : ''}>${label} <span class="quiet">${count}</span></a>`
  }
  const counted = (of: (entry: Entry) => string) => [...Map.groupBy(entries, of)].sort(([a], [b]) => a.localeCompare(b))
  return html`<nav class="row">
${counted(({ via }) => via).map(([via, some]) => chip('via', via, channels[via as Entry['via']], some.length))}
<span class="quiet">to</span>
${counted(({ receiver }) => receiver).map(([receiver, some]) => chip('receiver', receiver, receiver, some.length))}
<span class="quiet">now</span>
${(['firing', 'resolved'] as const).map((status) => chip('status', status, status, conversations(entries).filter(({ newest }) => newest.status === status).length))}
</nav>`
}

function card({ newest, entries, began }: Conversation): Html {
  const { id, status, receiver, via, receivedAt, alerts } = newest
  const names = [...new Set(alerts.map(nameOf))].join(', ')
  const took = Date.parse(receivedAt) - Date.parse(began)
  const course =
    entries.length === 1
      ? ''
      : ` · first told ${timeOfDay(began)}, ${status === 'resolved' ? 'over' : 'last'} ${duration(took)} later`
  return html`<article class="card ${status}">
<div class="row">
<span class="status">${words[status]}</span><h2>${names || 'A message'}</h2>
<span class="quiet end"><time datetime="${receivedAt}" title="${receivedAt}">${timeOfDay(receivedAt)}</time></span>
</div>
<p class="quiet">told <strong>${receiver}</strong> by ${channels[via]}${course}</p>
${bodyOf(newest)}
${entries
  .slice(1)
  .map(
    (entry) =>
      html`<details><summary class="quiet">${timeOfDay(entry.receivedAt)} ${words[entry.status]} (#${entry.id})</summary>${bodyOf(entry)}</details>`,
  )}
<details><summary class="quiet">as delivered (#${id})</summary><pre><code>${JSON.stringify(newest.payload, undefined, 2)}</code></pre></details>
</article>`
}
