/** Mutants that no case can tell from the rule, each with its reason. They are made and counted, but not run. */
export interface Equivalent {
  /** The alerts or recorded series that it is about. */
  readonly of: RegExp
  /** The rule files, where the same series is recorded in several. */
  readonly file?: RegExp
  /** The mutation, as the table writes it. */
  readonly what: RegExp
  readonly reason: string
}

/** Alerts of a share: what failed, or 0 of all where nothing ever did, divided by all where that is more than 0. */
const shares = /HighErrorRate|ElevatedErrorRate|ExternalApiFailures|SyncFailureRate|ApiGatewayFailing/
const noneOfNone = 'A divisor of 0 has a dividend of 0 above it: 0 / 0 is NaN, which is greater than nothing.'
const zeroOfAny = 'It makes the 0 of what never failed; where the divisor exists, it does so over any window.'

export const equivalents: readonly Equivalent[] = [
  { of: /BurnRate/, what: /^(second )?> 0 → (>=|-1)$/, reason: noneOfNone },
  {
    of: /BelowCritical/,
    what: /^> 0 → (>=|-1)$/,
    reason: 'A divisor of 0 has a dividend of 0 above it: NaN is less than nothing.',
  },
  { of: shares, what: /^> 0 → (>=|-1)$/, reason: noneOfNone },
  { of: /McpServerFailing/, what: /^second > 0 → (>=|-1)$/, reason: noneOfNone },
  { of: shares, what: /^second \[5m\] → (600s|150s)$/, reason: zeroOfAny },
  { of: /McpServerFailing/, what: /^second \[5m\] → (600s|150s)$/, reason: zeroOfAny },
  {
    of: /slo:bad_events:rate5m/,
    what: /^second \[5m\] → (600s|150s)$/,
    // Of latencies it is what was fast enough, which the cases do notice.
    file: /slo-(api-availability|email-delivery)/,
    reason: zeroOfAny,
  },
  {
    of: /BelowCritical/,
    what: /^slo:total_events:rate5m → slo:total_events:rate30m$/,
    reason: 'It only asks whether there were numbers a day ago, which are there for all windows or for none.',
  },
  {
    of: /CollectorQueueFilling/,
    what: /^> 0 → (>=|1|-1)$/,
    reason: 'A queue that has no capacity holds nothing, 0 / 0 is NaN, and none is made for a single batch.',
  },
  {
    of: /SecurityBurst/,
    what: /^> 5 → 5\.25$/,
    reason: 'What is compared is rounded: six is more than either, and five than neither.',
  },
]

/** Whether an entry is about a mutant. */
export const excuses = (
  { of, file, what }: Equivalent,
  mutant: { file: string; subject: string; what: string },
): boolean => of.test(mutant.subject) && what.test(mutant.what) && (file?.test(mutant.file) ?? true)

export const isEquivalent = (mutant: { file: string; subject: string; what: string }): boolean =>
  equivalents.some((one) => excuses(one, mutant))
