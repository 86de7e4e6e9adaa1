/**
 * What a colour means, the same on every dashboard. Series without a meaning of their own are coloured by name, so that an
 * endpoint or a queue has one colour wherever it appears.
 */
export const colours = {
  good: 'green',
  warning: 'orange',
  bad: 'red',
  /** Traffic and other amounts that are neither good nor bad. */
  amount: 'blue',
  p50: 'light-blue',
  p95: 'blue',
  p99: 'purple',
  /** What stands beside the thing shown: the remainder of a top list, a measurement of a sample. */
  aside: 'text',
} as const

export type Meaning = keyof typeof colours
