import { burnRateWindows } from '../../catalogue/slo.ts'
import type { RuleFile, RuleGroup } from '../group.ts'
import { belowCriticalAlert, belowCriticalSteps } from './below-critical.ts'
import { burnRateAlert } from './burn-rate.ts'
import { burnRateSteps } from './burn-rate-scenarios.ts'
import { monthRecordings, pageRecordings, ticketRecordings } from './recording-scenarios.ts'
import { sloRecordings } from './recordings.ts'
import type { SloAlerts } from './words.ts'

/**
 * The groups of one objective. The slow ones read what the first records: their windows are hours and days, and a value
 * that is five seconds old changes nothing in them.
 */
export const sloFile = (objective: SloAlerts): RuleFile => ({
  name: `slo-${objective.slo}`,
  groups: [burning(objective, 'page'), burning(objective, 'ticket'), month(objective)],
})

const burning = (objective: SloAlerts, part: 'page' | 'ticket'): RuleGroup => ({
  name: `slo-${objective.slo}-${part}`,
  level: part === 'page' ? 'page' : 'slow',
  recordings: sloRecordings(objective.slo, part),
  alerts: burnRateWindows.filter(({ level }) => level === part).map((tier) => burnRateAlert(objective, tier)),
  scenarios: part === 'page' ? pageRecordings(objective.slo) : ticketRecordings(objective.slo),
  testSteps: { series: '1m', evaluation: `${burnRateSteps[part].evaluation}m` },
})

const month = (objective: SloAlerts): RuleGroup => ({
  name: `slo-${objective.slo}-month`,
  level: 'slow',
  recordings: sloRecordings(objective.slo, 'month'),
  alerts: [belowCriticalAlert(objective)],
  scenarios: monthRecordings(objective.slo),
  testSteps: belowCriticalSteps,
})
