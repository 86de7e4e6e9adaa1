// Series over time.
import { colourOf, css, overrideOf } from './colours.js'
import { largestOf, lastOf, make, row } from './elements.js'
import { formatValue } from './units.js'
import uPlot from './uplot.js'

const plots = new WeakMap()

/** Takes away what was drawn into the element. */
export function clear(content) {
  plots.get(content)?.destroy()
  plots.delete(content)
}

/** Draws a panel's series into the element, with a legend below. */
export function series(content, settings, { table: { times, series: all }, range }) {
  const { unit, decimals, min, max, custom = {}, thresholds } = settings.fieldConfig.defaults ?? {}
  const stacked = custom.stacking?.mode === 'normal' || settings.type === 'heatmap'
  const format = (value) => formatValue(value, settings.type === 'heatmap' ? 'short' : unit, decimals)
  const lines = stacked ? stack(all) : all
  // The legend scrolls beyond that.
  const legendRows = Math.min(all.length + 1, 5)
  const height = Math.max(90, content.clientHeight - 10 - legendRows * 20)
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
      axes: [
        { ...axis, space: 70, values: clock },
        { ...axis, size: 70, values: (_, splits) => splits.map((value) => format(value)) },
      ],
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

/** Each series on top of those before it; a time at which none has a value is a gap in all. */
function stack(all) {
  const gaps = (all[0]?.values ?? []).map((_, index) => all.every(({ values }) => values[index] === null))
  const sums = []
  return all.map((each) => ({
    ...each,
    values: each.values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0)
      return gaps[index] ? null : sums[index]
    }),
  }))
}

/** Times of day, with seconds or days where the steps are so short or so long. */
function clock(_, splits, __, ___, step) {
  const fields =
    step >= 86_400 ? { day: '2-digit', month: 'short' } : { hour: '2-digit', minute: '2-digit', hour12: false }
  if (step < 60) fields.second = '2-digit'
  return splits.map((seconds) => new Date(seconds * 1000).toLocaleString([], fields))
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
