// A band for each series, coloured by the state it was in.
import { isDark, make, swatch } from './elements.js'
import { assignColours, css } from './shared/colours.ts'
import { fieldOf, show } from './shared/fields.ts'
import { bandsOf } from './shared/states.ts'
import { axis, clockOf, plotOver, widthOf } from './time-plot.js'

export function timeline(panel) {
  const { content, settings, data } = panel
  const { times, series } = data.table
  const rows = series.map((each) => {
    const field = fieldOf(settings.fieldConfig, { ...each, type: 'number' })
    const bands = bandsOf(times, each.values, data.stepMs / 1000).map((band) => ({
      ...band,
      ...show(band.value, field),
    }))
    return { name: field.displayName ?? each.name, bands }
  })
  const states = new Map(rows.flatMap(({ bands }) => bands.map(({ text, color }) => [text, color])))
  const automatic = assignColours([...states.keys()])
  const colours = new Map(
    [...states].map(([text, color], index) => [text, color ? css(color, isDark()) : automatic[index]]),
  )
  const legend = make(
    'div',
    { className: 'legend list' },
    ...[...colours].slice(0, 12).map(([text, colour]) => make('span', {}, swatch(colour), text)),
  )
  content.append(legend)
  const height = Math.max(70, content.clientHeight - legend.offsetHeight - 4)
  const labelWidth = widthOf(
    rows.map(({ name }) => name),
    content.clientWidth / 3,
  )
  const every = Math.max(1, Math.ceil((rows.length * 14) / (height - 30)))

  plotOver(panel, {
    height,
    options: {
      scales: { y: { range: () => [0, rows.length] } },
      axes: [
        {
          ...axis(),
          size: 14 + labelWidth,
          grid: { show: false },
          // The first stands at the top.
          splits: () => rows.flatMap((_, index) => (index % every === 0 ? rows.length - index - 0.5 : [])),
          values: (_, splits) => splits.map((at) => cut(rows[rows.length - at - 0.5]?.name ?? '', labelWidth)),
        },
      ],
      series: [{}, { show: false, scale: 'y' }],
    },
    data: [times, times.map(() => null)],
    paint: (self) => {
      for (const [index, { bands }] of rows.entries())
        for (const band of bands) paintBand(self, rows.length - index, band, colours)
    },
    describe: (_, self) => {
      const row = rows[rows.length - 1 - Math.floor(self.posToVal(self.cursor.top, 'y'))]
      const time = self.posToVal(self.cursor.left, 'x')
      const band = row?.bands.find(({ from, to }) => from <= time && time < to)
      if (!band) return []
      const span = `${clockOf(band.from)} to ${clockOf(band.to)}`
      return [
        make(
          'div',
          {},
          swatch(colours.get(band.text)),
          make('span', { textContent: row.name }),
          make('b', { textContent: band.text }),
        ),
        make('small', { textContent: span }),
      ]
    },
  })
}

function paintBand(self, place, { from, to, text }, colours) {
  const { ctx, bbox } = self
  const [left, right] = [from, to].map((time) =>
    Math.min(Math.max(self.valToPos(time, 'x', true), bbox.left), bbox.left + bbox.width),
  )
  const [top, bottom] = [place - 0.1, place - 0.9].map((at) => self.valToPos(at, 'y', true))
  ctx.save()
  ctx.globalAlpha = 0.8
  ctx.fillStyle = colours.get(text)
  ctx.fillRect(left, top, Math.max(right - left, 1), bottom - top)
  ctx.globalAlpha = 1
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`
  if (ctx.measureText(text).width < right - left - 8 && bottom - top > 12 * devicePixelRatio) {
    ctx.fillStyle = '#fff'
    ctx.textBaseline = 'middle'
    ctx.textAlign = 'left'
    ctx.fillText(text, left + 4, (top + bottom) / 2)
  }
  ctx.restore()
}

function cut(name, width) {
  if (widthOf([name], Infinity) <= width) return name
  let text = name
  while (text.length > 1 && widthOf([`${text}…`], Infinity) > width) text = text.slice(0, -1)
  return `${text}…`
}
