// Numbers by label: a row for each set of labels, a column a query.
import { isDark, make, note } from './elements.js'
import { css, withAlpha } from './shared/colours.ts'
import { fieldOf, show } from './shared/fields.ts'
import { isSafe, resolveLink } from './shared/links.ts'
import { rowsOf, sortedBy, transform } from './shared/rows.ts'

/** More is not read, but found with the filter. */
const mostRows = 200

export function table(panel) {
  const { content, settings, data } = panel
  const refIds = [
    ...new Set([...settings.targets.map(({ refId }) => refId), ...data.table.series.map(({ refId }) => refId)]),
  ].filter(Boolean)
  const all = transform(rowsOf(data.table.series, refIds), settings.transformations)
  const columns = all.columns.map((column) => {
    const field = fieldOf(settings.fieldConfig, column)
    // The panel's unit is that of numbers.
    return { ...column, field: column.type === 'string' ? { ...field, unit: undefined } : field }
  })
  const [first] = settings.options.sortBy ?? []
  // What a reader chose before a refresh still holds.
  panel.sorting ??= { name: first?.displayName, down: first?.desc ?? false }
  panel.filter ??= ''

  const body = make('tbody')
  const rest = note('')
  const heads = columns.map(({ name, type, field }) => {
    const button = make('button', { type: 'button', className: 'bare', textContent: field.displayName ?? name })
    button.addEventListener('click', () => {
      panel.sorting = { name, down: panel.sorting.name === name ? !panel.sorting.down : type === 'number' }
      fill()
    })
    return make('th', { className: type === 'number' ? 'number' : '' }, button)
  })
  const fill = () => {
    const sorted = panel.sorting.name ? sortedBy(all, panel.sorting.name, panel.sorting.down).rows : all.rows
    const texts = sorted.map((row) => ({
      row,
      cells: columns.map((column) => show(row[column.source] ?? null, column.field)),
    }))
    const wanted = panel.filter.toLowerCase()
    const found = texts.filter(({ cells }) => !wanted || cells.some(({ text }) => text.toLowerCase().includes(wanted)))
    body.replaceChildren(
      ...found
        .slice(0, mostRows)
        .map(({ row, cells }) =>
          make('tr', {}, ...columns.map((column, at) => cell(panel, column, row, cells[at], columns))),
        ),
    )
    rest.textContent =
      found.length === 0
        ? 'nothing matches'
        : found.length > mostRows
          ? `${found.length - mostRows} more rows: narrow the filter`
          : ''
    for (const [at, head] of heads.entries())
      head.ariaSort =
        columns[at].name === panel.sorting.name ? (panel.sorting.down ? 'descending' : 'ascending') : 'none'
  }
  if (all.rows.length > 8) {
    const filter = make('input', {
      type: 'search',
      placeholder: `find in ${all.rows.length} rows`,
      value: panel.filter,
      className: 'filter',
    })
    filter.setAttribute('aria-label', 'find')
    filter.addEventListener('input', () => {
      panel.filter = filter.value
      fill()
    })
    content.append(filter)
  }
  fill()
  content.append(make('table', { className: 'rows' }, make('thead', {}, make('tr', {}, ...heads)), body), rest)
}

function cell({ view, data }, { source, type, field, name }, row, { text, color }, columns) {
  const element = make('td', { className: type === 'number' ? 'number' : '' })
  const [link] = field.links ?? []
  const rowTexts = Object.fromEntries(columns.map((column) => [column.name, String(row[column.source] ?? '')]))
  const labels = Object.fromEntries(Object.entries(row).map(([label, value]) => [label, String(value ?? '')]))
  const context = { ...view, ...data.range, labels, row: rowTexts, name, value: { text, raw: row[source] ?? null } }
  const href = link && text !== '' ? resolveLink(link.url, context) : ''
  element.append(isSafe(href) ? make('a', { href, textContent: text, title: link.title ?? '' }) : text)
  const kind = field.custom?.cellOptions?.type
  const stepped =
    color ??
    (kind?.startsWith('color')
      ? show(row[source] ?? null, { ...field, color: { mode: 'thresholds' } }).color
      : undefined)
  if (stepped && stepped !== 'text') {
    if (kind === 'color-background') element.style.background = withAlpha(css(stepped, isDark()), 0.35)
    else element.style.color = css(stepped, isDark())
  }
  return element
}
