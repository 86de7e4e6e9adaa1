import type { BadgeName, BadgeState } from '../../live/messages.ts'

/** A provider that has asked us to wait, until its queue is empty again. */
export interface Wait {
  readonly name: BadgeName
  /** Milliseconds since 1970, by the service's clock. */
  readonly until: number
  /** Jobs that wait for it. */
  readonly jobs: number
  /** `drains`: the time is over, and the queue is worked off. */
  readonly phase: 'waits' | 'drains'
}

/** A queue that has not drained after this has other reasons to be long. */
const longestDrainMs = 10 * 60_000

/**
 * What there is to wait for, after another message.
 * @param now by the service's clock
 * @returns `over`: those whose queues have drained just now
 */
export const nextWaits = (
  before: readonly Wait[],
  badges: readonly BadgeState[],
  now: number,
): { readonly waits: readonly Wait[]; readonly over: readonly BadgeName[] } => {
  const waits: Wait[] = []
  const over: BadgeName[] = []
  for (const { name, rateLimitedUntil, waiting: jobs } of badges) {
    const known = before.find((wait) => wait.name === name)
    const until = rateLimitedUntil === null ? known?.until : Date.parse(rateLimitedUntil)
    if (until === undefined) continue
    if (until > now) waits.push({ name, until, jobs, phase: 'waits' })
    else if (jobs > 0 && now - until < longestDrainMs) waits.push({ name, until, jobs, phase: 'drains' })
    else if (known) over.push(name)
  }
  return { waits, over }
}

/** `2:05`, `1:00:00`; from milliseconds, rounded up: at 0:00 the time is over. */
export const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
