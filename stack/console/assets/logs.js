// Log lines, newest first; each opens with its fields and leads to its trace.
import { fields, make, note } from './elements.js'
import { formatTime } from './shared/units.ts'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

export function logs({ content, data, settings }) {
  const most = settings.targets?.[0]?.maxLines ?? 100
  const list = make('ol', { className: 'logs' }, ...data.lines.map(lineOf))
  content.append(list)
  if (data.lines.length >= most)
    content.append(note(`The newest ${data.lines.length} lines; a shorter range shows older ones.`))
}

function lineOf({ timeMs, line, labels }) {
  const level = labels.severity_text ?? labels.detected_level ?? ''
  const details = make(
    'details',
    {},
    make(
      'summary',
      {},
      make('time', { textContent: formatTime(timeMs) }),
      make('span', { className: 'level', textContent: level }),
      make('span', { className: 'service', textContent: labels.service_name ?? '' }),
      make('span', { textContent: [line, gist(labels)].filter(Boolean).join(' ') }),
    ),
  )
  // Fields are made when they are looked at: a hundred lines have thousands.
  details.addEventListener('toggle', () => {
    if (details.childElementCount === 1) details.append(fieldsOf(labels, timeMs))
  })
  return make('li', { className: levels.includes(level) ? level : '' }, details)
}

/** What tells one line from the next with the same message: the request, or else the error. */
function gist(labels) {
  const { metadata_method: method, metadata_path: path, metadata_status: status, exception_message: error } = labels
  if (method) return `${method} ${path ?? ''} → ${status ?? ''}`
  return error ?? labels.error_message ?? labels.metadata_operation ?? labels.metadata_queue ?? ''
}

const hour = 3_600_000

function fieldsOf(labels, timeMs) {
  const around = `from=${timeMs - hour}&to=${timeMs + hour}`
  const links = {
    trace_id: (id) => [
      make('a', { href: `/trace/${encodeURIComponent(id)}`, textContent: id }),
      ' ',
      make('a', { href: `/logs?trace_id=${encodeURIComponent(id)}&${around}`, textContent: 'all its lines' }),
    ],
    correlationId: (id) => [
      make('a', { href: `/logs?correlation_id=${encodeURIComponent(id)}&${around}`, textContent: id }),
    ],
  }
  return fields(
    Object.entries(labels)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, value]) => [
        name,
        Object.hasOwn(links, name) && value ? make('span', {}, ...links[name](value)) : value,
      ]),
  )
}
