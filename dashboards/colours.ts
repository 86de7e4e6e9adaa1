import { services } from '../catalogue/metric.ts'
import { externalServices, queueNames } from '../catalogue/metrics/values.ts'

/** What a colour means, the same on every dashboard. */
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

/** None of them means good or bad; as many as there are outside services and processes, so that no two look alike. */
const neutral = [
  'blue',
  'purple',
  'super-light-blue',
  '#2bb8b0',
  'light-purple',
  '#8f9bb3',
  'dark-blue',
  '#b0a06a',
  'dark-purple',
  'light-blue',
  '#7a6ff0',
  '#3f8f8a',
  'super-light-purple',
  '#4f7cac',
  '#6fb7c4',
  '#a89c94',
] as const

/** A colour each for values that the catalogue knows. */
const inOrder = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value, i) => [`^${value}\\b`, neutral[i % neutral.length] as string]))

/**
 * Colours of series by the first label of their legend and a pattern of its values, so that a service, a queue or an answer
 * looks the same wherever it is shown. What is not listed takes Grafana's palette.
 */
export const seriesColours: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  service: inOrder([...services, ...externalServices]),
  service_name: inOrder(services),
  job: inOrder(services),
  queue_name: inOrder(queueNames),
  job_type: { ...inOrder(queueNames), ' failed$': colours.bad },
  status: {
    '^([23]|success|completed|processed|delivered)': colours.good,
    '^(4|quarantined|deferred)': colours.warning,
    '^(5|error|failed)': colours.bad,
  },
  outcome: {
    '^(accepted|delivered)': colours.good,
    '^deferred': colours.warning,
    '^(rejected|bounced|failed)': colours.bad,
  },
  rating: { '^good': colours.good, '^needs-improvement': colours.warning, '^poor': colours.bad },
  severity_text: { '^warn': colours.warning, '^(error|fatal)': colours.bad, '^(info|debug|trace)': colours.amount },
  state: { '^completed': colours.good, '^failed': colours.bad },
  adapter_type: inOrder([...services, ...externalServices]),
}
