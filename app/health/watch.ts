import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { sql } from 'kysely'
import { dependencies } from '../../catalogue/metrics/values.ts'
import { type Outside, type ProviderName, providerNames } from '../adapters/outside.ts'
import type { Cache } from '../cache/cache.ts'
import type { Database } from '../db/database.ts'
import type { QueueDepth } from '../jobs/depths.ts'
import { observe } from '../telemetry/instruments.ts'
import { within } from '../time-limit.ts'
import { type HealthState, type Probe, probe } from './probe.ts'

export type Dependency = (typeof dependencies)[number]

/** Whoever asks for the health waits at most this long for a dependency: with everything hanging the answer is there within 1 s. */
const limitMs = 600
/** Milliseconds for which an answer serves everybody. Longer than the background's pause: while it runs, nobody who asks waits. */
const keptMs = 10_000
const refreshEveryMs = 5_000

/** A due job that has waited this long: nobody works the queue off. */
const stuckSeconds = 300

const providerOf = { ghl_api: 'ghl', aloware_api: 'aloware', verity_api: 'verity' } as const

/** How what the service depends on is. */
export interface HealthWatch {
  /** Every dependency of `GET /health`; at most 0.6 s, and at once while the background refreshes. */
  dependencies(): Promise<Record<Dependency, HealthState>>
  /** The database asked just now. */
  database(): Promise<HealthState>
  provider(name: ProviderName): Promise<HealthState>
  cache(): Promise<HealthState>
  search(): Promise<HealthState>
  /** What stands in the queues; undefined when the database does not say within 0.6 s. */
  queues(): Promise<readonly QueueDepth[] | undefined>
  /** Refreshes in the background and reports `dependency_up`. @returns a function that ends both */
  start(): () => void
}

interface Watched {
  readonly db: Database
  readonly cache: Cache
  readonly outside: Pick<Outside, 'isConfigured' | 'reachable' | 'state'>
  readonly readQueues: () => Promise<readonly QueueDepth[]>
  readonly isPrepared: () => boolean
}

export const createHealthWatch = (
  { db, cache, outside, readQueues, isPrepared }: Watched,
  freshMs = keptMs,
): HealthWatch => {
  const options = { limitMs, freshMs }
  const database = probe(async () => {
    await sql`select 1`.execute(db)
    return 'ok'
  }, options)
  const jobQueue = probe(async () => {
    if (!isPrepared()) return 'error'
    return (await readQueues()).some(({ oldestSeconds }) => oldestSeconds > stuckSeconds) ? 'degraded' : 'ok'
  }, options)
  const search = probe(async () => {
    await sql`select 1 from contact_search limit 1`.execute(db)
    return 'ok'
  }, options)
  // The service works without it, only slower.
  const cacheProbe = probe(async () => ((await cache.ping()) ? 'ok' : 'degraded'), options)
  const providers = Object.fromEntries(
    providerNames.map((name) => [name, probe(() => providerState(outside, name), options)]),
  ) as Record<ProviderName, Probe>
  const probes = {
    database,
    job_queue: jobQueue,
    ghl_api: providers[providerOf.ghl_api],
    aloware_api: providers[providerOf.aloware_api],
    verity_api: providers[providerOf.verity_api],
  } satisfies Record<Dependency, Probe>

  return {
    dependencies: async () => {
      const states = await Promise.all(dependencies.map(async (name) => [name, await probes[name].read()] as const))
      return Object.fromEntries(states) as Record<Dependency, HealthState>
    },
    database: database.refresh,
    provider: (name) => providers[name].read(),
    cache: cacheProbe.read,
    search: search.read,
    queues: () => within(limitMs, readQueues()).catch(() => undefined),
    start: () => {
      const refresh = (): void => {
        // Nobody's request: no spans.
        context.with(suppressTracing(context.active()), () => {
          for (const name of dependencies) void probes[name].refresh()
        })
      }
      refresh()
      const timer = setInterval(refresh, refreshEveryMs)
      timer.unref()
      const stopObserving = observe('dependency_up', () =>
        dependencies.flatMap((dependency) => {
          const state = probes[dependency].last()
          return state === undefined ? [] : [{ value: upOf[state], labels: { dependency } }]
        }),
      )
      return () => {
        clearInterval(timer)
        stopObserving()
      }
    },
  }
}

const upOf: Readonly<Record<HealthState, number>> = { ok: 1, degraded: 0.5, error: 0 }

/** Degraded: without settings, asked to wait, or refused by our own breaker although it answers. */
const providerState = async (outside: Watched['outside'], name: ProviderName): Promise<HealthState> => {
  if (!outside.isConfigured(name)) return 'degraded'
  if (!(await outside.reachable(name, limitMs))) return 'error'
  const { breaker, rateLimitedUntil } = outside.state(name)
  return breaker === 'closed' && rateLimitedUntil === undefined ? 'ok' : 'degraded'
}
