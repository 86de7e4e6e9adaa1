// The result of one query; numbers as curves and, below, as a table of their last values.
import { make } from './elements.js'
import { load } from './loader.js'
import { draw, failed } from './panel.js'
import { table } from './table.js'

const element = document.querySelector('.explored')
if (element) {
  const view = { timeQuery: '', variablesQuery: '', variables: {} }
  const panel = {
    element,
    content: element.querySelector('.content'),
    settings: JSON.parse(element.dataset.panel),
    view,
    marks: [],
  }
  load(panel, `${element.dataset.source}&points=${element.clientWidth}`, (_, error) => {
    if (error) return failed(panel, error)
    draw(panel)
    if (panel.settings.type !== 'timeseries' || panel.data.table.series.length === 0) return
    const content = make('div', { className: 'content' })
    element.after(make('section', { className: 'values' }, make('h2', { textContent: 'Last values' }), content))
    table({ ...panel, content })
  })
  element.addEventListener('zoom', ({ detail: { from, to } }) => {
    const next = new URL(element.dataset.source, location.href).searchParams
    next.set('from', String(Math.round(from)))
    next.set('to', String(Math.round(to)))
    location.href = `/explore?${next}`
  })
}
