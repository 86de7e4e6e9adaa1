import type { Duration } from '../catalogue/intervals.ts'
import type { Vector } from '../catalogue/promql.ts'
import type { DashboardUid, Level, Priority, Receiver, Severity, Team } from './conventions.ts'
import type { Runbook } from './runbook.ts'
import type { Scenario } from './scenario.ts'

/** What Prometheus knows when it writes a description; each is a piece of its template language. */
export interface Words<L extends string> {
  /** The measured value: 0.051 is "5.1%". */
  readonly percent: string
  /** The measured value with an SI prefix: 1234 is "1.234k". */
  readonly number: string
  /** The measured value as a whole number, without a prefix: 1001 is "1001". */
  readonly count: string
  /** The measured value in seconds: 95 is "1m 35s". */
  readonly duration: string
  /** A label that the expression's series have. */
  readonly label: (name: L) => string
}

/** An alert as one value: the rule, its tests, its route, its messages and its runbook are made of it. */
export interface Alert<L extends string = string> {
  /** CamelCase, at most 40 letters. */
  readonly name: string
  /** What the alert is about; alerts of one subject are told together. */
  readonly subject: string
  /** True while there is one series. */
  readonly expr: Vector<L>
  /** How long it must be true; left out where the expression looks back far enough by itself. */
  readonly for?: Duration
  /** How long it goes on after the expression is no longer true. */
  readonly keepFiringFor?: Duration
  readonly severity: Severity
  readonly priority: Priority
  /** Who owns it. */
  readonly team: Team
  readonly receivers: readonly Receiver[]
  readonly level: Level
  /** One sentence without templates: what is wrong, for somebody who was asleep. */
  readonly summary: string
  /** How bad, with the measured value. */
  readonly description: (words: Words<NoInfer<L>>) => string
  /** `once`: told when it begins, without reminders, since it may stay true for weeks. */
  readonly repeat?: 'once'
  /** Alerts whose trouble causes this one: while one of them fires, this one is not told. */
  readonly followsFrom?: readonly string[]
  /** How long it may stay true after such a cause has gone: the window it looks back over, and a minute. */
  readonly lingers?: Duration
  readonly dashboard: {
    readonly uid: DashboardUid
    /** How far before the alert the page begins. */
    readonly lookBack: Duration
    readonly variables?: (words: Words<NoInfer<L>>) => Readonly<Record<string, string>>
  }
  readonly runbook: Runbook
  readonly scenarios: readonly Scenario[]
}

/** Checks the words of the alert against the labels of its expression; the types forget them afterwards. */
export const alert = <const L extends string>(value: Alert<L>): Alert => value as unknown as Alert

const words: Words<string> = {
  percent: '{{ $value | humanizePercentage }}',
  number: '{{ $value | humanize }}',
  count: '{{ $value | printf "%.0f" }}',
  duration: '{{ $value | humanizeDuration }}',
  label: (name) => `{{ $labels.${name} }}`,
}

export const descriptionOf = ({ description }: Alert): string => description(words)

export const variablesOf = ({ dashboard }: Alert): Readonly<Record<string, string>> =>
  dashboard.variables?.(words) ?? {}
