// One trace as a waterfall: a line a span under its parent, with a bar to scale over the whole trace.
import { fields, make, note, swatch } from './elements.js'
import { assignColours } from './shared/colours.ts'
import { linksOfSpan } from './shared/span-links.ts'
import { inTree } from './shared/tree.ts'
import { formatTime, formatValue } from './shared/units.ts'

const place = document.querySelector('.trace')

async function show() {
  place.replaceChildren(note('loading'))
  try {
    const response = await fetch(`/trace/${encodeURIComponent(place.dataset.trace)}/data`)
    if (!response.ok) throw new Error(`the console answered ${response.status}`)
    const { spans, from } = await response.json()
    place.replaceChildren(...(spans.length > 0 ? waterfall(spans, from) : nothing(from)))
  } catch (error) {
    place.replaceChildren(note(`not loaded: ${error.message}`, 'error'))
  }
}

function nothing(why) {
  const again = make('button', { type: 'button', textContent: 'Look again' })
  again.addEventListener('click', show)
  const logs = make('a', {
    href: `/logs?trace_id=${encodeURIComponent(place.dataset.trace)}`,
    textContent: 'its log lines',
  })
  return [note(`No spans: ${why}`, 'nothing'), again, ' ', logs]
}

const ms = (value) => formatValue(value, 'ms')

function waterfall(spans, source) {
  const start = Math.min(...spans.map(({ startMs }) => startMs))
  const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs))
  const total = end - start || 1
  const services = [...new Set(spans.map(({ service }) => service))]
  const shades = assignColours(services)
  const colours = new Map(services.map((service, index) => [service, shades[index]]))
  const failed = spans.filter(({ error }) => error !== undefined).length
  const lines = inTree(spans)
  const rows = lines.map((line) => rowOf(line, { start, total, colours }))
  fold(lines, rows)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const tick = make('span', { className: 'tick', textContent: ms(part * total) })
    tick.style.left = `${part * 100}%`
    return tick
  })
  const logs = `/logs?trace_id=${encodeURIComponent(place.dataset.trace)}&from=${Math.floor(start - 60_000)}&to=${Math.ceil(end + 600_000)}`
  return [
    make(
      'p',
      { className: 'summary' },
      make('b', { textContent: lines[0].span.name }),
      ` at ${formatTime(start)} · ${ms(end - start)} · ${spans.length} spans · `,
      make('span', {
        className: failed > 0 ? 'error' : '',
        textContent: failed > 0 ? `${failed} with an error` : 'no error',
      }),
      ` · from ${source} · `,
      make('a', { href: logs, textContent: 'its log lines' }),
    ),
    make(
      'p',
      { className: 'services' },
      ...services.map((service) => make('span', {}, swatch(colours.get(service)), service || '(no service)')),
    ),
    make(
      'div',
      { className: 'span head' },
      make('span', { textContent: 'service and operation' }),
      make('div', { className: 'ticks' }, ...ticks),
    ),
    ...rows.map(({ element }) => element),
  ]
}

function rowOf({ span, depth, children }, { start, total, colours }) {
  const { service, name, startMs, durationMs, error } = span
  const bar = make('div', { className: `bar ${error === undefined ? '' : 'error'}` })
  const left = ((startMs - start) / total) * 100
  bar.style.left = `${Math.min(left, 99.7)}%`
  // However short, a span is seen.
  bar.style.width = `${Math.max((durationMs / total) * 100, 0.3)}%`
  bar.style.background = colours.get(service)
  const label = make('span', { className: 'length', textContent: ms(durationMs) })
  if (left > 60) label.style.right = `${100 - left}%`
  else label.style.left = `${Math.min(left + (durationMs / total) * 100, 100)}%`
  const toggle = make('button', {
    type: 'button',
    className: 'bare fold',
    textContent: children > 0 ? '▾' : '',
    disabled: children === 0,
  })
  toggle.setAttribute('aria-label', 'show or hide what it called')
  const title = make(
    'button',
    { type: 'button', className: 'bare title', title: `${service} ${name}` },
    make('b', { textContent: service }),
    ` ${name}`,
    error === undefined ? '' : ' ✗',
  )
  const names = make('span', { className: 'names' }, toggle, title)
  names.style.paddingLeft = `${Math.min(depth, 20) * 14}px`
  const line = make(
    'div',
    { className: `span ${error === undefined ? '' : 'failed'}` },
    names,
    make('div', { className: 'lane' }, bar, label),
  )
  line.style.setProperty('--colour', colours.get(service))
  const element = make('div', {}, line)
  title.addEventListener('click', () => {
    const open = element.querySelector('.details')
    if (open) open.remove()
    else element.append(details(span, start))
  })
  return { element, toggle, depth }
}

/** A parent hides and shows all that stands below it. */
function fold(lines, rows) {
  for (const [index, { toggle }] of rows.entries()) {
    toggle.addEventListener('click', () => {
      const hide = toggle.textContent === '▾'
      toggle.textContent = hide ? '▸' : '▾'
      for (const { element, toggle: inner } of rows.slice(index + 1, index + 1 + lines[index].children)) {
        element.hidden = hide
        if (!hide && inner.textContent === '▸') inner.textContent = '▾'
      }
    })
  }
}

function details(span, start) {
  const { spanId, parentId, kind, service, startMs, durationMs, error, attributes, resource, events } = span
  const sorted = (values) => Object.entries(values).sort(([a], [b]) => a.localeCompare(b))
  const element = make(
    'div',
    { className: 'details' },
    error === undefined ? null : note(error, 'error'),
    fields([
      ['service', service],
      ['kind', kind],
      ['starts after', ms(startMs - start)],
      ['duration', ms(durationMs)],
      ['span', parentId ? `${spanId} (in ${parentId})` : spanId],
      [
        'see also',
        make(
          'span',
          { className: 'links' },
          ...linksOfSpan(place.dataset.trace, span).flatMap(({ title, path }, index) => [
            index > 0 ? ' · ' : '',
            make('a', { href: path, textContent: title }),
          ]),
        ),
      ],
    ]),
    Object.keys(attributes).length > 0 ? make('h3', { textContent: 'Attributes' }) : null,
    fields(sorted(attributes)),
  )
  for (const { name, afterMs, attributes: said } of events)
    element.append(make('h3', { textContent: `Event ${name}, after ${ms(afterMs)}` }), fields(sorted(said)))
  element.append(make('details', {}, make('summary', { textContent: 'Process' }), fields(sorted(resource))))
  return element
}

show()
