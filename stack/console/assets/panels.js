// Shows what a panel's queries gave: one function a type of panel.
import { css, overrideOf } from './colours.js'
import { lastOf, make, note, row } from './elements.js'
import { clear, series } from './plot.js'
import { formatValue } from './units.js'

export function draw(content, settings, data) {
  clear(content)
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

const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB')

/** What tells one line from the next with the same message: the request, or else the error. */
function gist(labels) {
  const { metadata_method: method, metadata_path: path, metadata_status: status, exception_message: error } = labels
  return method ? `${method} ${path ?? ''} → ${status ?? ''}` : (error ?? '')
}

function logs(lines) {
  return make(
    'ol',
    { className: 'logs' },
    ...lines.map(({ timeMs, line, labels }) =>
      make(
        'li',
        { className: labels.severity_text ?? labels.detected_level ?? '' },
        make(
          'details',
          {},
          make(
            'summary',
            {},
            make('time', { textContent: clock(timeMs) }),
            ` ${labels.service_name ?? ''} ${line} ${gist(labels)}`,
          ),
          make(
            'table',
            {},
            make(
              'tbody',
              {},
              ...Object.entries(labels)
                .sort()
                .map((field) => row('td', field)),
            ),
          ),
        ),
      ),
    ),
  )
}

function traces(found) {
  const rows = found.map(({ traceId, service, rootName, startMs, durationMs }) =>
    row('td', [clock(startMs), service, rootName, formatValue(durationMs, 'ms'), traceId]),
  )
  return make(
    'table',
    {},
    make('thead', {}, row('th', ['start', 'service', 'operation', 'duration', 'trace'])),
    make('tbody', {}, ...rows),
  )
}
