import type { ProviderName, ProviderState } from '../adapters/outside.ts'
import type { ProviderStatus } from '../adapters/status.ts'
import type { QueueDepth } from '../jobs/depths.ts'
import type { QueueName } from '../telemetry/jobs.ts'
import type { Found } from './asker.ts'
import type { BadgeName, BadgeState } from './messages.ts'

/** Milliseconds after which an answer is slow. */
export const slowMs = { own: 300, provider: 1_000 } as const

/** A due job that has waited this long: nobody works the queues off. */
const stuckSeconds = 300

/** The queue whose jobs cannot do without a provider. Syncs of integrations stand in one queue for all of theirs. */
export const queueOf: Partial<Readonly<Record<ProviderName, QueueName>>> = {
  gmail: 'email-sync',
  google_calendar: 'calendar-sync',
  billy: 'invoice-creation',
  smtp: 'email-sending',
  aloware: 'text-sending',
  verity: 'broadcast-sending',
  ghl: 'contact-export',
}

/** Of our own parts, which are asked every two seconds: one that is busy may miss a question, and is only slow. */
const mostMisses = 1

type Judged = Pick<BadgeState, 'state' | 'reason'>
const well: Judged = { state: 'ok', reason: 'ok' }
const slow: Judged = { state: 'degraded', reason: 'slow' }
const away: Judged = { state: 'error', reason: 'unreachable' }

/** @param gone what it means that it does not answer at all */
const judge = ({ misses, ms }: Found, gone = away): Judged => {
  if (misses > mostMisses) return gone
  return misses > 0 || ms > slowMs.own ? slow : well
}

const badge = (name: BadgeName, judged: Judged, found: Found, more: Partial<BadgeState> = {}): BadgeState => ({
  name,
  ...judged,
  lastSuccessAt: textOf(found.lastSuccessAt),
  lastErrorAt: textOf(found.lastErrorAt),
  rateLimitedUntil: null,
  checkedAt: found.at.toISOString(),
  waiting: 0,
  ...more,
})

const textOf = (instant: Date | undefined): string | null => instant?.toISOString() ?? null

const latest = (...instants: readonly (Date | undefined)[]): Date | undefined => {
  const times = instants.flatMap((instant) => instant?.getTime() ?? [])
  return times.length > 0 ? new Date(Math.max(...times)) : undefined
}

/** Jobs that are due or put off. */
const undone = (queues: readonly QueueDepth[], only?: QueueName): number =>
  queues
    .filter(({ queue }) => only === undefined || queue === only)
    .reduce((sum, { waiting, delayed }) => sum + waiting + delayed, 0)

export const databaseBadge = (found: Found): BadgeState => badge('database', judge(found), found)

export const searchBadge = (found: Found): BadgeState => badge('search', judge(found), found)

/** The service works without a cache, only slower. */
export const cacheBadge = (found: Found): BadgeState =>
  badge('cache', judge(found, { state: 'degraded', reason: 'unreachable' }), found)

/** @param queues as they stood when they were read last; undefined where they never were */
export const jobQueueBadge = (found: Found, queues: readonly QueueDepth[] | undefined): BadgeState => {
  const judged = judge(found)
  if (judged.state === 'error' || !queues) return badge('job_queue', judged, found)
  const isStuck = queues.some(({ oldestSeconds }) => oldestSeconds > stuckSeconds)
  return badge('job_queue', isStuck ? { state: 'degraded', reason: 'backed_up' } : judged, found, {
    waiting: undone(queues),
  })
}

interface AboutProvider {
  readonly isConfigured: boolean
  /** What this process knows, */
  readonly own: ProviderState
  /** and what all of them together do; undefined where the database does not say. */
  readonly shared: ProviderStatus | undefined
  readonly found: Found
  readonly queues: readonly QueueDepth[]
}

export const providerBadge = (
  name: ProviderName,
  { isConfigured, own, shared, found, queues }: AboutProvider,
  now = Date.now(),
): BadgeState => {
  const until = latest(own.rateLimitedUntil, shared?.rateLimitedUntil)
  const isLimited = until !== undefined && until.getTime() > now
  const judged = (): Judged => {
    if (!isConfigured) return { state: 'off', reason: 'not_configured' }
    // One that has asked us to wait is not asked whether it is there.
    if (isLimited) return { state: 'degraded', reason: 'rate_limited' }
    if (!found.answers) return away
    if (own.breaker !== 'closed') return { state: 'degraded', reason: 'breaker_open' }
    return found.ms > slowMs.provider ? slow : well
  }
  return badge(name, judged(), found, {
    lastSuccessAt: textOf(latest(own.lastSuccessAt, shared?.lastSuccessAt)),
    lastErrorAt: textOf(latest(own.lastErrorAt, shared?.lastErrorAt)),
    rateLimitedUntil: isLimited ? until.toISOString() : null,
    waiting: queueOf[name] ? undone(queues, queueOf[name]) : 0,
  })
}
