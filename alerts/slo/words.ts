import { number } from '../../catalogue/matchers.ts'
import { type Slo, type SloId, slos } from '../../catalogue/slo.ts'
import type { Alert } from '../alert.ts'
import type { Team } from '../conventions.ts'
import type { Runbook } from '../runbook.ts'

/** What differs between objectives in their alerts, beyond what the catalogue says of them. */
export interface SloAlerts {
  readonly slo: SloId
  /** Before `BurnRate1h`. */
  readonly name: string
  readonly subject: string
  readonly team: Team
  readonly followsFrom: readonly string[]
  readonly dashboard: Alert['dashboard']['uid']
  readonly runbook: Runbook
}

/** Share of events that may be bad. Of 1 − 0.999 the computer makes 0.0010000000000000009. */
export const budgetOf = ({ target }: { readonly target: number }): number => Number((1 - target).toPrecision(12))

export const percent = (share: number): string => `${number(share * 100)} %`

/** What must be so for an event to be beyond the critical level: "took longer than 500 ms". */
export const beyondCritical = (slo: SloId): string => {
  const objective: Slo = slos[slo]
  if (objective.kind === 'ratio') return objective.words.bad
  const { critical } = objective
  return `took longer than ${critical < 1 ? `${number(critical * 1000)} ms` : `${number(critical)} s`}`
}

/** A dashboard is opened for the process that counts the events, where there is one. */
export const variablesFor = (slo: SloId): Record<string, string> => {
  const [job, ...others] = slos[slo].countedBy
  return job && others.length === 0 ? { job } : {}
}

/** As Prometheus' template function of this name writes a share: four digits. */
export const humanizePercentage = (share: number): string => `${Number((share * 100).toPrecision(4))}%`
