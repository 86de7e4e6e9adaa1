import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Delivery } from './bench.ts'
import type { Expected, Fault } from './faults.ts'

/** What became of one alert that a fault had to set off. Times in seconds. */
export interface Told {
  readonly expected: Expected
  /** From the fault until Prometheus first saw the expression true. */
  readonly seenAfter: number | undefined
  /** From the fault until somebody was told. */
  readonly toldAfter: number | undefined
  /** How they were told: "pagerduty, email, slack". */
  readonly channels: readonly string[]
}

export interface Outcome {
  readonly fault: Fault
  readonly told: readonly Told[]
}

/** A round that was run; times in milliseconds since 1970. */
export interface Measured {
  readonly outcomes: readonly Outcome[]
  readonly since: number
  readonly mendedAt: number
}

/** From the first true expression to the delivered notification, beyond the hold time, at most. */
export const limitSeconds = 45

/** Longer than any hold time, window and age in the table; a fault that sets nothing off within it has failed. */
const patienceMs = 17 * 60_000

const isFiring =
  (alert: string, since: number) =>
  ({ receivedAt, alerts }: Delivery): boolean =>
    Date.parse(receivedAt) >= since &&
    alerts.some(({ status, labels }) => status === 'firing' && labels.alertname === alert)

/** Watches one alert until it was delivered. */
const watch = async (bench: Bench, expected: Expected, since: number, signal: AbortSignal): Promise<Told> => {
  let seenAt: number | undefined
  let first: Delivery | undefined
  const deadline = Date.now() + patienceMs
  while (!first && Date.now() < deadline && !signal.aborted) {
    const active = expected.silenceSeconds === undefined ? await bench.activeSince(expected.alert) : undefined
    if (active !== undefined && active >= since - 1_000) seenAt ??= active
    first = (await bench.deliveries()).findLast(isFiring(expected.alert, since))
    if (!first) await sleep(1_000, undefined, { signal }).catch(() => undefined)
  }
  // The other channels of the same notification follow within moments.
  if (first) await sleep(5_000)
  const all = first ? (await bench.deliveries()).filter(isFiring(expected.alert, since)) : []
  const after = (time: number | undefined) => (time === undefined ? undefined : (time - since) / 1_000)
  return {
    expected,
    seenAfter: after(seenAt),
    toldAfter: after(first && Date.parse(first.receivedAt)),
    channels: [...new Set(all.map(({ via }) => via))].sort(),
  }
}

/** Seconds from a time on until the alert was told to be over; undefined while it was not. */
export const resolvedAfter = (deliveries: readonly Delivery[], alert: string, since: number): number | undefined => {
  const told = deliveries.findLast(
    ({ receivedAt, alerts }) =>
      Date.parse(receivedAt) >= since &&
      alerts.some(({ status, labels }) => status === 'resolved' && labels.alertname === alert),
  )
  return told && (Date.parse(told.receivedAt) - since) / 1_000
}

/** Injects the faults of a round at about the same time, and waits for all that they must set off; then everything is mended. */
export const runRound = async (
  bench: Bench,
  round: readonly Fault[],
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Outcome[]> => {
  const outcomes = round.map(async (fault): Promise<Outcome> => {
    const since = Date.now()
    await fault.inject(bench)
    log(`${fault.title}: waiting for ${fault.expected.map(({ alert }) => alert).join(', ')}`)
    const told = await Promise.all(
      fault.expected.map(async (expected) => {
        const one = await watch(bench, expected, since, signal)
        log(
          `  ${expected.alert}: ${one.toldAfter === undefined ? 'NOT told' : `told after ${one.toldAfter.toFixed(0)} s`}`,
        )
        return one
      }),
    )
    return { fault, told }
  })
  try {
    return await Promise.all(outcomes)
  } finally {
    for (const fault of round) await fault.mend(bench)
  }
}

/** From true to told, within hold time and 45 s; of a dead man's switch from the fault on. */
export const isInTime = ({ expected, seenAfter, toldAfter }: Told): boolean => {
  if (toldAfter === undefined) return false
  if (expected.silenceSeconds !== undefined) return toldAfter <= expected.silenceSeconds
  return seenAfter !== undefined && toldAfter - seenAfter <= expected.holdSeconds + limitSeconds
}

/** Messages about something that began in a span of time, by the alerts they name and the channel: how loud was it? */
export const messages = (
  deliveries: readonly Delivery[],
  since: number,
  until: number,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { receivedAt, via, alerts } of deliveries) {
    const at = Date.parse(receivedAt)
    if (at < since || at >= until || alerts.every(({ status }) => status !== 'firing')) continue
    const names = [...new Set(alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels.alertname))]
    const key = `${names.sort().join(' + ')} by ${via}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
