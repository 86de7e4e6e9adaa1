/** Grafana's colours by their names, and which of them a series gets that names none. */

/** From super light to dark, as Grafana's own themes have them. */
const hues: Readonly<Record<string, readonly [string, string, string, string, string]>> = {
  red: ['#ffa6b0', '#ff7383', '#f2495c', '#e02f44', '#c4162a'],
  orange: ['#ffcb7d', '#ffb357', '#ff9830', '#ff780a', '#fa6400'],
  yellow: ['#fff899', '#ffee52', '#fade2a', '#f2cc0c', '#e0b400'],
  green: ['#c8f2c2', '#96d98d', '#73bf69', '#56a64b', '#37872d'],
  blue: ['#c0d8ff', '#8ab8ff', '#5794f2', '#3274d9', '#1f60c4'],
  purple: ['#deb6f2', '#ca95e5', '#b877d9', '#a352cc', '#8f3bb8'],
}
const shades = ['super-light', 'light', '', 'semi-dark', 'dark']

/**
 * A colour as CSS has it. On light ground each shade is one darker, so that thin lines can be seen. Names of CSS and
 * `#rrggbb` stay as they are.
 */
export function css(name: string | undefined, dark = true): string {
  if (name === undefined || name === 'text') return '#8e8e8e'
  const [, shade = '', hue = ''] = /^(?:(super-light|light|semi-dark|dark)-)?(\w+)$/.exec(name) ?? []
  const steps = hues[hue]
  if (!steps) return name
  const index = shades.indexOf(shade) + (dark ? 0 : 1)
  return steps[Math.min(index, steps.length - 1)] ?? name
}

/** Told apart on light and dark ground; none is the green, orange or red that mean something. */
const palette = [
  '#5794f2',
  '#b877d9',
  '#2bb8b0',
  '#c99a2e',
  '#4d63c9',
  '#8fa83f',
  '#8f9bb3',
  '#a0703c',
  '#37a2d6',
  '#7a6ff0',
  '#a391d6',
  '#5f8f6e',
  '#b0a06a',
  '#4f7cac',
  '#9a5fbf',
  '#6fb7c4',
]

/** A colour for each name: the same name gets the same one on every panel, as far as there are enough for all. */
export function assignColours(names: readonly string[]): string[] {
  const taken = new Set<number>()
  return names.map((name) => {
    let index = hash(name) % palette.length
    for (let tries = 0; taken.has(index) && tries < palette.length; tries++) index = (index + 1) % palette.length
    taken.add(index)
    if (taken.size === palette.length) taken.clear()
    return palette[index] as string
  })
}

function hash(text: string): number {
  let sum = 0
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return sum
}

/** The colour with an opacity from 0 to 1. */
export const withAlpha = (colour: string, alpha: number): string =>
  `${colour}${Math.round(Math.min(Math.max(alpha, 0), 1) * 255)
    .toString(16)
    .padStart(2, '0')}`
