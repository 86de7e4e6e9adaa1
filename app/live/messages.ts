import type { ProviderName } from '../adapters/outside.ts'
import type { HealthState } from '../health/probe.ts'
import type { LiveAlert } from '../monitoring/live-alerts.ts'
import type { Snapshot } from '../monitoring/snapshot.ts'

/** Milliseconds between two messages of a kind; a page that hears nothing for three of them shows that it is stale. */
export const liveEveryMs = 2_000

/** What the badges of the page stand for. */
export type BadgeName = 'database' | 'job_queue' | 'cache' | 'search' | ProviderName

export interface BadgeState {
  readonly name: BadgeName
  /** `off`: not configured. */
  readonly state: HealthState | 'off'
  /** One sentence for people, without anything from outside: `asks us to wait until 14:03:20`. English; the page translates by `reason`. */
  readonly reason: 'ok' | 'not_configured' | 'unreachable' | 'rate_limited' | 'breaker_open' | 'backed_up' | 'slow'
  /** ISO 8601, or null where unknown; of all processes together. */
  readonly lastSuccessAt: string | null
  readonly lastErrorAt: string | null
  /** Set while the provider has asked us to wait. */
  readonly rateLimitedUntil: string | null
  /** When the state was found out. */
  readonly checkedAt: string
  /** Jobs that wait for this dependency; 0 where none can. */
  readonly waiting: number
}

/** To every signed-in user. */
export interface LiveStatus {
  readonly at: string
  readonly badges: readonly BadgeState[]
}

/** To those who operate. */
export interface LiveOperations {
  readonly at: string
  readonly snapshot: Snapshot
  /** The process that serves the page. Milliseconds, bytes, seconds. */
  readonly process: {
    readonly uptimeSeconds: number
    readonly rssBytes: number
    readonly heapUsedBytes: number
    readonly cpuPercent: number
    readonly eventLoopP99Ms: number
  }
  /** p95 of the last minute's requests of this process, in milliseconds; null without requests. */
  readonly p95Ms: number | null
  readonly activeUsers: number
  readonly alerts: readonly LiveAlert[]
}

/** What `/api/events` sends, one a line of `data:`; besides, whatever happens in the workspace, as `{ type, data: { ids } }`. */
export type LiveMessage =
  | { readonly type: 'status'; readonly data: LiveStatus }
  | { readonly type: 'operations'; readonly data: LiveOperations }
  /** Something may have been missed: read everything anew. */
  | { readonly type: 'resync'; readonly data: Readonly<Record<string, never>> }
