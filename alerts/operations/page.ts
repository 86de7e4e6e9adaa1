import { intervals } from '../../catalogue/intervals.ts'
import { businessHours, fallbackTeam, generatedMark, priorities, receivers, teams } from '../conventions.ts'
import type { Checklist } from './checklist.ts'
import { daily } from './daily.ts'
import { monthly } from './monthly.ts'
import { beforeChecklists } from './procedure.ts'
import { quarterly } from './quarterly.ts'
import { weekly } from './weekly.ts'

const checklists: readonly Checklist[] = [daily, weekly, monthly, quarterly]

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const fence = '```'

const checklist = ({ title, when, checks }: Checklist): string => `### ${title}

${when}

${checks
  .map(
    (check) => `#### ${title}: ${check.title}

${check.looks
  .map(
    ({ question, language, text, answer }) =>
      `- [ ] **${question}** ${answer}\n\n${fence}${language}\n${text}\n${fence}`,
  )
  .join('\n\n')}`,
  )
  .join('\n\n')}`

const severities = table(
  ['', 'meaning', 'respond', 'nobody answers'],
  Object.entries(priorities).map(([name, { meaning, respond, escalate }]) => [name, meaning, respond, escalate]),
)

const told = table(
  ['receiver', 'who is told, and how'],
  Object.entries(receivers).map(([name, text]) => [`\`${name}\``, text]),
)

const owners = table(
  ['team', 'owns', 'is called', 'channel'],
  Object.entries(teams).map(([name, owns]) => [
    name,
    owns,
    `PagerDuty service \`${name}\`, \`oncall-${name}@…\``,
    `\`#${name}\``,
  ]),
)

/** docs/operations.md: prose, with every name and number from where it is defined. */
export const operationsPage = (): Record<string, string> => ({
  'operations.md': `<!-- ${generatedMark} -->
# Operations

How this system is looked after: how bad is bad, who is told and how, what to do when an alert comes, and what is looked at each
day, week, month and quarter. What to do about one alert stands in [its runbook](../alerts/runbooks/README.md).

## Severities

${severities}

An alert's *severity* says what it looks like (critical: something does not work; warning: it will not for long; info), its
*priority* how soon somebody must have begun. Which receivers it reaches is stated by the alert itself, not by its severity.

## Who is told, and how

${told}

${owners}

- An alert names its receivers and its team in labels. What names no team, or one that does not exist, reaches the team \`${fallbackTeam}\`; what names no receiver reaches its channel.
- Alerts of one subject are one message: the first of them after ${intervals.groupWait}, news about the same subject every ${intervals.groupInterval}, a reminder every ${intervals.repeatInterval} while it goes on. An alert that is to be told once is not repeated within ${intervals.once}.
- P4 waits for business hours: ${businessHours.weekdays.replace(':', ' to ')}, ${businessHours.from} to ${businessHours.to}, ${businessHours.location}. What is over by then is never told.
- While a cause fires, what follows from it is not told; nor is the warning while the critical alert of the same thing fires, nor the ticket of an objective while its page does.
- Everyone who was told is told that it is over.
- The dead man's switch is an alert that always fires and is sent once a minute to a watcher outside. When the watcher has heard nothing for ${intervals.heartbeatLimit} it raises the alarm itself: Prometheus, Alertmanager or the way between them is broken, and no other alert can be trusted to come. Locally the sandbox is the watcher.

${beforeChecklists}

## Checklists

PromQL, LogQL and SQL are asked as [the runbooks say](../alerts/runbooks/README.md#where-to-ask-the-queries); commands run in the
checkout. Every name in a query comes from the catalogue, so none of them is stale.

${checklists.map(checklist).join('\n\n')}
`,
})
