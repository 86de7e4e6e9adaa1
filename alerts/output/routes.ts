import { intervals } from '../../catalogue/intervals.ts'
import { businessHours, fallbackTeam, labels, type Priority, type Receiver, type Team, teams } from '../conventions.ts'

/** A node of Alertmanager's routing tree; what it does not state it takes from the node above. */
export interface Route {
  readonly receiver?: string
  readonly matchers: readonly string[]
  readonly continue?: boolean
  readonly group_wait?: string
  readonly group_interval?: string
  readonly repeat_interval?: string
  readonly active_time_intervals?: readonly string[]
  readonly routes?: readonly Route[]
}

export const teamNames = Object.keys(teams) as Team[]

/** Receivers that are people, and so differ by team. */
export type PeopleReceiver = Extract<Receiver, 'page' | 'slack'>

/** What Alertmanager calls the people of a team. */
export const receiverOf = (receiver: PeopleReceiver, team: Team): string => `${receiver}-${team}`

/** An alert names its receivers in one label, joined by commas; each of them has a route, and each route lets the next one look too. */
const named = (receiver: Receiver): string => `${labels.receivers}=~"(.+,)?${receiver}(,.+)?"`

const low: Priority = 'P4'

/** Told once where the alert says so. */
const once: Route = { matchers: [`${labels.repeat}="once"`], repeat_interval: intervals.once }

const whileAtWork = { active_time_intervals: [businessHours.name] }

/** The lowest priority waits for business hours; time intervals are not handed down to the nodes below. */
const exceptions: readonly Route[] = [
  { matchers: [`${labels.priority}="${low}"`], ...whileAtWork, routes: [{ ...once, ...whileAtWork }] },
  once,
]

const people = (receiver: PeopleReceiver): Route => ({
  // Where the team is unknown somebody must be told all the same.
  receiver: receiverOf(receiver, fallbackTeam),
  matchers: [named(receiver)],
  continue: true,
  routes: teamNames.map((team) => ({
    receiver: receiverOf(receiver, team),
    matchers: [`${labels.team}="${team}"`],
    routes: exceptions,
  })),
})

/** One a receiver, in the order of `receivers` in conventions.ts. */
export const routes: readonly Route[] = [
  people('page'),
  people('slack'),
  { receiver: 'webhook', matchers: [named('webhook')], continue: true, routes: [once] },
  {
    receiver: 'heartbeat',
    matchers: [named('heartbeat')],
    continue: true,
    group_wait: '0s',
    group_interval: intervals.groupInterval,
    repeat_interval: intervals.heartbeat,
  },
  { receiver: 'nobody', matchers: [named('nobody')], continue: true },
]
