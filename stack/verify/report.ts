import { passed, type Result, type State } from './check.ts'

const signs: Record<State, string> = { ok: '✓', unavailable: '–', empty: '∅', error: '✗' }

/** How many of each state, in words: "41 ok, 3 unavailable". */
const tally = (results: readonly Result[]): string =>
  (Object.keys(signs) as State[])
    .map((state) => ({ state, count: results.filter((result) => result.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ')

/** A line a check; what failed or is unavailable with its reason, what is rightly absent without. */
export const reportText = (results: readonly Result[]): string => {
  const groups = [...new Set(results.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const members = results.filter((result) => result.group === group)
    const lines = members.flatMap((result) => [
      `  ${signs[result.state]} ${result.name}${result.state === 'unavailable' ? ` (${result.note})` : ''}`,
      ...(passed(result) ? [] : [`      ${result.state}: ${result.note ?? ''}`]),
    ])
    return [`${group}: ${tally(members)}`, ...lines].join('\n')
  })
  const failed = results.filter((result) => !passed(result)).length
  const verdict = failed === 0 ? 'Verified' : `Not verified: ${failed} of ${results.length} checks failed`
  return `${sections.join('\n\n')}\n\n${verdict} (${tally(results)}).\n`
}

/** What is still missing, in a line: how many, and the first of them. */
const missingText = (missing: readonly Result[]): string => {
  const names = missing.slice(0, 4).map(({ group, name }) => `${group} › ${name}`)
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : ''
  return `waiting for ${names.join(', ')}${more}`
}

/** Tells of progress: when something else is missing than before, and every 15 s that it still is. */
export const progress = (limitMs: number, print: (line: string) => void) => {
  let told = { text: '', at: Number.NEGATIVE_INFINITY }
  return (missing: readonly Result[], elapsedMs: number): void => {
    const text = missingText(missing)
    if (text === told.text && elapsedMs - told.at < 15_000) return
    told = { text, at: elapsedMs }
    print(`${Math.round(elapsedMs / 1_000)} of ${Math.round(limitMs / 1_000)} s: ${text}\n`)
  }
}
