// What happened meanwhile, across the curves: alerts as bands for as long as they fired, events as lines.
import { isDark, make } from './elements.js'
import { css, withAlpha } from './shared/colours.ts'
import { formatTime } from './shared/units.ts'

/** Draws bands and lines on the plot's canvas, below the curves. */
export function drawMarks(self, marks) {
  const { ctx, bbox } = self
  ctx.save()
  for (const { kind, from, to, colour } of marks) {
    const [left, right] = [from, to].map((time) => clamp(self.valToPos(time, 'x', true), bbox))
    ctx.strokeStyle = css(colour, isDark())
    if (kind === 'span') {
      ctx.fillStyle = withAlpha(css(colour, isDark()), 0.1)
      ctx.fillRect(left, bbox.top, Math.max(right - left, 1), bbox.height)
    } else {
      ctx.setLineDash([5, 4])
      ctx.beginPath()
      ctx.moveTo(left, bbox.top)
      ctx.lineTo(left, bbox.top + bbox.height)
      ctx.stroke()
    }
  }
  ctx.restore()
}

const clamp = (x, { left, width }) => Math.min(Math.max(x, left), left + width)

/** A handle at the foot of each, which says what it was; what stands close together shares one. */
export function placeMarks(self, layer, marks) {
  const width = self.over.clientWidth
  const groups = new Map()
  for (const mark of marks) {
    const left = Math.min(Math.max(self.valToPos(mark.from, 'x'), 0), width)
    const length = mark.kind === 'span' ? Math.max(Math.min(self.valToPos(mark.to, 'x'), width) - left, 3) : 0
    const key = `${mark.kind} ${mark.colour} ${Math.round(left / 5)} ${Math.round(length / 5)}`
    const group = groups.get(key) ?? { ...mark, left, length, texts: new Set() }
    group.texts.add(say(mark))
    groups.set(key, group)
  }
  for (const { kind, colour, left, length, texts } of groups.values()) {
    const handle = make('span', {
      className: kind === 'event' ? 'mark event' : 'mark',
      title: [...texts].slice(0, 12).join('\n'),
    })
    handle.style.left = `${left}px`
    if (length > 0) handle.style.width = `${length}px`
    handle.style.setProperty('--colour', css(colour, isDark()))
    layer.append(handle)
  }
}

function say({ kind, name, title, text, from, to }) {
  const time = kind === 'event' ? formatTime(from * 1000) : `${formatTime(from * 1000)} to ${formatTime(to * 1000)}`
  return [name === title ? name : `${name}: ${title}`, text, time].filter(Boolean).join(' · ')
}
