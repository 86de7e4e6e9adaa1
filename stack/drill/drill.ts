import {
  businessHours,
  type Priority,
  priorities,
  type Receiver,
  type Severity,
  type Team,
  teams,
} from '../../alerts/conventions.ts'

/** A test alert: what it says, and whom it must reach. */
export interface Drill {
  readonly kind: 'alert' | 'escalation'
  readonly severity: Severity
  readonly priority: Priority
  readonly team: Team
  readonly receivers: readonly Receiver[]
  readonly summary: string
}

/** What a person typed that cannot be used; the message says how it is typed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `scripts/test-alert.sh critical|warning|info "<summary>" [${Object.keys(teams).join('|')}]
scripts/test-escalation.sh ${Object.keys(priorities).join('|')} [${Object.keys(teams).join('|')}]`

/** As the alerts of that severity mostly are. */
const bySeverity: Readonly<Record<Severity, Pick<Drill, 'priority' | 'receivers'>>> = {
  critical: { priority: 'P1', receivers: ['page', 'webhook'] },
  warning: { priority: 'P3', receivers: ['slack', 'webhook'] },
  info: { priority: 'P4', receivers: ['webhook'] },
}

const byPriority: Readonly<Record<Priority, Pick<Drill, 'severity' | 'receivers'>>> = {
  P1: { severity: 'critical', receivers: ['page', 'webhook'] },
  P2: { severity: 'critical', receivers: ['page'] },
  P3: { severity: 'warning', receivers: ['slack', 'webhook'] },
  P4: { severity: 'warning', receivers: ['slack'] },
}

/** From the command line. @throws UsageError */
export function readDrill([kind, first = '', ...rest]: readonly string[]): Drill {
  if (kind === 'alert') {
    const [summary = '', team, ...more] = rest
    if (!isKeyOf(bySeverity, first))
      throw new UsageError(`The severity is "${first}", but must be critical, warning or info.`)
    if (summary.trim() === '')
      throw new UsageError('Say in a few words what the alert is about: the summary is missing.')
    if (summary.length > 200)
      throw new UsageError(`The summary has ${summary.length} characters; at most 200 fit a title.`)
    return { kind, severity: first, ...bySeverity[first], summary: summary.trim(), team: readTeam(team, more) }
  }
  if (kind === 'escalation') {
    const [team, ...more] = rest
    if (!isKeyOf(byPriority, first)) throw new UsageError(`The priority is "${first}", but must be P1, P2, P3 or P4.`)
    const summary = `Test of the escalation of ${first}.`
    return { kind, priority: first, ...byPriority[first], summary, team: readTeam(team, more) }
  }
  throw new UsageError(`There is no drill "${kind ?? ''}".`)
}

function readTeam(team: string = 'platform', more: readonly string[] = []): Team {
  if (more.length > 0) throw new UsageError(`There is too much: ${more.join(' ')}. Put the summary in quotation marks.`)
  if (!isKeyOf(teams, team))
    throw new UsageError(`The team is "${team}", but must be one of ${Object.keys(teams).join(', ')}.`)
  return team
}

const isKeyOf = <T extends object>(object: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(object, key)

/** How a receiver is reached, and under which name the sandbox notes it. */
export interface Way {
  readonly receiver: string
  readonly by: 'PagerDuty' | 'e-mail' | 'Slack' | 'webhook'
  /** `via` and `receiver` of the inbox. */
  readonly via: string
  readonly inbox: string
}

/** Each message that the alert must lead to. */
export function waysOf({ receivers, team }: Pick<Drill, 'receivers' | 'team'>): Way[] {
  return receivers.flatMap((receiver): Way[] => {
    switch (receiver) {
      case 'page':
        return [
          { receiver: `page-${team}`, by: 'PagerDuty', via: 'pagerduty', inbox: 'pagerduty' },
          { receiver: `page-${team}`, by: 'e-mail', via: 'email', inbox: `oncall-${team}` },
          { receiver: `page-${team}`, by: 'Slack', via: 'slack', inbox: 'slack-incidents' },
        ]
      case 'slack':
        return [{ receiver: `slack-${team}`, by: 'Slack', via: 'slack', inbox: `slack-${team}` }]
      case 'webhook':
        return [{ receiver: 'webhook', by: 'webhook', via: 'webhook', inbox: 'webhook' }]
      default:
        return []
    }
  })
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']

/** Whether P4 is told at this time. */
export function isBusinessHours(at: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: businessHours.location,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  const time = `${part('hour')}:${part('minute')}`
  return days.includes(part('weekday')) && time >= businessHours.from && time < businessHours.to
}
