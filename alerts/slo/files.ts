import { burnRateWindows } from '../../catalogue/slo.ts'
import type { Level } from '../conventions.ts'
import type { RuleFile, RuleGroup } from '../group.ts'
import { burnRateAlert, levelOf, type SloAlerts } from './burn-rate.ts'
import { recordingScenarios } from './recording-scenarios.ts'
import { sloRecordings } from './recordings.ts'

/**
 * Both groups of one objective. The slow one reads what the other records: its windows are hours and days, and a value
 * that is five seconds old changes nothing in them.
 */
export const sloFile = (objective: SloAlerts): RuleFile => ({
  name: `slo-${objective.slo}`,
  groups: [group(objective, 'page', 'page'), group(objective, 'slow', 'ticket')],
})

const group = (objective: SloAlerts, level: Level, name: string): RuleGroup => ({
  name: `slo-${objective.slo}-${name}`,
  level,
  recordings: sloRecordings(objective.slo, level),
  alerts: burnRateWindows.filter((tier) => levelOf(tier) === level).map((tier) => burnRateAlert(objective, tier)),
  scenarios: level === 'page' ? recordingScenarios(objective.slo) : [],
  // Three days every five seconds would take minutes.
  testSteps: { series: '1m', evaluation: level === 'page' ? '2m' : '10m' },
})
