import type { Alert } from '../alert.ts'
import { labels, levels } from '../conventions.ts'
import type { RuleFile } from '../group.ts'
import type { Recording } from '../recording.ts'
import { annotationsOf } from './annotations.ts'
import { yamlFile } from './yaml.ts'

/** The labels by which an alert is routed, told and silenced. */
export const labelsOf = ({ severity, priority, team, receivers, subject, repeat }: Alert): Record<string, string> => ({
  [labels.severity]: severity,
  [labels.priority]: priority,
  [labels.team]: team,
  [labels.receivers]: receivers.join(','),
  [labels.subject]: subject,
  ...(repeat && { [labels.repeat]: repeat }),
})

const alertRule = (alert: Alert) => ({
  alert: alert.name,
  expr: alert.expr.text,
  ...(alert.for && { for: alert.for }),
  ...(alert.keepFiringFor && { keep_firing_for: alert.keepFiringFor }),
  labels: labelsOf(alert),
  annotations: annotationsOf(alert),
})

const recordingRule = ({ record, expr, labels }: Recording) => ({ record, expr: expr.text, ...(labels && { labels }) })

/** The rules as Prometheus loads them, text by path. */
export const rulesYaml = (files: readonly RuleFile[]): Record<string, string> =>
  Object.fromEntries(
    files.map(({ name, groups }) => [
      `rules/${name}.yaml`,
      yamlFile({
        groups: groups.map((group) => ({
          name: group.name,
          interval: levels[group.level],
          rules: [...group.recordings.map(recordingRule), ...group.alerts.map(alertRule)],
        })),
      }),
    ]),
  )
