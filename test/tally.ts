export interface Skip {
  readonly name: string
  /** Why, in words. */
  readonly reason: string
}

/** What came of some checks. */
export interface Tally {
  readonly passed: number
  /** What failed, by name. */
  readonly failures: readonly string[]
  readonly skipped: readonly Skip[]
}

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failures: tallies.flatMap(({ failures }) => failures),
  skipped: tallies.flatMap(({ skipped }) => skipped),
})

/** How `npm test` ends: what was left out, what failed, and one line with the counts. */
export const closing = ({ passed, failures, skipped }: Tally): string =>
  [
    ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
    ...failures.map((name) => `failed: ${name}`),
    `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  ].join('\n')
