// Elements of a page, and what is said of a series' values.

/** An element with properties and children; text is always text. */
export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}
export const note = (text) => make('p', { className: 'note', textContent: text })

export const row = (tag, cells) => make('tr', {}, ...cells.map((textContent) => make(tag, { textContent })))

export const lastOf = (values) => values.findLast((value) => value !== null) ?? null
export const largestOf = (values) =>
  values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null)
