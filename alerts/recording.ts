import type { Duration } from '../catalogue/intervals.ts'
import type { Vector } from '../catalogue/promql.ts'
import type { GivenSeries } from './scenario.ts'

/** A series that a rule makes from others. */
export interface Recording {
  readonly record: string
  readonly expr: Vector
  readonly labels?: Readonly<Record<string, string>>
}

/** What a recorded series, or any query over it, must be; an empty list is "no series". */
export interface RecordingScenario {
  /** Ends the sentence "<group> …". */
  readonly title: string
  readonly series: readonly GivenSeries[]
  /** Time between values of the series, where it is not the group's. */
  readonly step?: Duration
  readonly expect: readonly {
    readonly at: Duration
    readonly expr: string
    readonly samples: Readonly<Record<string, number>>
  }[]
}
