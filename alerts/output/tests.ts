import { type Duration, seconds } from '../../catalogue/intervals.ts'
import type { Alert } from '../alert.ts'
import { levels } from '../conventions.ts'
import type { RuleFile, RuleGroup } from '../group.ts'
import type { RecordingScenario } from '../recording.ts'
import type { Firing, Scenario } from '../scenario.ts'
import { annotationsOf } from './annotations.ts'
import { labelsOf } from './rules.ts'
import { yamlFile } from './yaml.ts'

/** What the links begin with in the tests. */
const bases = { runbook_base: 'https://runbooks.example', dashboard_base: 'https://dashboards.example' }

/** The annotations as Prometheus writes them at a time; the tests' clock begins in 1970. */
const expanded = (alert: Alert, { labels = {}, description, lastTrue }: Firing, at: string): Record<string, string> => {
  const start = (seconds(lastTrue ?? at) - seconds(alert.dashboard.lookBack)) * 1000
  const text = (template: string) =>
    template
      .replace('{{ $externalLabels.runbook_base }}', bases.runbook_base)
      .replace('{{ $externalLabels.dashboard_base }}', bases.dashboard_base)
      .replace(/\{\{ \(\(toTime now\).*?\}\}/, String(start))
      .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '')
  const annotations = Object.entries(annotationsOf(alert)).map(([name, template]) => [name, text(template)])
  return { ...Object.fromEntries(annotations), description }
}

const alertTest = (alert: Alert, { title, series, step, at }: Scenario, interval: Duration) => ({
  name: `${alert.name} ${title}`,
  interval: step ?? interval,
  external_labels: bases,
  input_series: series,
  alert_rule_test: Object.entries(at).map(([time, firing = []]) => ({
    eval_time: time,
    alertname: alert.name,
    exp_alerts: firing.map((one) => ({
      exp_labels: { ...one.labels, ...labelsOf(alert) },
      exp_annotations: expanded(alert, one, time),
    })),
  })),
})

const recordingTest = (group: RuleGroup, { title, series, step, expect }: RecordingScenario, interval: Duration) => ({
  name: `${group.name} ${title}`,
  interval: step ?? interval,
  external_labels: bases,
  input_series: series,
  promql_expr_test: expect.map(({ at, expr, samples }) => ({
    expr,
    eval_time: at,
    exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
  })),
})

/** One test file a group, for `promtool test rules`. */
export const testsYaml = (files: readonly RuleFile[]): Record<string, string> =>
  Object.fromEntries(
    files.flatMap((file) =>
      file.groups.map((group) => {
        const { evaluation, series } = group.testSteps ?? {
          evaluation: levels[group.level],
          series: levels[group.level],
        }
        const tests = [
          ...group.scenarios.map((scenario) => recordingTest(group, scenario, series)),
          ...group.alerts.flatMap((alert) => alert.scenarios.map((scenario) => alertTest(alert, scenario, series))),
        ]
        const text = yamlFile({
          rule_files: [`../rules/${file.name}.yaml`],
          evaluation_interval: evaluation,
          // Otherwise in any order, so that a group would now and then read the other's values of one evaluation ago.
          group_eval_order: file.groups.map(({ name }) => name),
          tests,
        })
        return [`tests/${group.name}.yaml`, text]
      }),
    ),
  )
