import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '../../../stack/ports.ts'
import { type Accounts, account } from './accounts.ts'
import type { Delivery, OutageStack } from './running.ts'
import { p99, type Sender } from './sender.ts'

type Away = Extract<ServiceName, 'prometheus' | 'loki' | 'tempo' | 'otelcol'>

/** Servers that are killed at the same time, and for how long each stays away. */
export interface Outage {
  readonly title: string
  readonly away: Readonly<Partial<Record<Away, number>>>
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
  /** Milliseconds in which 99 of 100 requests were answered. */
  readonly p99Before: number
  readonly p99During: number
  readonly p99After: number
  /** Counted by the processes: what they could not hand over, and which nobody had accepted. */
  readonly droppedSpans: number
  readonly droppedLines: number
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

/** Lets an outage happen under load, waits until all is back, and counts by id what was accepted and what is stored. */
export const runOutage = async (
  stack: OutageStack,
  sender: Sender,
  outage: Outage,
  { calmSeconds, patienceSeconds }: Timing,
  say: (text: string) => void,
): Promise<Outcome> => {
  const names = Object.keys(outage.away) as Away[]
  const patienceMs = patienceSeconds * 1_000
  const since = Date.now()
  const usual = 2 * (await stack.usuallyQueued(calmSeconds))
  const before = { spans: await dropped(stack, 'traces'), lines: await dropped(stack, 'logs') }
  const awayAt = Date.now()
  // Tempo keeps up to 10 s of what it acknowledged in memory only: what that costs is Tempo's, and not counted here.
  await Promise.all(names.map((name) => (name === 'tempo' ? stack.stop(name) : stack.kill(name))))
  say(`${outage.title}: ${names.join(', ')} away`)
  await Promise.all(
    names.map(async (name) => {
      await sleep((outage.away[name] ?? 0) * 1_000)
      await stack.start(name)
    }),
  )
  const backAt = Date.now()
  const seconds = (backAt - awayAt) / 1_000
  say(`${outage.title}: back after ${seconds.toFixed(0)} s`)
  const drainedAfter = (await stack.drained(usual, patienceMs)) / 1_000
  say(`${outage.title}: queues are empty after ${drainedAfter.toFixed(0)} s`)
  await sleep(calmSeconds * 1_000)
  const until = Date.now()
  const accounts = await account(stack, { since, awayAt, backAt, until }, outage.away, patienceMs, say)
  const told = await watchAlerts(stack, outage.expected, awayAt, backAt, patienceMs)
  const during = sender.between(awayAt, backAt)
  const others = (await stack.deliveries())
    .filter(({ receivedAt }) => Date.parse(receivedAt) >= awayAt)
    .flatMap(({ alerts }) => alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels.alertname))
    .filter((name): name is string => name !== undefined && !outage.expected.includes(name))
  return {
    title: outage.title,
    seconds,
    requests: during.length,
    failedRequests: during.filter(({ status }) => status === 0 || status >= 400).length,
    p99Before: p99(sender.between(since, awayAt)),
    p99During: p99(during),
    p99After: p99(sender.between(backAt + drainedAfter * 1_000, until)),
    droppedSpans: (await dropped(stack, 'traces')) - before.spans,
    droppedLines: (await dropped(stack, 'logs')) - before.lines,
    partlyAcknowledged: stack.witness.partly,
    drainedAfter,
    ...accounts,
    told,
    alsoTold: [...new Set(others)].sort(),
  }
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
