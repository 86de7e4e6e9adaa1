import { describe, expect, it } from 'vitest'
import type { ProviderState } from '../adapters/outside.ts'
import type { ProviderStatus } from '../adapters/status.ts'
import type { QueueDepth } from '../jobs/depths.ts'
import type { Found } from './asker.ts'
import { cacheBadge, databaseBadge, jobQueueBadge, providerBadge } from './badges.ts'

const at = new Date('2026-11-21T12:00:00Z')
const now = at.getTime()
const minutes = (count: number): Date => new Date(now + count * 60_000)

const answered: Found = { answers: true, misses: 0, ms: 10, at, lastSuccessAt: at, lastErrorAt: undefined }
const silent: Found = { answers: false, misses: 2, ms: 600, at, lastSuccessAt: minutes(-1), lastErrorAt: at }

const depth = (queue: QueueDepth['queue'], some: Partial<QueueDepth>): QueueDepth => ({
  queue,
  waiting: 0,
  delayed: 0,
  active: 0,
  completed: 0,
  failed: 0,
  dead: 0,
  oldestSeconds: 0,
  ...some,
})
const queues = [depth('email-sync', { waiting: 1, delayed: 2, active: 9 }), depth('backup', { waiting: 4 })]

const own: ProviderState = {
  breaker: 'closed',
  lastSuccessAt: undefined,
  lastErrorAt: undefined,
  rateLimitedUntil: undefined,
}
const shared = (some: Partial<ProviderStatus>): ProviderStatus => ({
  ...own,
  provider: 'gmail',
  updatedAt: at,
  ...some,
})
const gmail = (some: Partial<Parameters<typeof providerBadge>[1]>) =>
  providerBadge('gmail', { isConfigured: true, own, shared: undefined, found: answered, queues, ...some }, now)

describe('a provider’s badge', () => {
  it('is well where it answers, and counts the jobs that are its own', () => {
    expect(gmail({})).toEqual({
      name: 'gmail',
      state: 'ok',
      reason: 'ok',
      lastSuccessAt: null,
      lastErrorAt: null,
      rateLimitedUntil: null,
      checkedAt: '2026-11-21T12:00:00.000Z',
      waiting: 3,
    })
  })

  it('knows the later of what this process and the others know', () => {
    const badge = gmail({
      own: { ...own, lastSuccessAt: minutes(-2), lastErrorAt: minutes(-1) },
      shared: shared({ lastSuccessAt: minutes(-1), lastErrorAt: minutes(-9) }),
    })
    expect([badge.lastSuccessAt, badge.lastErrorAt]).toEqual(['2026-11-21T11:59:00.000Z', '2026-11-21T11:59:00.000Z'])
  })

  it.each([
    ['not configured, whatever else', { isConfigured: false, found: silent }, 'off', 'not_configured'],
    ['silent', { found: silent }, 'error', 'unreachable'],
    ['refused by our breaker', { own: { ...own, breaker: 'open' } }, 'degraded', 'breaker_open'],
    ['slow', { found: { ...answered, ms: 1_500 } }, 'degraded', 'slow'],
    [
      'asked to wait, by another process',
      { shared: shared({ rateLimitedUntil: minutes(5) }) },
      'degraded',
      'rate_limited',
    ],
    ['no longer asked to wait', { shared: shared({ rateLimitedUntil: minutes(-5) }) }, 'ok', 'ok'],
  ] as const)('%s', (_, about, state, reason) => {
    expect(gmail(about)).toMatchObject({ state, reason })
  })

  it('names the later time of two', () => {
    const badge = gmail({
      own: { ...own, rateLimitedUntil: minutes(3) },
      shared: shared({ rateLimitedUntil: minutes(5) }),
      found: silent,
    })
    expect(badge).toMatchObject({ reason: 'rate_limited', rateLimitedUntil: '2026-11-21T12:05:00.000Z' })
  })
})

describe('our own badges', () => {
  it('of the database: away, slow or well; one answer that is missed is slow', () => {
    const all = [silent, { ...silent, misses: 1 }, { ...answered, ms: 400 }, answered]
    expect(all.map((found) => databaseBadge(found).reason)).toEqual(['unreachable', 'slow', 'slow', 'ok'])
  })

  it('of the queue: unknown, stuck, or well with what waits', () => {
    expect(jobQueueBadge({ ...silent, misses: 1 }, undefined)).toMatchObject({ reason: 'slow', waiting: 0 })
    expect(jobQueueBadge(silent, queues)).toMatchObject({ state: 'error' })
    expect(jobQueueBadge(answered, [depth('backup', { oldestSeconds: 301, waiting: 1 })])).toMatchObject({
      state: 'degraded',
      reason: 'backed_up',
    })
    expect(jobQueueBadge(answered, queues)).toMatchObject({ state: 'ok', waiting: 7 })
  })

  it('of the cache never red: the service works without it', () => {
    expect(cacheBadge(silent)).toMatchObject({ state: 'degraded', reason: 'unreachable' })
  })
})
