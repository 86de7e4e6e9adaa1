// Where something stands against its limits: on an arc, or as a bar each.
import { isDark, make, svg } from './elements.js'
import { css } from './shared/colours.ts'
import { absoluteSteps } from './shared/fields.ts'
import { isSafe, resolveLink } from './shared/links.ts'
import { reduced } from './stat.js'

/** The whole of a unit, where it has one; else a little more than the largest value or limit. */
function scaleOf(all, field) {
  const { min = 0, max, unit } = field
  if (max !== undefined) return { min, max }
  const values = all.map(({ value }) => value ?? 0)
  if (unit === 'percentunit' || unit === 'percent')
    return { min, max: Math.max(unit === 'percent' ? 100 : 1, ...values) }
  const limits = absoluteSteps(field).map(({ value }) => value ?? 0)
  return { min, max: Math.max(...values, ...limits) * 1.1 || 1 }
}

const partOf = (value, { min, max }) => Math.min(Math.max(((value ?? min) - min) / (max - min || 1), 0), 1)

/** A point on the arc: 0 at the lower left, 1 at the lower right. */
function point(part, radius) {
  const angle = Math.PI * (1.15 - 1.3 * part)
  return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(50 - radius * Math.sin(angle)).toFixed(2)}`
}
const arc = (from, to, radius, width, colour) =>
  svg('path', {
    d: `M ${point(from, radius)} A ${radius} ${radius} 0 ${(to - from) * 1.3 > 1 ? 1 : 0} 1 ${point(to, radius)}`,
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
  })

export function gauge(panel) {
  const all = reduced(panel)
  const box = make('div', { className: 'gauges' })
  for (const { name, value, text, colour = '#8e8e8e', field } of all) {
    const scale = scaleOf([{ value }], field)
    const drawing = svg('svg', { viewBox: '0 0 100 74', role: 'img', 'aria-label': `${name}: ${text}` })
    drawing.append(arc(0, 1, 38, 10, '#8883'))
    const part = partOf(value, scale)
    if (value !== null && part > 0.002) drawing.append(arc(0, part, 38, 10, colour))
    const steps = absoluteSteps(field)
    for (const [index, step] of steps.entries()) {
      const [from, to] = [step.value ?? scale.min, steps[index + 1]?.value ?? scale.max].map((limit) =>
        partOf(limit, scale),
      )
      if (to > from) drawing.append(arc(from, to, 45, 2.5, css(step.color, isDark())))
    }
    const size = Math.min(14, 50 / (text.length * 0.6))
    drawing.append(
      svg('text', { x: 50, y: 56, 'text-anchor': 'middle', 'font-size': size, 'font-weight': 600, fill: colour }, text),
    )
    box.append(make('div', { className: 'gauge' }, drawing, all.length > 1 ? make('small', { textContent: name }) : ''))
  }
  panel.content.append(box)
}

export function barGauge(panel) {
  const all = reduced(panel)
  const shared = scaleOf(all, all[0].field)
  const box = make('div', { className: 'bars' })
  for (const entry of all) {
    const { name, value, text, colour = css('blue', isDark()), field } = entry
    const filled = make('div', { className: 'filled' })
    filled.style.width = `${(partOf(value, field.max === undefined ? shared : scaleOf([], field)) * 100).toFixed(1)}%`
    filled.style.background = colour
    const number = make('b', { textContent: text })
    number.style.color = colour
    box.append(
      make('div', { className: 'bar' }, linked(panel, entry, name), make('div', { className: 'room' }, filled), number),
    )
  }
  panel.content.append(box)
}

/** The name, as a link where the series has one. */
function linked({ view, data }, { field, labels, text, value }, name) {
  const [link] = field.links ?? []
  const context = { ...view, ...data.range, labels, name, value: { text, raw: value } }
  const href = link && resolveLink(link.url, context)
  return href && isSafe(href)
    ? make('a', { href, textContent: name, title: link.title ?? name })
    : make('span', { textContent: name, title: name })
}
