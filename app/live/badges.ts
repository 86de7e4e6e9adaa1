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

type Judged = Pick<BadgeState, 'state' | 'reason'>
const well: Judged = { state: 'ok', reason: 'ok' }
const away: Judged = { state: 'error', reason: 'unreachable' }

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

export const databaseBadge = (found: Found): BadgeState =>
  badge('database', !found.answers ? away : found.ms > slowMs.own ? { state: 'degraded', reason: 'slow' } : well, found)

/** @param queues undefined where nobody knows what stands in them */
export const jobQueueBadge = (found: Found, queues: readonly QueueDepth[] | undefined): BadgeState => {
  if (!found.answers || !queues) return badge('job_queue', away, found)
  const isStuck = queues.some(({ oldestSeconds }) => oldestSeconds > stuckSeconds)
  return badge('job_queue', isStuck ? { state: 'degraded', reason: 'backed_up' } : well, found, {
    waiting: undone(queues),
  })
}

/** The service works without a cache, only slower. */
export const cacheBadge = (found: Found): BadgeState =>
  badge('cache', found.answers ? well : { state: 'degraded', reason: 'unreachable' }, found)

export const searchBadge = (found: Found): BadgeState => badge('search', found.answers ? well : away, found)

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
  const judge = (): Judged => {
    if (!isConfigured) return { state: 'off', reason: 'not_configured' }
    // One that has asked us to wait is not asked whether it is there.
    if (isLimited) return { state: 'degraded', reason: 'rate_limited' }
    if (!found.answers) return away
    if (own.breaker !== 'closed') return { state: 'degraded', reason: 'breaker_open' }
    return found.ms > slowMs.provider ? { state: 'degraded', reason: 'slow' } : well
  }
  return badge(name, judge(), found, {
    lastSuccessAt: textOf(latest(own.lastSuccessAt, shared?.lastSuccessAt)),
    lastErrorAt: textOf(latest(own.lastErrorAt, shared?.lastErrorAt)),
    rateLimitedUntil: isLimited ? until.toISOString() : null,
    waiting: queueOf[name] ? undone(queues, queueOf[name]) : 0,
  })
}
