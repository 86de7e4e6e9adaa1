import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { AppEnv } from '../http/env.ts'
import type { Activities } from './activities.ts'

const ofPeople = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Notes what signed-in users did once it is done: answers of less than 400. Stands after `session`. */
export const activity = (activities: Activities) =>
  createMiddleware<AppEnv>(async function activity(c, next) {
    await next()
    const user = c.get('user')
    const { method } = c.req
    if (!user || c.res.status >= 400 || !ofPeople.has(method)) return
    const route = matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path
    if (route !== undefined) activities.note({ workspaceId: user.workspaceId, userId: user.id, method, route })
  })
