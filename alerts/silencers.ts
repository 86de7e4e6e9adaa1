import type { Duration } from '../catalogue/intervals.ts'
import type { Alert } from './alert.ts'
import type { RuleFile } from './group.ts'
import type { Scenario } from './scenario.ts'

/**
 * Alerts that nobody is told of. A symptom may show before its cause has held for its `for`, and goes on while the window
 * that it looks back over still holds the bad minutes; these two bridge that, so that one cause gives one message.
 */

/** True as soon as the cause shows, without its `for`. It ends with the cause, so that one that flaps silences nothing for long. */
export const suspected = ({ name }: Pick<Alert, 'name'>): string => `${name}Suspected`

/** Begins with the cause and outlasts it by as long as its symptoms linger. */
export const outlasting = ({ name }: Pick<Alert, 'name'>, lingers: Duration): string => `${name}Lingers${lingers}`

/** The alerts that follow from a cause, by how long they linger; those that do not linger have no duration. */
export const symptomsOf = (cause: Alert, alerts: readonly Alert[]): Map<Duration | undefined, Alert[]> =>
  Map.groupBy(
    alerts.filter(({ followsFrom = [] }) => followsFrom.includes(cause.name)),
    ({ lingers }) => lingers,
  )

/** The same files with the silencers beside each cause. */
export const withSilencers = (files: readonly RuleFile[]): RuleFile[] => {
  const alerts = files.flatMap(({ groups }) => groups.flatMap((group) => group.alerts))
  return files.map((file) => ({
    ...file,
    groups: file.groups.map((group) => ({
      ...group,
      alerts: group.alerts.flatMap((alert) => [alert, ...silencersOf(alert, alerts)]),
    })),
  }))
}

const silencersOf = (cause: Alert, alerts: readonly Alert[]): Alert[] => {
  const symptoms = symptomsOf(cause, alerts)
  if (symptoms.size === 0) return []
  const { for: _, ...atOnce } = quiet(cause)
  return [
    {
      ...atOnce,
      name: suspected(cause),
      summary: `It looks like ${cause.name}, which has not lasted long enough to be told.`,
      scenarios: recovering(cause, 'ends'),
    },
    ...[...symptoms.keys()]
      .filter((lingers) => lingers !== undefined)
      .sort()
      .map((lingers) => ({
        ...quiet(cause),
        name: outlasting(cause, lingers),
        keepFiringFor: lingers,
        summary: `What follows from ${cause.name} is not told until ${lingers} after its end.`,
        scenarios: recovering(cause, 'goes on'),
      })),
  ]
}

const quiet = ({ followsFrom: _, ...cause }: Alert): Alert => ({
  ...cause,
  severity: 'info',
  priority: 'P4',
  receivers: ['nobody'],
})

/** The cause's own scenario, at whose last moment it is over: one silencer has ended with it, the other has not. */
const recovering = (cause: Alert, then: 'ends' | 'goes on'): Scenario[] =>
  cause.scenarios
    .filter(({ kind }) => kind === 'recovers')
    .map((scenario) => {
      const firing = Object.values(scenario.at).find((alerts = []) => alerts.length > 0) ?? []
      const at = Object.entries(scenario.at).map(([time, alerts = []]) => [time, then === 'goes on' ? firing : alerts])
      return { ...scenario, title: `${then} when ${cause.name} has ended`, at: Object.fromEntries(at) }
    })
