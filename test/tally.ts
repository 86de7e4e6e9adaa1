export interface Skip {
  readonly name: string
  /** Why, in words. */
  readonly reason: string
}

/** What came of some checks. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly Skip[]
}

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.reduce((total, { failed }) => total + failed, 0),
  skipped: tallies.flatMap(({ skipped }) => skipped),
})

/** The last line of `npm test`. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`
