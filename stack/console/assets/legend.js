// Names of curves below them, with their last and largest values where the panel says so.
import { make, swatch } from './elements.js'
import { show } from './shared/fields.ts'
import { isSafe, resolveLink } from './shared/links.ts'
import { reduce, titleOf } from './shared/reduce.ts'

/** @returns the element, and where to say what is done when a curve is switched on or off */
export function legend(panel, curves) {
  const {
    displayMode = 'list',
    showLegend = true,
    calcs = [],
    sortBy,
    sortDesc = false,
  } = panel.settings.options.legend ?? {}
  let toggle = () => {}
  const hidden = new Set()
  const entries = curves.map((curve, index) => ({
    ...curve,
    index,
    numbers: calcs.map((calculation) => reduce(curve.values, calculation)),
  }))
  const listed = entries.filter(({ custom }) => !custom.hideFrom?.legend)

  /** A click shows this curve alone; with Ctrl it is switched on or off; again brings all back. */
  const choose = (index, single) => {
    if (single) hidden.has(index) ? hidden.delete(index) : hidden.add(index)
    else {
      const alone = entries.every((each) => hidden.has(each.index) === (each.index !== index))
      hidden.clear()
      if (!alone) for (const each of entries) if (each.index !== index) hidden.add(each.index)
    }
    for (const each of entries) toggle(each.index, !hidden.has(each.index))
    for (const name of element.querySelectorAll('[data-index]'))
      name.classList.toggle('off', hidden.has(Number(name.dataset.index)))
  }
  const nameOf = (entry) => {
    const name = make(
      'button',
      { type: 'button', className: 'bare', title: entry.name },
      swatch(entry.colour),
      entry.name,
    )
    name.dataset.index = entry.index
    name.addEventListener('click', ({ ctrlKey, metaKey }) => choose(entry.index, ctrlKey || metaKey))
    return make('span', { className: 'name' }, name, ...linksOf(panel, entry))
  }
  const element = make('div', { className: 'legend' })
  if (showLegend && displayMode === 'table') element.append(tableOf(listed, calcs, nameOf, sortBy, sortDesc))
  else if (showLegend && displayMode !== 'hidden') {
    element.classList.add('list')
    for (const entry of listed) {
      const numbers = entry.numbers.map((value, at) => `${titleOf(calcs[at])} ${show(value, entry.field).text}`)
      element.append(make('span', {}, nameOf(entry), numbers.length > 0 ? ` ${numbers.join(', ')}` : ''))
    }
  }
  return {
    element,
    onToggle: (given) => {
      toggle = given
    },
  }
}

function tableOf(entries, calcs, nameOf, sortBy, sortDesc) {
  // Grafana names the column by its title: "Max".
  const wanted = calcs.findIndex(
    (each) => sortBy && [each, titleOf(each)].some((name) => name.toLowerCase() === sortBy.toLowerCase()),
  )
  let order = { column: wanted, down: sortDesc }
  const rows = new Map(
    entries.map((entry) => [
      entry,
      make(
        'tr',
        {},
        make('td', {}, nameOf(entry)),
        ...entry.numbers.map((value) => make('td', { textContent: show(value, entry.field).text })),
      ),
    ]),
  )
  const body = make('tbody')
  const sort = () => {
    const { column, down } = order
    const value = ({ numbers }) => numbers[column] ?? -Infinity
    const sorted =
      column < 0
        ? down
          ? entries.toReversed()
          : entries
        : entries.toSorted((a, b) => (down ? value(b) - value(a) : value(a) - value(b)))
    body.replaceChildren(...sorted.map((entry) => rows.get(entry)))
  }
  const heads = ['', ...calcs.map(titleOf)].map((title, at) => {
    const button = make('button', {
      type: 'button',
      className: 'bare',
      textContent: title || `${entries.length} series`,
      title: 'Sort',
    })
    button.addEventListener('click', () => {
      order = { column: at - 1, down: order.column === at - 1 ? !order.down : true }
      sort()
    })
    return make('th', {}, button)
  })
  sort()
  return make('table', {}, make('thead', {}, make('tr', {}, ...heads)), body)
}

/** Where a series leads: the traces behind it, its own dashboard. */
function linksOf({ view, data }, { field, labels, name, values }) {
  const value = reduce(values, 'lastNotNull')
  const context = {
    ...view,
    from: data.range.from,
    to: data.range.to,
    labels,
    name,
    value: { text: show(value, field).text, raw: value },
  }
  return (field.links ?? []).flatMap(({ title, url }) => {
    const href = resolveLink(url, context)
    return isSafe(href) ? make('a', { className: 'next', href, title: title || href, textContent: '↗' }) : []
  })
}
