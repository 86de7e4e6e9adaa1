import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '../../../stack/ports.ts'
import { type Accounts, account } from './accounts.ts'
import type { Delivery, OutageStack } from './running.ts'
import { type Answered, p99, type Sender } from './sender.ts'

type Away = Extract<ServiceName, 'prometheus' | 'loki' | 'tempo' | 'otelcol'>

/** How long a server stays away, in seconds, and how long after the first one it is killed. */
export interface Absence {
  readonly seconds: number
  readonly after?: number
  /** It comes back only when somebody was told of this alert. */
  readonly untilTold?: string
}

/** Servers that are killed. */
export interface Outage {
  readonly title: string
  readonly away: Readonly<Partial<Record<Away, Absence>>>
  /** Alerts that somebody must be told of. */
  readonly expected: readonly string[]
}

/** An alert that somebody was told of. Seconds from the outage on; from the return until it was told to be over. */
export interface Told {
  readonly alert: string
  readonly firingAfter: number | undefined
  readonly resolvedAfter: number | undefined
}

export interface Outcome extends Accounts {
  readonly title: string
  readonly seconds: number
  readonly requests: number
  readonly failedRequests: number
  /** How often each status was answered; 0: no answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** Of those before the outage. */
  readonly failedBefore: number
  /** Milliseconds in which 99 of 100 requests were answered. */
  readonly p99Before: number
  readonly p99During: number
  readonly p99After: number
  /** Counted by the processes: what they could not hand over, and which nobody had accepted. */
  readonly droppedSpans: number
  readonly droppedLines: number
  /** Requests that were answered, and of whose spans the collector was given none. */
  readonly unseenRequests: number
  /** Batches of which the collector took only a part; 0, or the ids above do not tell the truth. */
  readonly partlyAcknowledged: number
  /** Seconds from the return until the queues were empty. */
  readonly drainedAfter: number
  readonly told: readonly Told[]
  /** Told of things other than what was expected, by alert. */
  readonly alsoTold: readonly string[]
}

const processes = ['api', 'worker', 'mcp'] as const

const dropped = async (stack: OutageStack, signal: string): Promise<number> => {
  const each = processes.map((name) => stack.ownMetric(name, 'telemetry_dropped_total', `signal="${signal}"`))
  return (await Promise.all(each)).reduce((sum, count) => sum + count, 0)
}

const failed = (requests: readonly Answered[]): number =>
  requests.filter(({ status }) => status === 0 || status >= 400).length

const toldOf = (deliveries: readonly Delivery[], alert: string, status: string, since: number): number | undefined => {
  const one = deliveries.findLast(
    ({ receivedAt, alerts }) =>
      Date.parse(receivedAt) >= since &&
      alerts.some(({ status: is, labels }) => is === status && labels.alertname === alert),
  )
  return one && (Date.parse(one.receivedAt) - since) / 1_000
}

export interface Timing {
  /** How long the load is watched before and after. */
  readonly calmSeconds: number
  /** How long the queues may take to empty, and alerts to end, after the return. */
  readonly patienceSeconds: number
}

/** For an alert that does not come. */
const mostPatienceMs = 90_000

/** Something bad that happens, and ends. */
export interface Fault {
  readonly title: string
  readonly expected: readonly string[]
  /** Makes it happen, and mends it. @returns when there was no collector, if so */
  act(stack: OutageStack): Promise<{ readonly from: number; readonly until: number } | undefined>
}

/** Lets servers be away under load, waits until all is back, and counts by id what was accepted and what is stored. */
export const runOutage = (
  stack: OutageStack,
  sender: Sender,
  { title, expected, away }: Outage,
  timing: Timing,
  say: (text: string) => void,
): Promise<Outcome> => {
  const act = async (): Promise<{ readonly from: number; readonly until: number } | undefined> => {
    const names = Object.keys(away) as Away[]
    const absences = await Promise.all(names.map((name) => beAway(stack, name, away[name])))
    return new Map(absences).get('otelcol')
  }
  return runFault(stack, sender, { title, expected, act }, timing, say)
}

/** The same for whatever may happen. */
export const runFault = async (
  stack: OutageStack,
  sender: Sender,
  fault: Fault,
  { calmSeconds, patienceSeconds }: Timing,
  say: (text: string) => void,
): Promise<Outcome> => {
  const { title, expected } = fault
  const patienceMs = patienceSeconds * 1_000
  const since = Date.now()
  const usual = 2 * (await stack.usuallyQueued(calmSeconds))
  const before = { spans: await dropped(stack, 'traces'), lines: await dropped(stack, 'logs') }
  const awayAt = Date.now()
  say(`${title}: it begins`)
  const collector = await fault.act(stack)
  const backAt = Date.now()
  const seconds = (backAt - awayAt) / 1_000
  say(`${title}: mended after ${seconds.toFixed(0)} s`)
  const drainedAfter = (await stack.drained(usual, patienceMs)) / 1_000
  say(`${title}: queues are empty after ${drainedAfter.toFixed(0)} s`)
  await sleep(calmSeconds * 1_000)
  const until = Date.now()
  const seen = new Set(stack.witness.spans.map(({ traceId }) => traceId))
  const unseen = sender
    .between(since, until - 5_000)
    .filter(({ status, traceId }) => status === 200 && !seen.has(traceId))
  const accounts = await account(stack, { since, until, collector }, patienceMs, say)
  const told = await watchAlerts(stack, expected, awayAt, backAt, patienceMs)
  const during = sender.between(awayAt, backAt)
  const others = (await stack.deliveries())
    .filter(({ receivedAt }) => Date.parse(receivedAt) >= awayAt)
    .flatMap(({ alerts }) => alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels.alertname))
    .filter((name): name is string => name !== undefined && !expected.includes(name))
  return {
    title,
    seconds,
    requests: during.length,
    failedRequests: failed(during),
    statuses: Object.fromEntries(
      [...Map.groupBy(during, ({ status }) => status)].map(([status, { length }]) => [status, length]),
    ),
    failedBefore: failed(sender.between(since, awayAt)),
    p99Before: p99(sender.between(since, awayAt)),
    p99During: p99(during),
    p99After: p99(sender.between(backAt + drainedAfter * 1_000, until)),
    droppedSpans: (await dropped(stack, 'traces')) - before.spans,
    droppedLines: (await dropped(stack, 'logs')) - before.lines,
    unseenRequests: unseen.length,
    partlyAcknowledged: stack.witness.partly,
    drainedAfter,
    ...accounts,
    told,
    alsoTold: [...new Set(others)].sort(),
  }
}

const beAway = async (
  stack: OutageStack,
  name: Away,
  { seconds, after = 0, untilTold }: Absence = { seconds: 0 },
): Promise<readonly [Away, { readonly from: number; readonly until: number }]> => {
  await sleep(after * 1_000)
  const from = Date.now()
  // Tempo keeps up to 10 s of what it acknowledged in memory only: what its crash costs is Tempo's, and not counted here.
  await (name === 'tempo' ? stack.stop(name) : stack.kill(name))
  await sleep(seconds * 1_000)
  const deadline = Date.now() + mostPatienceMs
  while (untilTold && Date.now() < deadline && !toldOf(await stack.deliveries(), untilTold, 'firing', from))
    await sleep(500)
  await stack.start(name)
  return [name, { from, until: Date.now() }]
}

/** Waits until each alert was told, and told to be over. */
const watchAlerts = async (
  stack: OutageStack,
  expected: readonly string[],
  awayAt: number,
  backAt: number,
  patienceMs: number,
): Promise<Told[]> => {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const deliveries = await stack.deliveries()
    const told = expected.map((alert) => ({
      alert,
      firingAfter: toldOf(deliveries, alert, 'firing', awayAt),
      resolvedAfter: toldOf(deliveries, alert, 'resolved', backAt),
    }))
    const isDone = told.every(
      ({ firingAfter, resolvedAfter }) => firingAfter !== undefined && resolvedAfter !== undefined,
    )
    if (isDone || Date.now() > deadline) return told
    await sleep(500)
  }
}
