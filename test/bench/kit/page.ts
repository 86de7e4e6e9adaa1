const begin = '<!-- figures: written by `npm run bench -- --docs`, do not edit -->'
const end = '<!-- end of figures -->'

/**
 * A page whose figures between the markers are replaced.
 * @throws an Error when the page has no markers
 */
export const withFigures = (page: string, figures: string): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no line ${begin} followed by ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${figures}\n\n${page.slice(to)}`
}
