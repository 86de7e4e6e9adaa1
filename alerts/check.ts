import { intervals, seconds } from '../catalogue/intervals.ts'
import { type Alert, descriptionOf } from './alert.ts'
import { dashboards, labels, levels, priorities, receivers, severities } from './conventions.ts'
import type { RuleFile, RuleGroup } from './group.ts'
import { type ScenarioKind, scenarioKinds } from './scenario.ts'

/** Limits of mixtool: a longer group or name is hard to read in any list. */
const most = { rules: 20, groupName: 40, alertName: 40 } as const

/** What is wrong with the rules, in sentences that begin with the name of the culprit. Each rule here has a case in `check.test.ts`. */
export const problems = (files: readonly RuleFile[]): string[] => {
  const groups = files.flatMap(({ groups }) => groups)
  const alerts = groups.flatMap(({ alerts }) => alerts)
  return [
    ...duplicates(
      'rule file',
      files.map(({ name }) => name),
    ),
    ...duplicates(
      'rule group',
      groups.map(({ name }) => name),
    ),
    ...duplicates(
      'alert',
      alerts.map(({ name }) => name),
    ),
    ...duplicates(
      'recorded series',
      groups.flatMap(({ recordings }) => recordings.map(({ record, labels }) => record + JSON.stringify(labels ?? {}))),
    ),
    ...groups.flatMap(groupProblems),
    ...alerts.flatMap((alert) => alertProblems(alert).map((problem) => `${alert.name}: ${problem}`)),
    ...alerts.flatMap(({ name, followsFrom = [] }) =>
      followsFrom
        .filter((cause) => !alerts.some((other) => other.name === cause))
        .map((cause) => `${name}: follows from ${cause}, which is no alert`),
    ),
    ...sharedSlugs(alerts),
  ]
}

const duplicates = (what: string, names: readonly string[]): string[] =>
  [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${name}: two of this ${what}`,
  )

const sharedSlugs = (alerts: readonly Alert[]): string[] => {
  const runbooks = [...new Set(alerts.flatMap(({ runbook }) => runbook ?? []))]
  return duplicates(
    'runbook',
    runbooks.map(({ slug }) => slug),
  )
}

const groupProblems = ({ name, recordings, alerts }: RuleGroup): string[] => {
  const count = recordings.length + alerts.length
  return [
    ...(count > most.rules ? [`${name}: ${count} rules in one group, at most ${most.rules}`] : []),
    ...(name.length > most.groupName ? [`${name}: ${name.length} letters, at most ${most.groupName} for a group`] : []),
    ...recordings.flatMap(({ record, expr }) => rangeProblems(expr.text).map((problem) => `${record}: ${problem}`)),
  ]
}

/** Ranges and offsets that reach back further than data is kept. */
const rangeProblems = (expr: string): string[] =>
  [...expr.matchAll(/(?:\[|offset )(\d+(?:ms|[smhd]))/g)]
    .map(([, range = '']) => range)
    .filter((range) => seconds(range) > seconds(intervals.retention))
    .map((range) => `looks back ${range}, but Prometheus keeps only ${intervals.retention}`)

/** Types say that there is a runbook; whoever writes plain JavaScript may still forget it. */
const alertProblems = (alert: Alert): string[] => {
  if (!alert.runbook) return ['has no runbook']
  return [
    ...nameProblems(alert),
    ...expressionProblems(alert),
    ...wordProblems(alert),
    ...routeProblems(alert),
    ...runbookProblems(alert),
    ...scenarioProblems(alert),
  ]
}

const nameProblems = ({ name }: Alert): string[] => [
  ...(/^[A-Z][A-Za-z0-9]*$/.test(name) ? [] : ['the name is not CamelCase']),
  ...(name.length > most.alertName ? [`the name has ${name.length} letters, at most ${most.alertName}`] : []),
]

const expressionProblems = ({ expr, for: hold, level }: Alert): string[] => [
  ...rangeProblems(expr.text),
  ...(/[<>]=?|==/.test(expr.text) || expr.text.startsWith('absent(')
    ? []
    : ['the expression compares nothing, so it would fire while there is any series']),
  ...(hold !== undefined && seconds(hold) < 2 * Math.max(seconds(intervals.scrape), seconds(levels[level]))
    ? [`holds for ${hold}, less than two scrapes and evaluations: one bad sample would fire it`]
    : []),
]

const wordProblems = (alert: Alert): string[] => {
  const { summary, runbook } = alert
  return [
    ...(/^[A-Z][^{}]*\.$/.test(summary) && !/\. /.test(summary)
      ? []
      : ['the summary is not one sentence without templates']),
    ...(descriptionOf(alert).includes('{{') ? [] : ['the description tells no measured value and no label']),
    ...(/\{\{ \$value \}\}/.test(descriptionOf(alert))
      ? ['the description shows the bare value, not one for people']
      : []),
    ...[runbook.impact, runbook.firstStep]
      .filter((text) => text.includes('{{'))
      .map((text) => `not to be templated: ${text}`),
  ]
}

const routeProblems = ({ severity, priority, receivers: told, subject, dashboard }: Alert): string[] => [
  ...(severities.includes(severity) ? [] : [`the severity ${severity} is none of ${severities.join(', ')}`]),
  ...(priority in priorities ? [] : [`the priority ${priority} is none of ${Object.keys(priorities).join(', ')}`]),
  ...(told.length > 0 ? [] : ['nobody is told']),
  ...told.filter((name) => !(name in receivers)).map((name) => `there is no receiver ${name}`),
  ...(subject === '' ? [`has no ${labels.subject}, and would silence others that have none`] : []),
  ...(dashboard.uid in dashboards
    ? []
    : [`there is no dashboard ${dashboard.uid}; known are ${Object.keys(dashboards).join(', ')}`]),
]

const runbookProblems = ({ runbook }: Alert): string[] => {
  const { slug, impact, firstStep, looks, causes, actions, escalation } = runbook
  const missing = Object.entries({ impact, firstStep, looks, causes, actions, escalation })
    .filter(([, part]) => part.length === 0)
    .map(([name]) => `its runbook has no ${name}`)
  const unasked = (['promql', 'logql', 'traceql', 'sql'] as const)
    .filter((language) => !looks.some((look) => look.language === language))
    .map((language) => `its runbook’s first look has no ${language}`)
  return [
    ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) ? [] : [`the runbook’s slug "${slug}" is not fit for a URL`]),
    ...missing,
    ...unasked,
  ]
}

/** What cannot happen to an alert need not be shown. One that reads no series fires always: nothing else can happen to it. */
const needed = ({ expr, for: hold }: Alert): readonly ScenarioKind[] =>
  scenarioKinds.filter((kind) => {
    if (expr.text.startsWith('vector(')) return kind === 'fires'
    const counts = /rate\d|rate\(|increase\(/.test(expr.text)
    if (kind === 'reset' || kind === 'no traffic') return counts
    if (kind === 'waits') return hold !== undefined
    return true
  })

const scenarioProblems = (alert: Alert): string[] => [
  ...needed(alert)
    .filter((kind) => !alert.scenarios.some((scenario) => scenario.kind === kind))
    .map((kind) => `no scenario shows "${kind}"`),
  ...duplicates(
    'scenario',
    alert.scenarios.map(({ title }) => title),
  ),
  ...alert.scenarios
    .filter(({ kind, at }) => {
      const fires = Object.values(at).some((firing = []) => firing.length > 0)
      return fires !== (kind === 'fires' || kind === 'recovers')
    })
    .map(({ title, kind }) => `the scenario "${title}" is called "${kind}" but shows the opposite`),
]
