import type { Duration } from '../catalogue/intervals.ts'
import type { Alert } from './alert.ts'
import type { Level } from './conventions.ts'
import type { Recording, RecordingScenario } from './recording.ts'

/** Rules that are evaluated together, in this order. */
export interface RuleGroup {
  /** At most 40 characters. */
  readonly name: string
  readonly level: Level
  readonly recordings: readonly Recording[]
  readonly alerts: readonly Alert[]
  /** What the recordings must be; scenarios of alerts stand with the alerts. */
  readonly scenarios: readonly RecordingScenario[]
  /** Time between evaluations in the tests, and between values of their series; those of long windows would take minutes otherwise. */
  readonly testSteps?: { readonly evaluation: Duration; readonly series: Duration }
}

/** One file of rules: groups that read each other's series stand together. */
export interface RuleFile {
  readonly name: string
  readonly groups: readonly RuleGroup[]
}
