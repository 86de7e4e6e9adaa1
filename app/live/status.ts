import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type ProviderName, providerNames } from '../adapters/outside.ts'
import { readProviderStatus } from '../adapters/status.ts'
import type { Deps } from '../deps.ts'
import { type Asker, asker, reader } from './asker.ts'
import { cacheBadge, databaseBadge, jobQueueBadge, providerBadge, searchBadge } from './badges.ts'
import type { BadgeName, BadgeState, LiveStatus } from './messages.ts'

/** Milliseconds that each has to answer. */
const limits = { own: 600, provider: 2_000, both: 4_500 } as const

/**
 * Milliseconds between two questions to what answers over a network, at least: within 10 s a page shows that it stopped
 * answering. A little less than two rounds of messages, so that each second round asks.
 */
const askEveryMs = 3_500
/** A provider that answered somebody's call so lately is not asked. */
const answeredMs = 2_000
/** Before a provider that failed at once is asked a second time: one lost packet is no outage. */
const secondTryMs = 300
/** Whoever wants to know now is told what was found out less than this ago. */
const checkedMs = 2_000

export type StatusServices = Pick<Deps, 'db' | 'cache' | 'outside' | 'health' | 'isPrepared'>

/** What is asked each time: it is near, and cheap. */
const ours = ['database', 'job_queue', 'cache', 'search'] as const

export const badgeNames: readonly BadgeName[] = [...ours, ...providerNames]

/** Finds out how everything is that the badges stand for. Nothing is asked unless somebody wants to know. */
export interface StatusWatch {
  /** Asks what is due, and waits only for what nobody knows yet. */
  read(): Promise<LiveStatus>
  /** Asks one of them now, unless that was done just before. */
  check(name: BadgeName): Promise<BadgeState>
}

/** @param onChange told when a provider answers that did not, or the other way round */
export const createStatusWatch = (
  { db, cache, outside, health, isPrepared }: StatusServices,
  onChange: () => void,
): StatusWatch => {
  const rows = reader(() => readProviderStatus(db), limits.own)
  let queues: Awaited<ReturnType<typeof health.queues>>
  let shared: Awaited<ReturnType<typeof rows>>

  const isLimited = (name: ProviderName): boolean =>
    shared?.find(({ provider }) => provider === name)?.rateLimitedUntil !== undefined

  const providerAnswers = async (name: ProviderName): Promise<boolean> => {
    if (!outside.isConfigured(name) || isLimited(name)) return true
    if (Date.now() - (outside.state(name).lastSuccessAt?.getTime() ?? 0) < answeredMs) return true
    const startedAt = performance.now()
    if (await outside.reachable(name, limits.provider, 0)) return true
    if (performance.now() - startedAt > secondTryMs) return false
    await sleep(secondTryMs, undefined, { ref: false })
    return await outside.reachable(name, limits.provider, 0)
  }
  const askers = {
    database: asker(async () => (await health.database()) === 'ok', limits.own),
    job_queue: asker(async () => {
      const read = isPrepared() ? await health.queues() : undefined
      queues = read ?? queues
      return read !== undefined
    }, limits.own),
    cache: asker(() => cache.ping(), limits.own),
    search: asker(async () => {
      await sql`select 1 from contact_search limit 1`.execute(db)
      return true
    }, limits.own),
    ...(Object.fromEntries(
      providerNames.map((name) => [name, asker(() => providerAnswers(name), limits.both)]),
    ) as Record<ProviderName, Asker>),
  } satisfies Record<BadgeName, Asker>

  const shown = async (name: BadgeName): Promise<BadgeState> => {
    const found = askers[name].last() ?? (await askers[name].ask())
    if (name === 'database') return databaseBadge(found)
    if (name === 'job_queue') return jobQueueBadge(found, queues)
    if (name === 'cache') return cacheBadge(found)
    if (name === 'search') return searchBadge(found)
    return providerBadge(name, {
      isConfigured: outside.isConfigured(name),
      own: outside.state(name),
      shared: shared?.find(({ provider }) => provider === name),
      found,
      queues: queues ?? [],
    })
  }

  const isOlder = (name: BadgeName, ms: number): boolean => {
    const at = askers[name].last()?.at.getTime()
    return at === undefined || Date.now() - at >= ms
  }

  const askAgain = async (name: ProviderName): Promise<void> => {
    const before = askers[name].last()
    const { answers } = await askers[name].ask()
    if (before && before.answers !== answers) onChange()
  }

  return {
    read: async () => {
      for (const name of providerNames) if (isOlder(name, askEveryMs)) void askAgain(name)
      const reading = rows()
      await Promise.all(ours.map((name) => askers[name].ask()))
      shared = await reading
      const badges = await Promise.all(badgeNames.map(shown))
      return { at: new Date().toISOString(), badges }
    },
    check: async (name) => {
      shared = await rows()
      if (isOlder(name, checkedMs)) await askers[name].ask()
      return await shown(name)
    },
  }
}
