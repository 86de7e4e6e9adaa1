// Puts every panel in its place, fills it, and keeps it up to date.
import { draw } from './panels.js'

const grid = document.querySelector('.grid')
const form = document.querySelector('form')

for (const element of grid.querySelectorAll('[data-x]')) {
  const { x, y, w, h } = element.dataset
  element.style.gridColumn = `${Number(x) + 1} / span ${w}`
  element.style.gridRow = `${Number(y) + 1} / span ${h}`
}

const panels = [...grid.querySelectorAll('.panel')].map((element) => ({
  element,
  content: element.querySelector('.content'),
  settings: JSON.parse(element.dataset.panel),
  visible: false,
}))

async function fill(panel) {
  panel.abort?.abort()
  panel.abort = new AbortController()
  const url = `/d/${encodeURIComponent(grid.dataset.dashboard)}/panels/${panel.settings.id}${location.search}`
  try {
    const response = await fetch(url, { signal: panel.abort.signal })
    if (!response.ok) throw new Error(`the console answered ${response.status}`)
    panel.data = await response.json()
    draw(panel.content, panel.settings, panel.data)
  } catch (error) {
    if (error.name === 'AbortError') return
    panel.content.replaceChildren(
      Object.assign(document.createElement('p'), { className: 'note', textContent: `not loaded: ${error.message}` }),
    )
  }
}

// Only what is on the screen costs queries.
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const panel = panels.find(({ element }) => element === target)
    panel.visible = isIntersecting
    if (isIntersecting && !panel.data) fill(panel)
  }
})
for (const { element } of panels) observer.observe(element)

const [, amount, unit] = /^(\d+)([smh])$/.exec(grid.dataset.refresh) ?? []
if (amount) {
  const seconds = Number(amount) * { s: 1, m: 60, h: 3600 }[unit]
  setInterval(() => {
    if (document.hidden) return
    for (const panel of panels) {
      if (panel.visible) fill(panel)
      else panel.data = undefined
    }
  }, seconds * 1000)
}

let resizing
addEventListener('resize', () => {
  clearTimeout(resizing)
  resizing = setTimeout(() => {
    for (const { content, settings, data } of panels) if (data) draw(content, settings, data)
  }, 200)
})

form.addEventListener('change', ({ target }) => {
  // A range out of the list always ends now.
  if (target.name === 'from') form.elements.to.value = 'now'
  form.submit()
})
