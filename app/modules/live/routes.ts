import { createRoute, z } from '@hono/zod-openapi'
import { LRUCache } from 'lru-cache'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../errors.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { badgeName, badgeSchema, messagesSchema } from './schemas.ts'

/** Checks of one user within a minute: a few impatient clicks on each badge. */
const mostChecks = 30
const minuteMs = 60_000

const shared = { tags: ['Live events'], middleware: signedIn }
const noStore = { 'cache-control': 'no-store' }

/** What open pages cannot do without: it answers also while the database hangs, to whoever was signed in before. */
export const isLivePath = (path: string): boolean =>
  path === '/api/live' || path === '/api/events' || /^\/api\/status\/\w+\/check$/.test(path)

const readLive = createRoute({
  ...shared,
  method: 'get',
  path: '/api/live',
  summary: 'What `/api/events` tells every two seconds, for who has no stream',
  description: 'The last message of each kind: `status`, and for admins `operations`.',
  responses: { 200: answer(messagesSchema, 'At most 4 s old'), ...problems(401, 503) },
})

const check = createRoute({
  ...shared,
  method: 'post',
  path: '/api/status/{name}/check',
  summary: 'Ask one dependency now whether it is there',
  description: 'One that was asked less than 2 s ago, or has asked us to wait, is not asked again.',
  request: { params: z.object({ name: badgeName }) },
  responses: { 200: answer(badgeSchema, 'As it is now'), ...problems(401, 422, 429, 503) },
})

export const liveRoutes = ({ live }: Pick<Deps, 'live'>) => {
  const checks = new LRUCache<string, { count: number }>({ max: 10_000, ttl: minuteMs })

  const admit = (userId: string): void => {
    const known = checks.get(userId)
    if (!known) {
      checks.set(userId, { count: 1 })
      return
    }
    if (known.count < mostChecks) {
      known.count++
      return
    }
    const seconds = Math.max(1, Math.ceil(checks.getRemainingTTL(userId) / 1_000))
    throw new DomainError('rate_limited', `You checked very often. Please try again in ${seconds} s.`, {
      headers: { 'retry-after': String(seconds) },
    })
  }

  return createRoutes()
    .openapi(readLive, async (c) => {
      const messages = await live.messages(c.get('user').role === 'admin')
      return c.json([...messages], 200, noStore)
    })
    .openapi(check, async (c) => {
      admit(c.get('user').id)
      return c.json(await live.check(c.req.valid('param').name), 200, noStore)
    })
}
