// The frame of everything that is drawn over time: axis, crosshair, marks, tooltip and zoom.
import { make } from './elements.js'
import { drawMarks, placeMarks } from './marks.js'
import { formatClock, formatTime } from './shared/units.ts'
import uPlot from './uplot.js'

const plots = new WeakMap()

/** Takes away what was drawn into the element. */
export function clear(content) {
  plots.get(content)?.destroy()
  plots.delete(content)
}

/**
 * Draws over the panel's range.
 * @param height in pixels
 * @param options uPlot's own: series, scales, axes, bands
 * @param data uPlot's own: times, then values
 * @param paint called with the plot to draw on its canvas, below the curves
 * @param describe the rows of the tooltip at an index and a pointer's place; empty for none
 * @param place called with the plot and an element over it, to put others there, whenever the plot was drawn
 */
export function plotOver(panel, { height, options, data, paint, describe, place }) {
  const {
    content,
    data: { range },
    marks = [],
  } = panel
  const box = make('div', { className: 'plot' })
  content.prepend(box)
  for (const trouble of [...content.querySelectorAll(':scope > .note')].reverse()) content.prepend(trouble)
  const tip = make('div', { className: 'tip', hidden: true })
  const layer = make('div')
  const plot = new uPlot(
    {
      width: content.clientWidth,
      height,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      ...options,
      cursor: {
        sync: { key: 'time', setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        ...options.cursor,
      },
      scales: {
        ...options.scales,
        // The range asked for, not that of the data: a gap at the end is to be seen.
        x: { time: true, range: () => [range.from / 1000, range.to / 1000] },
      },
      axes: [{ ...axis(), space: 80, size: 28, gap: 6, values: clock }, ...options.axes],
      hooks: {
        drawClear: [(self) => drawMarks(self, marks), ...(paint ? [paint] : [])],
        draw: [(self) => cover(self, layer, marks, place)],
        setCursor: [(self) => hover(self, tip, describe)],
        setSelect: [(self) => zoom(self, content)],
      },
    },
    data,
    box,
  )
  plots.set(content, plot)
  plot.over.append(layer, tip)
  return plot
}

/** What lies over the curves can be pointed at; it follows them when they are drawn anew. */
function cover(self, layer, marks, place) {
  layer.replaceChildren()
  placeMarks(self, layer, marks)
  place?.(self, layer)
}

export const axis = () => ({
  stroke: '#8e8e8e',
  grid: { stroke: '#8883', width: 1 },
  ticks: { show: false },
  font: '11px system-ui, sans-serif',
})

const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power)
const fractions = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 2.5, 5].map((digit) => digit * 10 ** (power - 10)),
).flat()
const durationSteps = [
  ...fractions,
  ...[1, 2, 5, 10, 15, 20, 30],
  ...[60, 120, 300, 600, 900, 1_200, 1_800],
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240, 720, 2_400, 8_760].map((hours) => hours * 3_600),
]
const steps = { bytes: binarySteps, binBps: binarySteps, s: durationSteps, dtdurations: durationSteps }

/** Bytes are read in powers of two, durations in halves and quarters of an hour. */
export const stepsOf = (unit) => (Object.hasOwn(steps, unit) ? { incrs: steps[unit] } : {})

/** How much room the longest of the labels needs, in pixels. */
export function widthOf(labels, most = 220) {
  const context = document.createElement('canvas').getContext('2d')
  context.font = '11px system-ui, sans-serif'
  return Math.min(most, Math.max(0, ...labels.map((label) => context.measureText(label).width)))
}

/** Times of day, with seconds or days where the steps are so short or so long. */
function clock(_, splits, __, ___, step) {
  return splits.map((seconds) => {
    const text = formatTime(seconds * 1000)
    if (step >= 86_400) return text.slice(5, 10)
    if (step >= 43_200) return text.slice(5, 16)
    return step < 60 ? text.slice(11) : text.slice(11, 16)
  })
}

function hover(self, tip, describe) {
  const { idx, left, top } = self.cursor
  // Crosshairs move together; the tooltip is for the plot that is pointed at.
  const rows = idx === null || idx === undefined || left < 0 || !self.over.matches(':hover') ? [] : describe(idx, self)
  tip.hidden = rows.length === 0
  if (rows.length === 0) return
  const at = self.posToVal(left, 'x') * 1000
  tip.replaceChildren(make('time', { textContent: formatTime(self.data[0][idx] * 1000 || at) }), ...rows)
  const { clientWidth: width, clientHeight: height } = self.over
  tip.style.left = left > width / 2 ? '' : `${left + 14}px`
  tip.style.right = left > width / 2 ? `${width - left + 14}px` : ''
  tip.style.top = top > height / 2 ? '' : `${Math.max(0, top + 10)}px`
  tip.style.bottom = top > height / 2 ? `${height - top + 10}px` : ''
}

function zoom(self, content) {
  const { left, width } = self.select
  if (width < 8) return
  const [from, to] = [left, left + width].map((x) => self.posToVal(x, 'x') * 1000)
  content.dispatchEvent(new CustomEvent('zoom', { bubbles: true, detail: { from, to } }))
}

export const clockOf = (seconds) => formatClock(seconds * 1000)
