// Traces, one a row, newest first or as the panel says; each opens its waterfall.
import { make } from './elements.js'
import { formatTime, formatValue } from './shared/units.ts'

export function traces({ content, settings, data }) {
  const longest = Math.max(...data.traces.map(({ durationMs }) => durationMs), 1)
  const [order] = settings.options?.sortBy ?? []
  const sorted =
    order?.displayName === 'Duration' ? data.traces.toSorted((a, b) => b.durationMs - a.durationMs) : data.traces
  const rows = sorted.map(({ traceId, service, rootName, startMs, durationMs }) => {
    const filled = make('div', { className: 'filled' })
    filled.style.width = `${((durationMs / longest) * 100).toFixed(1)}%`
    const name = rootName || '(its root has not arrived)'
    return make(
      'tr',
      {},
      make('td', { className: 'nowrap', textContent: formatTime(startMs) }),
      make('td', { textContent: service }),
      make('td', {}, make('a', { href: `/trace/${encodeURIComponent(traceId)}`, textContent: name })),
      make('td', { className: 'number', textContent: formatValue(durationMs, 'ms') }),
      make('td', { className: 'length' }, make('div', { className: 'room' }, filled)),
    )
  })
  const heads = ['start', 'service', 'operation', 'duration', ''].map((textContent) =>
    make('th', { textContent, className: textContent === 'duration' ? 'number' : '' }),
  )
  content.append(
    make(
      'table',
      { className: 'rows traces' },
      make('thead', {}, make('tr', {}, ...heads)),
      make('tbody', {}, ...rows),
    ),
  )
}
