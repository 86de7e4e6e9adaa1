// Grafana's colours.

/** Colours that can be told apart on light and dark ground; a series keeps its colour by its name. */
const palette = [
  '#5794f2',
  '#73bf69',
  '#f2883e',
  '#b877d9',
  '#e0b400',
  '#ff7383',
  '#37b6c4',
  '#a0703c',
  '#8f9bb3',
  '#d65cad',
]
const named = {
  green: '#56a64b',
  orange: '#ff780a',
  red: '#e02f44',
  blue: '#3274d9',
  yellow: '#e0b400',
  purple: '#a352cc',
  text: '#8e8e8e',
}
const shades = { 'light-blue': '#8ab8ff', 'light-green': '#96d98d', 'light-red': '#ff7383', 'light-orange': '#ffb357' }

/** The colour of a series without one of its own. */
export function colourOf(name) {
  let hash = 0
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) >>> 0
  return palette[hash % palette.length]
}

/** Grafana's named colours, their light and dark shades, and plain CSS ones. */
export const css = (colour) => named[colour] ?? shades[colour] ?? named[colour?.split('-').at(-1)] ?? colour

/** What the panel says of this one series: properties by their id. */
export function overrideOf({ fieldConfig }, { refId, name }) {
  const properties = {}
  for (const { matcher, properties: given } of fieldConfig.overrides ?? []) {
    if (
      (matcher.id === 'byFrameRefID' && matcher.options === refId) ||
      (matcher.id === 'byName' && matcher.options === name) ||
      (matcher.id === 'byRegexp' && pattern(matcher.options).test(name))
    ) {
      for (const { id, value } of given) properties[id] = value
    }
  }
  return properties
}

/** Grafana writes a pattern as `/…/`. */
const pattern = (text) => new RegExp(text.replace(/^\/(.*)\/$/, '$1'))
