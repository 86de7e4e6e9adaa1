// One number each, coloured by its limits, with its course behind it.
import { isDark, make, svg } from './elements.js'
import { css } from './shared/colours.ts'
import { fieldOf, show } from './shared/fields.ts'
import { reduce } from './shared/reduce.ts'

/** The number that a panel's reduction makes of each series, with how it looks. */
export function reduced({ settings, data }) {
  const [calculation = 'lastNotNull'] = settings.options.reduceOptions?.calcs ?? []
  return data.table.series.map((each) => {
    const field = fieldOf(settings.fieldConfig, { ...each, type: 'number' })
    const value = reduce(each.values, calculation)
    const { text, color } = show(value, field)
    const colour = color && color !== 'text' ? css(color, isDark()) : undefined
    return { ...each, name: field.displayName ?? each.name, field, value, text, colour }
  })
}

export function stat(panel) {
  const { content, settings, data } = panel
  const { graphMode = 'none', colorMode = 'value', textMode = 'auto' } = settings.options
  const all = reduced(panel)
  const box = make('div', { className: 'stats' })
  content.append(box)
  const columns = columnsFor(all.length, content.clientWidth, content.clientHeight)
  box.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`
  const room = { width: content.clientWidth / columns, height: content.clientHeight / Math.ceil(all.length / columns) }
  const named = textMode === 'value_and_name' || textMode === 'name' || (textMode === 'auto' && all.length > 1)
  const longest = Math.max(...all.map(({ text }) => text.length))
  const size = Math.max(13, Math.min(room.height * (named ? 0.38 : 0.5), (room.width / longest) * 1.4, 36))
  for (const { name, value, text, colour, values } of all) {
    const number = make('div', { className: 'value', textContent: textMode === 'name' ? name : text })
    number.style.fontSize = `${size}px`
    const element = make('div', { className: 'stat' }, number)
    if (named && textMode !== 'name') element.append(make('small', { textContent: name, title: name }))
    if (colorMode.startsWith('background') && colour) {
      element.classList.add('ground')
      element.style.background = colour
    } else if (colorMode !== 'none' && colour) number.style.color = colour
    if (graphMode === 'area' && value !== null)
      element.prepend(sparkline(data.table.times, values, data.range, colour ?? '#8e8e8e'))
    box.append(element)
  }
}

/** As square as the room allows. */
function columnsFor(count, width, height) {
  const columns = Math.round(Math.sqrt((count * width) / Math.max(height, 1) / 2))
  return Math.min(Math.max(columns, 1), count)
}

/** The course of a series without axes; gaps are gaps. */
function sparkline(times, values, range, colour) {
  const present = values.filter((value) => value !== null)
  const [low, high] = [Math.min(...present), Math.max(...present)]
  const x = (time) => ((time * 1000 - range.from) / (range.to - range.from)) * 100
  // A value that never changes runs along the foot.
  const y = (value) => (high === low ? 29 : 29 - ((value - low) / (high - low)) * 26)
  const parts = [[]]
  for (const [index, value] of values.entries()) {
    if (value === null) parts.push([])
    else parts.at(-1).push(`${x(times[index]).toFixed(2)},${y(value).toFixed(2)}`)
  }
  const drawing = svg('svg', { viewBox: '0 0 100 30', preserveAspectRatio: 'none', class: 'spark' })
  for (const part of parts.filter(({ length }) => length > 1)) {
    const [first, last] = [part[0].split(',')[0], part.at(-1).split(',')[0]]
    drawing.append(
      svg('polygon', { points: `${first},30 ${part.join(' ')} ${last},30`, fill: colour, 'fill-opacity': 0.15 }),
      svg('polyline', {
        points: part.join(' '),
        fill: 'none',
        stroke: colour,
        'stroke-width': 1,
        'vector-effect': 'non-scaling-stroke',
      }),
    )
  }
  return drawing
}
