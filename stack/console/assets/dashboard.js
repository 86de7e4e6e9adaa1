// Puts every panel in its place, fills it, and keeps it up to date.
import { make } from './elements.js'
import { load } from './loader.js'
import { draw, failed } from './panel.js'
import { isSafe, resolveLink } from './shared/links.ts'

const grid = document.querySelector('.grid')
const view = JSON.parse(grid.dataset.view)
const dashboard = encodeURIComponent(grid.dataset.dashboard)
const query = `${view.timeQuery}&${view.variablesQuery}`

for (const element of grid.querySelectorAll('[data-x]')) {
  const { x, y, w, h } = element.dataset
  element.style.gridColumn = `${Number(x) + 1} / span ${w}`
  element.style.gridRow = `${Number(y) + 1} / span ${h}`
}

const panels = [...grid.querySelectorAll('[data-panel]')].map((element) => ({
  element,
  content: element.querySelector('.content'),
  settings: JSON.parse(element.dataset.panel),
  view,
  marks: [],
  visible: false,
}))

function fill(panel) {
  const { clientWidth } = panel.content
  const points = panel.settings.type === 'heatmap' ? clientWidth / 6 : clientWidth
  load(panel, `/d/${dashboard}/panels/${panel.settings.id}?${query}&points=${Math.round(points)}`, show)
}

function show(panel, error) {
  if (error) return failed(panel, error)
  draw(panel)
  showLinks(panel)
  const asked = panel.data.queries.map(({ refId, datasource, text }) => {
    const { from, to } = panel.data.range
    const explore = `/explore?${new URLSearchParams({ datasource, query: text, from, to })}`
    return make(
      'div',
      { className: 'query' },
      make('code', { textContent: text }),
      make('a', { href: explore, textContent: `Explore ${refId}` }),
    )
  })
  for (const place of [panel.element.querySelector('.queries > div'), grid.querySelector('.asked')])
    place?.replaceChildren(...asked.map((each) => each.cloneNode(true)))
}

/** The next question, with this panel's time range and variables. */
function showLinks({ element, settings, data }) {
  const context = { ...view, from: data.range.from, to: data.range.to }
  const links = settings.links.flatMap(({ title, url = '' }) => {
    const href = resolveLink(url, context)
    return isSafe(href) ? make('a', { href, textContent: title || href }) : []
  })
  element.querySelector('.menu .links').replaceChildren(...links)
}

// Only what is on the screen costs queries.
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const panel = panels.find(({ element }) => element === target)
    panel.visible = isIntersecting
    if (isIntersecting && !panel.data) fill(panel)
    else if (!isIntersecting && !panel.data) {
      panel.abort?.abort()
      panel.busy = false
    }
  }
})
for (const { element } of panels) observer.observe(element)

// What happened meanwhile is drawn across all curves; they do not wait for it.
async function annotate() {
  const response = await fetch(`/d/${dashboard}/annotations?${query}`).catch(() => undefined)
  const marks = response?.ok ? await response.json() : []
  for (const panel of panels) {
    panel.marks = marks
    if (panel.data && marks.length > 0) draw(panel)
  }
}
annotate()

function again() {
  for (const panel of panels) {
    // One that still waits for a slow server is not asked again, or it would never be shown.
    if (panel.visible && !panel.busy) fill(panel)
    else if (!panel.visible) panel.data = undefined
  }
  annotate()
}
document.querySelector('.again')?.addEventListener('click', again)

const [, amount, unit] = /^(\d+)([smh])$/.exec(grid.dataset.refresh) ?? []
if (amount) {
  const seconds = Number(amount) * { s: 1, m: 60, h: 3600 }[unit]
  setInterval(() => {
    if (!document.hidden) again()
  }, seconds * 1000)
}

const redraw = () => {
  for (const panel of panels) if (panel.data) draw(panel)
}
let resizing
addEventListener('resize', () => {
  clearTimeout(resizing)
  resizing = setTimeout(redraw, 200)
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)

// A stretch that was marked with the pointer becomes the range shown.
grid.addEventListener('zoom', ({ detail: { from, to } }) => {
  const next = new URLSearchParams(location.search)
  next.set('from', String(Math.round(from)))
  next.set('to', String(Math.round(to)))
  for (const [name, value] of new URLSearchParams(view.variablesQuery)) if (!next.has(name)) next.append(name, value)
  location.search = next.toString()
})
