// Draws what a panel's queries gave: one function a type of panel.
import { formatValue } from './units.js'
import uPlot from './uplot.js'

/** Colours that can be told apart on light and dark ground; a series keeps its colour by its name. */
const palette = [
  '#5794f2',
  '#73bf69',
  '#f2883e',
  '#b877d9',
  '#e0b400',
  '#ff7383',
  '#37b6c4',
  '#a0703c',
  '#8f9bb3',
  '#d65cad',
]
const named = {
  green: '#56a64b',
  orange: '#ff780a',
  red: '#e02f44',
  blue: '#3274d9',
  yellow: '#e0b400',
  purple: '#a352cc',
  text: '#8e8e8e',
}
const shades = { 'light-blue': '#8ab8ff', 'light-green': '#96d98d', 'light-red': '#ff7383', 'light-orange': '#ffb357' }
const plots = new WeakMap()

export function draw(content, settings, data) {
  plots.get(content)?.destroy()
  plots.delete(content)
  const empty = data.table.series.every(({ values }) => values.every((value) => value === null))
  const nothing = empty && data.lines.length === 0 && data.traces.length === 0
  const notes = data.failures.map(({ kind, message }) =>
    note(kind === 'unavailable' ? `Source unavailable: ${message}` : `The query was refused: ${message}`),
  )
  if (nothing && notes.length === 0) {
    content.replaceChildren(note(settings.fieldConfig.defaults?.noValue ?? 'no data'))
    return
  }
  content.replaceChildren(...notes)
  if (nothing) return
  if (data.lines.length > 0) content.append(logs(data.lines))
  else if (data.traces.length > 0) content.append(traces(data.traces))
  else if (settings.type === 'stat' || settings.type === 'gauge') content.append(...stats(settings, data))
  else if (settings.type === 'table') content.append(table(settings, data))
  else series(content, settings, data)
}

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}
const note = (text) => make('p', { className: 'note', textContent: text })

const lastOf = (values) => values.findLast((value) => value !== null) ?? null
const largestOf = (values) =>
  values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null)

function colourOf(name) {
  let hash = 0
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) >>> 0
  return palette[hash % palette.length]
}

/** Grafana's named colours, their light and dark shades, and plain CSS ones. */
const css = (colour) => named[colour] ?? shades[colour] ?? named[colour?.split('-').at(-1)] ?? colour

function overrideOf({ fieldConfig }, { refId, name }) {
  const properties = {}
  for (const { matcher, properties: given } of fieldConfig.overrides ?? []) {
    if (
      (matcher.id === 'byFrameRefID' && matcher.options === refId) ||
      (matcher.id === 'byName' && matcher.options === name) ||
      (matcher.id === 'byRegexp' && pattern(matcher.options).test(name))
    ) {
      for (const { id, value } of given) properties[id] = value
    }
  }
  return properties
}

/** Grafana writes a pattern as `/…/`. */
const pattern = (text) => new RegExp(text.replace(/^\/(.*)\/$/, '$1'))

function stats(settings, { table: { series: all } }) {
  const { unit, decimals, thresholds } = settings.fieldConfig.defaults ?? {}
  return all.map(({ name, values }) => {
    const value = lastOf(values)
    const text = make('div', { className: 'value', textContent: formatValue(value, unit, decimals) })
    const step = thresholds?.steps?.findLast(({ value: from }) => from === null || value >= from)
    if (step) text.style.color = css(step.color)
    return all.length > 1
      ? make('div', { className: 'stat' }, text, make('small', { textContent: name }))
      : make('div', { className: 'stat' }, text)
  })
}

/** A row for each set of labels and a column for each query, as Grafana's `merge` makes them; sorted by the first query. */
function table(settings, { table: { series: all } }) {
  const { fieldConfig, transformations } = settings
  const names = transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {}
  const titleOf = (refId) => names[`Value #${refId}`] ?? names.Value ?? 'value'
  const refIds = [...new Set(all.map(({ refId }) => refId))].sort()
  const labels = [...new Set(all.flatMap(({ labels: each }) => Object.keys(each)))].filter(
    (label) => label !== '__name__',
  )
  const rows = new Map()
  for (const { labels: each, refId, values } of all) {
    const key = JSON.stringify(labels.map((label) => each[label] ?? ''))
    rows.set(key, { ...rows.get(key), [refId]: lastOf(values) })
  }
  const cell = (refId, value) => {
    const { unit = fieldConfig.defaults?.unit } = overrideOf(settings, { name: titleOf(refId) })
    return formatValue(value ?? null, unit, fieldConfig.defaults?.decimals)
  }
  const sorted = [...rows].sort(([, a], [, b]) => (b[refIds[0]] ?? 0) - (a[refIds[0]] ?? 0))
  return make(
    'table',
    {},
    make('thead', {}, row('th', [...labels.map((label) => names[label] ?? label), ...refIds.map(titleOf)])),
    make(
      'tbody',
      {},
      ...sorted.map(([key, values]) =>
        row('td', [...JSON.parse(key), ...refIds.map((refId) => cell(refId, values[refId]))]),
      ),
    ),
  )
}

const row = (tag, cells) => make('tr', {}, ...cells.map((textContent) => make(tag, { textContent })))

function logs(lines) {
  return make(
    'ol',
    { className: 'logs' },
    ...lines.map(({ timeMs, line, labels }) =>
      make(
        'li',
        { className: labels.severity_text ?? labels.detected_level ?? '' },
        make('time', { textContent: new Date(timeMs).toLocaleTimeString() }),
        ` ${labels.service_name ?? ''} ${line}`,
      ),
    ),
  )
}

function traces(found) {
  const rows = found.map(({ traceId, service, rootName, startMs, durationMs }) =>
    row('td', [new Date(startMs).toLocaleTimeString(), service, rootName, formatValue(durationMs, 'ms'), traceId]),
  )
  return make(
    'table',
    {},
    make('thead', {}, row('th', ['start', 'service', 'operation', 'duration', 'trace'])),
    make('tbody', {}, ...rows),
  )
}

function series(content, settings, { table: { times, series: all }, range }) {
  const { unit, decimals, min, max, custom = {}, thresholds } = settings.fieldConfig.defaults ?? {}
  const stacked = custom.stacking?.mode === 'normal' || settings.type === 'heatmap'
  const format = (value) => formatValue(value, settings.type === 'heatmap' ? 'short' : unit, decimals)
  const lines = stacked ? stack(all) : all
  const legendRows = Math.min(all.length, 6)
  const height = Math.max(90, content.clientHeight - 30 - legendRows * 20)
  const colours = all.map((each) => {
    const { color } = overrideOf(settings, each)
    return color?.fixedColor ? css(color.fixedColor) : colourOf(each.name)
  })
  const axis = { stroke: '#8e8e8e', grid: { stroke: '#8884', width: 1 }, ticks: { show: false } }
  const bounds =
    custom.thresholdsStyle?.mode === 'dashed' ? (thresholds?.steps ?? []).filter(({ value }) => value !== null) : []
  const plot = new uPlot(
    {
      width: content.clientWidth,
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: {
        // The range asked for, not that of the data: a gap at the end is to be seen.
        x: {
          time: true,
          min: range.from / 1000,
          max: range.to / 1000,
          range: () => [range.from / 1000, range.to / 1000],
        },
        y: { range: (_, low, high) => spread(min ?? low, max ?? high) },
      },
      axes: [axis, { ...axis, size: 70, values: (_, splits) => splits.map((value) => formatValue(value, unit)) }],
      series: [
        {},
        ...lines.map(({ name, refId }, index) => ({
          label: name,
          stroke: colours[index],
          width: custom.lineWidth ?? 1,
          dash: overrideOf(settings, { refId, name })['custom.lineStyle']?.dash,
          fill: custom.fillOpacity ? alpha(colours[index], custom.fillOpacity) : undefined,
          spanGaps: custom.spanNulls === true,
          points: { show: times.length < 3 },
        })),
      ],
      // Stacked, each fills down to the one below it, or its colour would be mixed with those of all above.
      bands: stacked ? lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : [],
      hooks: {
        drawAxes: [...bounds.map((bound) => (self) => threshold(self, bound))],
        setCursor: [(self) => hover(self, values, format, all, times)],
      },
    },
    [times, ...lines.map(({ values: each }) => each)],
    content,
  )
  plots.set(content, plot)
  const values = legend(all, colours, format)
  content.append(values.element)
}

const alpha = (colour, percent) =>
  `${colour}${Math.round(percent * 2.55)
    .toString(16)
    .padStart(2, '0')}`

function spread(low, high) {
  if (low === null || high === null) return [0, 1]
  const room = (high - low || Math.abs(high) || 1) * 0.05
  return [low === 0 ? 0 : low - room, high + room]
}

/** Each series on top of those before it. */
function stack(all) {
  const sums = []
  return all.map((each) => ({
    ...each,
    values: each.values.map((value, index) => (sums[index] = (sums[index] ?? 0) + (value ?? 0))),
  }))
}

function threshold(self, { value, color }) {
  const y = self.valToPos(value, 'y', true)
  const { left, top, width, height } = self.bbox
  if (y < top || y > top + height) return
  self.ctx.save()
  self.ctx.strokeStyle = css(color)
  self.ctx.setLineDash([6, 6])
  self.ctx.beginPath()
  self.ctx.moveTo(left, y)
  self.ctx.lineTo(left + width, y)
  self.ctx.stroke()
  self.ctx.restore()
}

/** Names with their last and largest value; while the pointer is over the plot, with the value there. */
function legend(all, colours, format) {
  const cells = all.map(({ values }) => make('td', { textContent: format(lastOf(values)) }))
  const rows = all.map(({ name, values }, index) => {
    const swatch = make('span', { className: 'swatch' })
    swatch.style.background = colours[index]
    return make(
      'tr',
      {},
      make('td', {}, swatch, name),
      cells[index],
      make('td', { textContent: format(largestOf(values)) }),
    )
  })
  const head = row('th', ['', 'last', 'max'])
  return {
    cells,
    head,
    element: make(
      'div',
      { className: 'legend' },
      make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)),
    ),
  }
}

function hover(self, { cells, head }, format, all, times) {
  const { idx } = self.cursor
  head.children[1].textContent =
    idx === null || idx === undefined ? 'last' : new Date(times[idx] * 1000).toLocaleTimeString()
  cells.forEach((cell, index) => {
    const { values } = all[index]
    cell.textContent = format(idx === null || idx === undefined ? lastOf(values) : values[idx])
  })
}
