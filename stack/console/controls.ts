import { html } from 'hono/html'
import type { Dashboard, DashboardLink, Variable } from '../queries/dashboards.ts'
import { all } from '../queries/variables.ts'
import { type Html, safe, time } from './page.ts'
import type { Choices } from './variable-choices.ts'
import { timeQuery, type View, variablesQuery } from './view.ts'

const presets = [
  ['now-5m', '5 minutes'],
  ['now-15m', '15 minutes'],
  ['now-30m', '30 minutes'],
  ['now-1h', '1 hour'],
  ['now-3h', '3 hours'],
  ['now-6h', '6 hours'],
  ['now-12h', '12 hours'],
  ['now-24h', '24 hours'],
  ['now-2d', '2 days'],
  ['now-7d', '7 days'],
  ['now-30d', '30 days'],
] as const
const refreshes = ['5s', '30s', '1m', '5m', '15m'] as const

/** What stands above the panels. */
export interface Controls {
  readonly dashboard: Dashboard
  readonly others: readonly Dashboard[]
  readonly view: View
  readonly choices: Choices
  /** When the stack was started, where that is known. */
  readonly startedAt?: string | undefined
}

/** Variables, time range, refresh and the way to other dashboards; all of it works as plain links and forms. */
export function controls(given: Controls): Html {
  const { dashboard, view, choices } = given
  return html`<div class="controls">
<form method="get" action="/d/${dashboard.uid}" class="variables">
${choices.map(({ variable, values }) => picker(variable, values, view))}
${hidden({ from: view.from, to: view.to, refresh: view.refresh, viewPanel: view.panel })}
</form>
${timePicker(given)}
${refreshPicker(dashboard, view)}
${(dashboard.links ?? []).map((link) => linkList(link, given))}
</div>`
}

const hidden = (values: Readonly<Record<string, string | number | undefined>>): Html =>
  html`${Object.entries(values).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`,
  )}`

const hiddenVariables = (dashboard: Dashboard, view: View): Html =>
  html`${[...new URLSearchParams(variablesQuery(dashboard, view))].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`

/** The values of a variable to tick; "All" alone, or some. */
function picker(variable: Variable, values: readonly string[], view: View): Html {
  const given = view.values[variable.name] ?? []
  const chosen = given.length > 0 ? given : [variable.current?.value ?? values[0] ?? ''].flat()
  const type = variable.multi ? 'checkbox' : 'radio'
  return html`<details class="pick" data-pick="${variable.name}">
<summary>${variable.label ?? variable.name} <b>${chosen.map(labelOf).join(', ') || 'none'}</b></summary>
<div class="pop"><input type="search" placeholder="find" aria-label="find">
<div class="choices">${values.map(
    (value) =>
      html`<label><input type="${type}" name="var-${variable.name}" value="${value}"${chosen.includes(value) ? safe(' checked') : ''}> ${labelOf(value)}</label>`,
  )}</div>
<button>Apply</button></div></details>`
}

const labelOf = (value: string): string => (value === all ? 'All' : value)

const address = (dashboard: Dashboard, view: View, changed: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams(variablesQuery(dashboard, view))
  const { panel: viewPanel, from, to, refresh } = view
  for (const [name, value] of Object.entries({ from, to, refresh, viewPanel, ...changed }))
    if (value !== undefined) query.set(name, String(value))
  return `/d/${dashboard.uid}?${query}`
}

function timePicker({ dashboard, view, startedAt }: Controls): Html {
  const known = presets.find(([from]) => from === view.from && view.to === 'now')
  const range = known
    ? html`Last ${known[1]}`
    : html`${moment(view.from, view.range.from)} to ${moment(view.to, view.range.to)}`
  const since = startedAt === undefined ? undefined : Date.parse(startedAt)
  return html`<details class="pick time">
<summary>${range}</summary>
<div class="pop"><div class="presets">
${since === undefined ? '' : html`<a href="${address(dashboard, view, { from: String(since), to: 'now' })}">Since the start, ${time(since)}</a>`}
${presets.map(([from, label]) => html`<a href="${address(dashboard, view, { from, to: 'now' })}"${from === known?.[0] ? safe(' aria-current="true"') : ''}>Last ${label}</a>`)}
</div>
<form method="get" action="/d/${dashboard.uid}" class="range">
<label>From <input name="from" value="${view.from}" placeholder="now-2h or 2026-01-31 08:00" required></label>
<label>To <input name="to" value="${view.to}" placeholder="now" required></label>
${hiddenVariables(dashboard, view)}${hidden({ refresh: view.refresh, viewPanel: view.panel })}
<button>Show</button></form></div></details>`
}

/** `now-90m` as it was written; a point in time as date and time. */
const moment = (text: string, ms: number): Html => (text.startsWith('now') ? html`${text}` : time(ms))

function refreshPicker(dashboard: Dashboard, view: View): Html {
  const option = (value: string) =>
    html`<option value="${value}"${value === view.refresh ? safe(' selected') : ''}>${value || 'off'}</option>`
  const offered = ['', ...new Set([...(dashboard.timepicker?.refresh_intervals ?? refreshes), view.refresh])]
  return html`<form method="get" action="/d/${dashboard.uid}" class="refresh">
${hiddenVariables(dashboard, view)}${hidden({ from: view.from, to: view.to, viewPanel: view.panel })}
<label>Refresh <select name="refresh">${[...new Set(offered)].map(option)}</select></label>
<button type="button" class="again" title="Ask again now" aria-label="Ask again now">↻</button>
<noscript><button>Set</button> <p>The panels are drawn by JavaScript.</p></noscript>
</form>`
}

/** All dashboards of a tag, or one address; with this time range and these variables where the link says so. */
function linkList({ type, title, tags = [], url, includeVars, keepTime }: DashboardLink, given: Controls): Html {
  const { dashboard, others, view } = given
  const query = [keepTime ? timeQuery(view) : '', includeVars ? variablesQuery(dashboard, view) : '']
    .filter(Boolean)
    .join('&')
  if (type !== 'dashboards') return url && /^(https?:|\/)/.test(url) ? html`<a href="${url}">${title}</a>` : html``
  const found = others.filter((other) => tags.every((tag) => other.tags?.includes(tag)))
  const entry = (other: Dashboard) =>
    other.uid === dashboard.uid
      ? html`<strong>${other.title}</strong>`
      : html`<a href="/d/${other.uid}?${query}">${other.title}</a>`
  return html`<details class="pick dashboards"><summary>${title ?? 'Dashboards'}</summary><div class="pop links">${found.map(entry)}</div></details>`
}
