// Elements of a page. Text is always text: nothing that came from a server becomes markup.

/** An element with properties and children. */
export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children.filter((child) => child !== undefined && child !== null))
  return element
}

/** An element of a drawing, with attributes. */
export const svg = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

export const note = (text, kind = '') => make('p', { className: `note ${kind}`.trim(), textContent: text })

export const row = (tag, cells) => make('tr', {}, ...cells.map((textContent) => make(tag, { textContent })))

export const swatch = (colour) => {
  const element = make('span', { className: 'swatch' })
  element.style.background = colour
  return element
}

const dark = matchMedia('(prefers-color-scheme: dark)')
export const isDark = () => dark.matches

/** Names and values below one another. */
export const fields = (pairs) =>
  make(
    'table',
    { className: 'fields' },
    make(
      'tbody',
      {},
      ...pairs.map(([name, value]) => make('tr', {}, make('th', { textContent: name }), make('td', {}, value))),
    ),
  )
