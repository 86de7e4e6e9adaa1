/** Mutants that no case can tell from the rule, each with its reason. They are made and counted, but not run. */
export interface Equivalent {
  /** The alerts or recorded series that it is about. */
  readonly of: RegExp
  /** The mutation, as the table writes it. */
  readonly what: RegExp
  readonly reason: string
}

export const equivalents: readonly Equivalent[] = [
  {
    of: /BurnRate|HighErrorRate|ElevatedErrorRate|ExternalApiFailures|SyncFailureRate|ApiGatewayFailing/,
    what: /^(second )?> 0 → (>=|-1)$/,
    reason: 'A divisor of 0 has a dividend of 0 above it: 0 / 0 is NaN, which is greater than nothing.',
  },
  {
    // Its first one says whether the server answers.
    of: /McpServerFailing/,
    what: /^second > 0 → (>=|-1)$/,
    reason: 'A divisor of 0 has a dividend of 0 above it: 0 / 0 is NaN, which is greater than nothing.',
  },
  {
    of: /HighErrorRate|ElevatedErrorRate|ExternalApiFailures|SyncFailureRate|ApiGatewayFailing|McpServerFailing|slo:bad_events:rate5m/,
    what: /^second \[5m\] → (600s|150s)$/,
    reason: 'It makes the 0 of what never failed; where the divisor exists, it does so over any window.',
  },
]

/** Whether the list names it. */
export const isEquivalent = (subject: string, mutant: string): boolean =>
  equivalents.some(({ of, what }) => of.test(subject) && what.test(mutant))
