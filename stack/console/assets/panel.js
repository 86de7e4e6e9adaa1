// Shows what a panel's queries gave: one function a type of panel.
import { note } from './elements.js'
import { barGauge, gauge } from './gauges.js'
import { heatmap } from './heatmap.js'
import { logs } from './logs.js'
import { series } from './series.js'
import { stat } from './stat.js'
import { table } from './table.js'
import { clear } from './time-plot.js'
import { timeline } from './timeline.js'
import { traces } from './traces.js'

const types = {
  timeseries: series,
  stat,
  gauge,
  bargauge: barGauge,
  table,
  heatmap,
  'state-timeline': timeline,
  'status-history': timeline,
  logs,
  traces,
}
const names = { prometheus: 'Prometheus', loki: 'Loki', tempo: 'Tempo' }

function trouble({ kind, datasource, message }) {
  if (kind !== 'unavailable') return note(`The query was refused: ${message}`, 'error')
  return message.endsWith('does not run here')
    ? note(`Needs ${names[datasource]}, which does not run here.`, 'unavailable')
    : note(`${names[datasource]} is not available: ${message}`, 'error')
}

/** Draws `{ content, settings, data, marks, view }` anew. */
export function draw(panel) {
  const { content, settings, data } = panel
  clear(content)
  content.classList.remove('failed')
  // Queries of a panel often fail for one reason.
  const said = new Map(data.failures.map((failure) => [`${failure.datasource} ${failure.message}`, failure]))
  const troubles = [...said.values()].map(trouble)
  const empty =
    data.lines.length === 0 &&
    data.traces.length === 0 &&
    data.table.series.every(({ values }) => values.every((value) => value === null))
  if (empty) {
    const nothing = settings.fieldConfig.defaults?.noValue
    content.replaceChildren(
      ...(troubles.length > 0 ? troubles : [note(nothing && nothing !== '–' ? nothing : 'no data', 'nothing')]),
    )
    return
  }
  content.replaceChildren(...troubles)
  const kind = data.lines.length > 0 ? logs : data.traces.length > 0 ? traces : types[settings.type]
  if (kind) kind(panel)
  else content.append(note(`Panels of type "${settings.type}" are drawn in Grafana only.`))
}

/** What was shown before stays, since it is still the newest that is known. */
export function failed({ content, data }, error) {
  const said = note(`not loaded: ${error.message}`, 'error')
  if (!data) return content.replaceChildren(said)
  content.querySelector(':scope > .stale')?.remove()
  said.classList.add('stale')
  content.prepend(said)
}
