import { html } from 'hono/html'
import type { Dashboard } from '../queries/dashboards.ts'
import { questionOf } from './dashboard-page.ts'
import { type Html, page } from './page.ts'

/** All dashboards with the question that each answers. */
export function dashboardsPage(dashboards: readonly Dashboard[]): Html {
  const body =
    dashboards.length === 0
      ? html`<p>There are none yet: <code>npm run build:dashboards</code> writes them.</p>`
      : dashboardTable(dashboards)
  return page({ title: 'Dashboards', body: html`<h1>Dashboards</h1>${body}` })
}

export const dashboardTable = (dashboards: readonly Dashboard[]): Html => html`<table>
<thead><tr><th>Dashboard</th><th>Question</th></tr></thead>
<tbody>${dashboards.map(
  (dashboard) =>
    html`<tr><td><a href="/d/${dashboard.uid}">${dashboard.title}</a></td><td>${questionOf(dashboard)}</td></tr>`,
)}</tbody></table>`
