// Curves over time.
import { isDark, make, swatch } from './elements.js'
import { placeExemplars } from './exemplars.js'
import { legend } from './legend.js'
import { assignColours, css, withAlpha } from './shared/colours.ts'
import { absoluteSteps, fieldOf, show } from './shared/fields.ts'
import { axis, plotOver, stepsOf, widthOf } from './time-plot.js'
import uPlot from './uplot.js'

export function series(panel) {
  const { content, settings, data } = panel
  const { times, series: all } = data.table
  const automatic = assignColours(all.map(({ name }) => name))
  const curves = all
    .map((each, index) => {
      const field = fieldOf(settings.fieldConfig, { ...each, type: 'number' })
      const { mode, fixedColor } = field.color ?? {}
      const colour = mode === 'fixed' ? css(fixedColor, isDark()) : automatic[index]
      return { ...each, name: field.displayName ?? each.name, field, colour, custom: field.custom ?? {}, index }
    })
    .filter(({ custom }) => !custom.hideFrom?.viz)
  const shown = stacked(curves)
  const units = [...new Set(curves.map(({ field }) => field.unit ?? 'short'))]
  const scaleOf = ({ field }) => (units.indexOf(field.unit ?? 'short') <= 0 ? 'y' : `y-${field.unit}`)

  // The legend first: what it leaves is for the curves.
  const { element, onToggle } = legend(panel, curves)
  content.append(element)
  const height = Math.max(70, content.clientHeight - element.offsetHeight - 4)

  const plot = plotOver(panel, {
    height,
    options: {
      scales: Object.fromEntries(
        units.map((unit) => {
          const of = curves.filter(({ field }) => (field.unit ?? 'short') === unit)
          return [scaleOf(of[0]), scale(of)]
        }),
      ),
      axes: units.slice(0, 2).map((unit, index) => {
        const { field } = curves.find((each) => (each.field.unit ?? 'short') === unit)
        const format = (value) => show(value, { ...field, mappings: [], decimals: undefined }).text
        return {
          ...axis(),
          scale: index === 0 ? 'y' : `y-${unit}`,
          side: index === 0 ? 3 : 1,
          grid: { ...axis().grid, show: index === 0 },
          size: (_, values) => 14 + widthOf(values ?? []),
          ...stepsOf(unit),
          values: (_, splits) => splits.map(format),
        }
      }),
      series: [{}, ...shown.map((curve) => lineOf(curve, scaleOf(curve), shown.length))],
      // Stacked, each fills down to the one below it, or its colour would be mixed with those of all above.
      bands: shown.flatMap(({ below }, index) => (below === undefined ? [] : { series: [index + 1, below + 1] })),
    },
    data: [times, ...shown.map(({ drawn }) => drawn)],
    paint: (self) => {
      for (const { field } of curves.slice(0, 1)) thresholds(self, field)
    },
    describe: (at, self) =>
      rowsAt(
        at,
        curves.filter((_, index) => self.series[index + 1].show),
      ),
    place: (self, layer) => placeExemplars(self, layer, data.exemplars, curves[0]?.field ?? {}),
  })
  onToggle((index, visible) => plot.setSeries(index + 1, { show: visible }))
}

/** Each stacked curve on top of those before it; a time at which none has a value is a gap in all. */
function stacked(curves) {
  const sums = new Map()
  const last = new Map()
  return curves.map((curve, index) => {
    const { mode, group = 'A' } = curve.custom.stacking ?? {}
    if (mode !== 'normal' && mode !== 'percent') return { ...curve, drawn: curve.values }
    const before = sums.get(group) ?? []
    const together = curves.filter(
      ({ custom }) => custom.stacking?.mode === mode && (custom.stacking.group ?? 'A') === group,
    )
    const total = curve.values.map((value, at) =>
      together.every(({ values }) => values[at] === null) ? null : (before[at] ?? 0) + (value ?? 0),
    )
    sums.set(group, total)
    const below = last.get(group)
    last.set(group, index)
    return { ...curve, drawn: total, below }
  })
}

/** Beyond that many, ground that overlaps is mud. */
const mostFilled = 8

function lineOf({ name, colour, custom, drawn, below }, scale, count) {
  const filled = count <= mostFilled || below !== undefined || custom.stacking?.mode === 'normal'
  const fill = custom.fillOpacity && filled ? withAlpha(colour, custom.fillOpacity / 100) : undefined
  const bars = custom.drawStyle === 'bars'
  return {
    label: name,
    scale,
    stroke: colour,
    width: custom.lineWidth ?? 1,
    dash: custom.lineStyle?.dash,
    fill: bars ? withAlpha(colour, (custom.fillOpacity ?? 80) / 100) : fill,
    spanGaps: custom.spanNulls === true,
    ...(bars && { paths: uPlot.paths.bars({ size: [0.8, 40] }) }),
    // A value between two gaps has no line to be seen by.
    points: { show: true, size: 4, fill: colour, filter: () => alone(drawn) },
  }
}

const alone = (values) =>
  values.flatMap((value, at) =>
    value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? at : [],
  )

function scale(curves) {
  const [{ field, custom }] = curves
  const log = custom.scaleDistribution?.type === 'log'
  return {
    ...(log && { distr: 3, log: custom.scaleDistribution.log ?? 10 }),
    range: (_, low, high) => {
      if (log && low > 0) return [low, high]
      const { min, max } = field
      const least = min ?? Math.min(low ?? 0, custom.axisSoftMin ?? low ?? 0)
      const most = max ?? Math.max(high ?? 1, custom.axisSoftMax ?? high ?? 1)
      const room = (most - least || Math.abs(most) || 1) * 0.05
      return [min ?? (least === 0 ? 0 : least - room), max ?? most + room]
    },
  }
}

/** Where good ends, as dashed lines; as coloured ground where the panel says so. */
function thresholds(self, field) {
  const mode = field.custom?.thresholdsStyle?.mode ?? 'off'
  if (mode === 'off') return
  const { ctx, bbox } = self
  const steps = absoluteSteps(field)
  ctx.save()
  for (const [index, { value, color }] of steps.entries()) {
    const y = value === null ? bbox.top + bbox.height : self.valToPos(value, 'y', true)
    const above = steps[index + 1] ? self.valToPos(steps[index + 1].value, 'y', true) : bbox.top
    if (mode.includes('area')) {
      const [top, bottom] = [Math.max(above, bbox.top), Math.min(y, bbox.top + bbox.height)]
      ctx.fillStyle = withAlpha(css(color, isDark()), 0.08)
      if (bottom > top) ctx.fillRect(bbox.left, top, bbox.width, bottom - top)
    }
    if (value === null || mode === 'area' || y < bbox.top || y > bbox.top + bbox.height) continue
    ctx.strokeStyle = css(color, isDark())
    ctx.lineWidth = 1.5
    ctx.setLineDash(mode.includes('dashed') ? [6, 6] : [])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}

/** More would cover the curves. */
const mostRows = 14

function rowsAt(at, curves) {
  const there = curves.filter(({ values }) => values[at] !== null).sort((a, b) => b.values[at] - a.values[at])
  const rows = there
    .slice(0, mostRows)
    .map(({ name, colour, values, field }) =>
      make(
        'div',
        {},
        swatch(colour),
        make('span', { textContent: name }),
        make('b', { textContent: show(values[at], field).text }),
      ),
    )
  const more = there.length - rows.length
  return more > 0 ? [...rows, make('small', { textContent: `and ${more} more below` })] : rows
}
