import { html } from 'hono/html'
import type { Dashboard, Panel } from '../queries/dashboards.ts'
import { all } from '../queries/variables.ts'
import { type Html, page, safe } from './page.ts'
import type { Choices } from './variable-choices.ts'
import type { View } from './view.ts'

const ranges = [
  ['now-5m', '5 minutes'],
  ['now-15m', '15 minutes'],
  ['now-1h', '1 hour'],
  ['now-6h', '6 hours'],
  ['now-24h', '24 hours'],
  ['now-7d', '7 days'],
  ['now-30d', '30 days'],
] as const
const refreshes = ['', '5s', '30s', '1m', '5m'] as const

/** A dashboard's frame: its variables, its time range and an empty place for each panel, which the browser fills. */
export function dashboardPage(dashboard: Dashboard, others: readonly Dashboard[], view: View, choices: Choices): Html {
  const links = others.map(({ uid, title }) =>
    uid === dashboard.uid ? html`<strong>${title}</strong> ` : html`<a href="/d/${uid}?${query(view)}">${title}</a> `,
  )
  const body = html`<header>
<h1>${dashboard.title}</h1> <p class="dashboards">${links}</p>
${controls(dashboard, view, choices)}
</header>
<div class="grid" data-dashboard="${dashboard.uid}" data-refresh="${view.refresh}">
${(dashboard.panels ?? []).flatMap((panel) => [panel, ...(panel.panels ?? [])]).map(place)}
</div>`
  return page({
    title: dashboard.title,
    body,
    scripts: ['client.js'],
    styles: ['uplot.css'],
  })
}

/** A panel's place in the grid; its settings ride along for the browser. */
function place(panel: Panel): Html {
  const { x = 0, y = 0, w = 12, h = 8 } = panel.gridPos ?? {}
  if (panel.type === 'row') {
    return html`<h2 class="row" data-x="${x}" data-y="${y}" data-w="${w}" data-h="${h}">${panel.title ?? ''}</h2>`
  }
  const settings = {
    id: panel.id,
    type: panel.type,
    fieldConfig: panel.fieldConfig ?? {},
    options: panel.options ?? {},
    transformations: panel.transformations ?? [],
  }
  return html`<section class="panel" data-x="${x}" data-y="${y}" data-w="${w}" data-h="${h}" data-panel="${JSON.stringify(settings)}">
<h3 title="${panel.description ?? ''}">${panel.title ?? ''}${panel.description ? html` <abbr title="${panel.description}">?</abbr>` : ''}</h3>
<div class="content"><p class="note">loading</p></div>
</section>`
}

function controls(dashboard: Dashboard, view: View, choices: Choices): Html {
  const range = ranges.some(([from]) => from === view.from && view.to === 'now') ? view.from : ''
  return html`<form method="get" action="/d/${dashboard.uid}">
${choices.map(({ variable, values }) => {
  const chosen = view.values[variable.name]?.length ? view.values[variable.name] : [values[0] ?? '']
  return html`<label>${variable.label ?? variable.name} <select name="var-${variable.name}">${values.map((value) =>
    option(value, value === all ? 'All' : value, chosen?.includes(value) ?? false),
  )}</select></label> `
})}
<label>Last <select name="from">${range ? '' : option(view.from, `${view.from} to ${view.to}`, true)}${ranges.map(
    ([from, label]) => option(from, label, from === range),
  )}</select></label>
<input type="hidden" name="to" value="${range ? 'now' : view.to}">
<label>Refresh <select name="refresh">${refreshes.map((each) => option(each, each || 'off', each === view.refresh))}</select></label>
<noscript><button>Show</button> <p>The panels are drawn by JavaScript.</p></noscript>
</form>`
}

const option = (value: string, label: string, selected: boolean): Html =>
  html`<option value="${value}"${selected ? safe(' selected') : ''}>${label}</option>`

/** The view as parameters of a link to another dashboard. */
function query(view: View): string {
  const values = Object.entries(view.values).flatMap(([name, chosen]) => chosen.map((value) => [`var-${name}`, value]))
  return new URLSearchParams([['from', view.from], ['to', view.to], ...values] as [string, string][]).toString()
}
