// Single requests over the curves: each dot opens the trace behind it.
import { make } from './elements.js'
import { show } from './shared/fields.ts'
import { formatTime } from './shared/units.ts'

export function placeExemplars(self, layer, exemplars, field) {
  const { clientWidth: width, clientHeight: height } = self.over
  for (const { timeMs, value, traceId, labels } of exemplars) {
    const left = self.valToPos(timeMs / 1000, 'x')
    if (left < 0 || left > width) continue
    // What lies above the curves is put at their upper edge: it is there, and it can be opened.
    const top = Math.min(Math.max(self.valToPos(value, 'y'), 0), height)
    const said = Object.entries(labels).map(([name, text]) => `${name}: ${text}`)
    const dot = make('a', {
      className: 'exemplar',
      href: `/trace/${encodeURIComponent(traceId)}`,
      title: [`${show(value, field).text} at ${formatTime(timeMs)}`, ...said, `trace ${traceId}`].join('\n'),
    })
    dot.setAttribute('aria-label', `Trace of ${show(value, field).text}`)
    dot.style.left = `${left}px`
    dot.style.top = `${top}px`
    // Not the beginning of a zoom.
    dot.addEventListener('mousedown', (event) => event.stopPropagation())
    layer.append(dot)
  }
}
