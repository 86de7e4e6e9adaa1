import { html } from 'hono/html'
import { parseRange } from '../queries/time-range.ts'
import { type Exploration, explorationPanel, explorePath } from './explore.ts'
import { type Html, page, safe, time } from './page.ts'

const sources = [
  ['prometheus', 'Metrics (PromQL)'],
  ['loki', 'Logs (LogQL)'],
  ['tempo', 'Traces (TraceQL)'],
] as const

/** One query with its result, and a form to change it. */
export function explorePage(asked: Exploration | undefined): Html {
  const { datasource = 'prometheus', text = '', from = 'now-1h', to = 'now' } = asked ?? {}
  const body = html`<h1>Explore</h1>
<form method="get" action="/explore" class="explore range">
<label>Ask <select name="datasource">${sources.map(
    ([value, label]) =>
      html`<option value="${value}"${value === datasource ? safe(' selected') : ''}>${label}</option>`,
  )}</select></label>
<label>From <input name="from" value="${from}" required></label>
<label>To <input name="to" value="${to}" required></label>
<textarea name="query" rows="3" spellcheck="false" aria-label="query">${text}</textarea>
<button>Show</button>
</form>
${asked ? result(asked) : html`<p class="note">Ask a query above; links in dashboards and runbooks lead here with theirs.</p>`}`
  return page({ title: 'Explore', body, scripts: ['explore.js'], styles: ['uplot.css', 'panels.css', 'lists.css'] })
}

function result(asked: Exploration): Html {
  const { panel } = explorationPanel(asked)
  const range = parseRange(asked.from, asked.to)
  const { id, type, fieldConfig, options } = panel
  const settings = { id, type, title: '', fieldConfig, options, transformations: [], links: [], targets: panel.targets }
  const data = explorePath(asked).replace('/explore?', '/explore/data?')
  return html`<p class="note">${time(range.from)} to ${time(range.to)}</p>
<section class="panel of-${type} explored" data-source="${data}" data-panel="${JSON.stringify(settings)}">
<div class="content"><p class="note">loading</p></div></section>`
}
