import { html } from 'hono/html'
import type { Dashboard, Panel } from '../queries/dashboards.ts'
import { type Controls, controls } from './controls.ts'
import { renderMarkdown } from './markdown.ts'
import { type Html, page, safe } from './page.ts'
import { timeQuery, type View, variablesQuery } from './view.ts'

/** A dashboard's frame: its controls and an empty place for each panel, which the browser fills. */
export function dashboardPage(given: Controls): Html {
  const { dashboard, view } = given
  const panels = (dashboard.panels ?? []).flatMap((panel) => [panel, ...(panel.panels ?? [])])
  const alone = view.panel === undefined ? undefined : panels.find(({ id }) => id === view.panel)
  const query = `${timeQuery(view)}&${variablesQuery(dashboard, view)}`
  const back = html`<p><a href="/d/${dashboard.uid}?${query}&refresh=${view.refresh}">← ${dashboard.title}</a></p>`
  const body = html`<header>
<div><h1>${dashboard.title}</h1><p class="question">${questionOf(dashboard)}</p></div>
${controls(given)}
</header>
${view.panel === undefined ? '' : back}
<div class="grid${alone ? ' alone' : ''}" data-dashboard="${dashboard.uid}" data-refresh="${view.refresh}" data-view="${JSON.stringify(viewOf(dashboard, view))}">
${view.panel !== undefined && !alone ? html`<p class="note">There is no such panel.</p>` : (alone ? [alone] : panels).map((panel) => place(panel, `/d/${dashboard.uid}?${query}&refresh=${view.refresh}`, alone !== undefined))}
</div>`
  return page({
    title: dashboard.title,
    body,
    scripts: ['dashboard.js'],
    styles: ['uplot.css', 'panels.css', 'lists.css'],
  })
}

/** The description without what is for those who change the file. */
export const questionOf = ({ description = '' }: Dashboard): string =>
  description.replace(/\s*Generated from \S+ by .*$/, '')

/** What the browser must know to ask for panels and to fill in links. */
function viewOf(dashboard: Dashboard, view: View) {
  const variables = new URLSearchParams(variablesQuery(dashboard, view))
  const datasources = (dashboard.templating?.list ?? []).filter(({ type }) => type === 'datasource')
  return {
    timeQuery: timeQuery(view),
    variablesQuery: variables.toString(),
    variables: Object.fromEntries([
      ...[...new Set(variables.keys())].map((name) => [name.slice('var-'.length), variables.getAll(name)]),
      // Here there is one of each type, called by its type.
      ...datasources.map(({ name, query }) => [name, [query]]),
    ]),
  }
}

/** A panel's place in the grid; its settings ride along for the browser. */
function place(panel: Panel, href: string, alone: boolean): Html {
  const { x = 0, y = 0, w = 12, h = 8 } = alone ? { x: 0, y: 0, w: 24, h: 16 } : (panel.gridPos ?? {})
  const at = html`data-x="${x}" data-y="${y}" data-w="${w}" data-h="${h}"`
  if (panel.type === 'row') return html`<h2 class="row" ${at}>${panel.title ?? ''}</h2>`
  if (panel.type === 'text') {
    const { content = '' } = (panel.options ?? {}) as { content?: string }
    return html`<section class="panel of-text" ${at}><h3>${panel.title ?? ''}</h3><div class="content">${safe(renderMarkdown(content))}</div></section>`
  }
  const {
    id,
    type,
    title = '',
    description = '',
    fieldConfig = {},
    options = {},
    transformations = [],
    links = [],
  } = panel
  const targets = (panel.targets ?? []).map(({ refId, format, instant }) => ({ refId, format, instant }))
  const settings = { id, type, title, fieldConfig, options, transformations, links, targets }
  return html`<section class="panel of-${type}" id="panel-${id}" ${at} data-panel="${JSON.stringify(settings)}">
<div class="head"><h3 title="${description}"><a href="${href}&viewPanel=${id}">${title}</a></h3>
<details class="menu"><summary aria-label="About ${title}">⋮</summary><div class="pop">
<p>${description}</p><div class="links"></div>
<details class="queries"${alone ? safe(' open') : ''}><summary>Queries</summary><div></div></details></div></details></div>
<div class="content"><p class="note">loading</p></div>
</section>${alone ? html`<aside class="about"><p>${description}</p><h3>Queries</h3><div class="asked"></div></aside>` : ''}`
}
