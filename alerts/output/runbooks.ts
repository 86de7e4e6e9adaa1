import type { Alert } from '../alert.ts'
import { generatedMark, priorities, receivers } from '../conventions.ts'
import type { Look, Runbook } from '../runbook.ts'

/** What the languages are called, and where a query of each is asked. */
const languages: Readonly<Record<Look['language'], string>> = {
  promql: 'PromQL, Prometheus',
  logql: 'LogQL, Loki',
  traceql: 'TraceQL, Tempo',
  sql: 'SQL, PostgreSQL',
}

const list = (items: readonly string[], sign: (index: number) => string = () => '-'): string =>
  items.map((item, index) => `${sign(index)} ${item}`).join('\n')

const look = ({ question, language, text, answer }: Look, index: number): string =>
  `### ${index + 1}. ${question}\n\n\`\`\`${language}\n${text}\n\`\`\`\n\n${languages[language]}. ${answer}`

const condition = (alert: Alert): string => {
  const { name, summary, severity, priority, expr, followsFrom, scenarios } = alert
  const told = alert.receivers.map((receiver) => receivers[receiver]).join('; ')
  const silenced = followsFrom ? ` Not told while ${followsFrom.join(' or ')} fires.` : ''
  const hold = alert.for ? `This must be true for ${alert.for}.` : 'It fires at once.'
  return `### ${name}

${summary} ${severity}, ${priority}: respond ${priorities[priority].respond}. Tells ${told}.${silenced}

\`\`\`promql
${expr.text}
\`\`\`

${hold} Tests show that it:

${list(scenarios.map(({ title }) => title))}`
}

const severest = (alerts: readonly Alert[]): Alert | undefined =>
  [...alerts].sort((a, b) => a.priority.localeCompare(b.priority))[0]

const page = (runbook: Runbook, alerts: readonly Alert[]): string => {
  const first = severest(alerts)
  const urgency = first
    ? `**${first.priority}**, respond ${priorities[first.priority].respond}: ${priorities[first.priority].meaning}.`
    : ''
  return `<!-- ${generatedMark} -->
# ${runbook.title}

${alerts.map(({ name }) => `\`${name}\``).join(', ')}: ${alerts.length > 1 ? 'at most ' : ''}${urgency}

**Impact.** ${runbook.impact}

**First.** ${runbook.firstStep}

## First look

${runbook.looks.map(look).join('\n\n')}

## Causes, the likely ones first

${list(runbook.causes, (index) => `${index + 1}.`)}

## What to do

${list(runbook.actions, (index) => `${index + 1}.`)}

## When to call others

${runbook.escalation}

## What set it off

${alerts.map(condition).join('\n\n')}
`
}

const index = (alerts: readonly Alert[]): string => `<!-- ${generatedMark} -->
# Runbooks

One page for each alert, or for each family of alerts about the same thing. Every notification links its page.

| alert | what | severity, priority | respond | runbook |
| --- | --- | --- | --- | --- |
${alerts
  .map(
    ({ name, summary, severity, priority, runbook }) =>
      `| ${name} | ${summary} | ${severity}, ${priority} | ${priorities[priority].respond} | [${runbook.slug}](${runbook.slug}.md) |`,
  )
  .join('\n')}

## Where to ask the queries

- PromQL, LogQL and TraceQL: in Grafana's Explore, where a Grafana runs. Without one:
  \`curl -sG http://127.0.0.1:9090/api/v1/query --data-urlencode 'query=…'\`,
  \`curl -sG http://127.0.0.1:3100/loki/api/v1/query_range --data-urlencode 'query=…'\`,
  \`curl -sG http://127.0.0.1:3200/api/search --data-urlencode 'q=…'\`.
- SQL: \`psql postgres://crm:crm@127.0.0.1:54329/crm\`. All statements only read.

## Priorities

| | respond | meaning |
| --- | --- | --- |
${Object.entries(priorities)
  .map(([priority, { respond, meaning }]) => `| ${priority} | ${respond} | ${meaning} |`)
  .join('\n')}
`

/** A page a runbook and their index, text by path. */
export const runbookPages = (alerts: readonly Alert[]): Record<string, string> => {
  const families = Map.groupBy(alerts, ({ runbook }) => runbook)
  return {
    ...Object.fromEntries([...families].map(([runbook, family]) => [`${runbook.slug}.md`, page(runbook, family)])),
    'README.md': index(alerts),
  }
}
