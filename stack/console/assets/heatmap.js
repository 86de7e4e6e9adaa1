// How many fell into which bucket, over time: a cell each, the stronger the more.
import { isDark, make } from './elements.js'
import { gridOf, strength } from './shared/buckets.ts'
import { css, withAlpha } from './shared/colours.ts'
import { formatValue } from './shared/units.ts'
import { axis, plotOver, widthOf } from './time-plot.js'

const hues = { Blues: 'blue', Greens: 'green', Oranges: 'orange', Purples: 'purple', Reds: 'red' }

export function heatmap(panel) {
  const { content, settings, data } = panel
  const { color = {}, yAxis = {}, cellValues = {} } = settings.options
  const unit = yAxis.unit ?? settings.fieldConfig.defaults?.unit ?? 'short'
  const { bounds, cells, max } = gridOf(data.table.series)
  const { times } = data.table
  const hue = css(hues[color.scheme] ?? 'blue', isDark())
  const paintOf = (value) => withAlpha(hue, 0.1 + 0.9 * strength(value, max, color.exponent ?? 0.5))
  const nameOf = (bound) => (bound === Infinity ? 'more' : formatValue(bound, unit))
  const count = (value) => formatValue(value, cellValues.unit ?? 'short', cellValues.decimals)
  const step = data.stepMs / 1000

  const scale = colourScale(max, paintOf, count)
  content.append(scale)
  const height = Math.max(70, content.clientHeight - scale.offsetHeight - 4)
  // A label every so many bounds, so that none is printed over another.
  const every = Math.max(1, Math.ceil((bounds.length * 15) / height))
  const labels = bounds.map(nameOf)

  plotOver(panel, {
    height,
    options: {
      scales: { y: { range: () => [0, bounds.length] } },
      axes: [
        {
          ...axis(),
          size: 14 + widthOf(labels),
          splits: () => bounds.flatMap((_, index) => ((bounds.length - 1 - index) % every === 0 ? index + 1 : [])),
          values: (_, splits) => splits.map((at) => labels[at - 1] ?? ''),
        },
      ],
      series: [{}, { show: false, scale: 'y' }],
      cursor: { y: true },
    },
    data: [times, times.map(() => null)],
    paint: (self) => {
      const { ctx } = self
      ctx.save()
      for (const [row, values] of cells.entries()) {
        const [top, bottom] = [self.valToPos(row + 1, 'y', true), self.valToPos(row, 'y', true)]
        for (const [at, value] of values.entries()) {
          if (!value) continue
          // A rate at a time is about the step before it.
          const left = Math.max(self.valToPos(times[at] - step, 'x', true), self.bbox.left)
          const right = self.valToPos(times[at], 'x', true)
          ctx.fillStyle = paintOf(value)
          // Cells that are narrow stand side by side: gaps would be all that is seen.
          const gap = right - left > 6 ? 1 : 0
          ctx.fillRect(left, top + 0.5, Math.max(right - left - gap, 1), bottom - top - 1)
        }
      }
      ctx.restore()
    },
    describe: (_, self) => {
      const row = Math.floor(self.posToVal(self.cursor.top, 'y'))
      const time = self.posToVal(self.cursor.left, 'x')
      const at = times.findIndex((each) => each >= time)
      if (at < 0 || !cells[row]) return []
      const value = cells[row][at]
      const above = row === 0 ? '' : `${labels[row - 1]} to `
      return [
        make(
          'div',
          {},
          make('span', { textContent: `${above}${labels[row]}` }),
          make('b', { textContent: count(value) }),
        ),
      ]
    },
  })
}

function colourScale(max, paintOf, count) {
  const ramp = make('span', { className: 'ramp' })
  ramp.style.background = `linear-gradient(to right, ${[0, 0.05, 0.2, 0.5, 1].map((part) => `${paintOf(part * max)} ${part * 100}%`).join(', ')})`
  return make(
    'div',
    { className: 'scale' },
    make('span', { textContent: '0' }),
    ramp,
    make('span', { textContent: count(max) }),
  )
}
