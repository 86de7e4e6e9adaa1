import { type HttpBindings, upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import type { Deps } from '../../deps.ts'
import { DomainError, forbidden } from '../../errors.ts'
import type { SignedInEnv } from '../../http/env.ts'
import { createRoutes, problems } from '../../http/openapi.ts'
import { signedIn } from '../../http/session.ts'
import { PushSocket } from '../../realtime/websocket.ts'
import { securityEvent } from '../../telemetry/security.ts'
import { eventStream, socketLine } from './lines.ts'

const shared: { method: 'get'; tags: string[] } = { method: 'get', tags: ['Live events'] }
const description =
  'Each event is `{ type, data }`. After a loss nothing is repeated: `{ "type": "resync" }` says to read everything anew.'

/** What `/openapi.json` says of the two: neither has a body that a schema could describe. */
const documented = [
  {
    ...shared,
    path: '/api/events',
    summary: 'What happens in the workspace, while it happens (server-sent events)',
    description,
    responses: {
      200: { description: 'The stream', content: { 'text/event-stream': {} } },
      ...problems(401, 429, 503),
    },
  },
  {
    ...shared,
    path: '/api/events/ws',
    summary: 'The same by WebSocket; pages of this site only',
    description,
    responses: { 101: { description: 'The connection stands' }, ...problems(400, 401, 403, 429, 503) },
  },
]

/**
 * `GET /api/events` (server-sent events) and `GET /api/events/ws` (WebSocket): what happens in the workspace, while it
 * happens, each event as `{ type, data }`; an admin is also told what operators are. Nothing is kept: who comes back after a
 * loss (`Last-Event-ID`) is sent `{ type: 'resync' }`, and reads everything anew.
 */
export const realtimeRoutes = ({ config, realtime }: Pick<Deps, 'config' | 'realtime'>) => {
  const ownOrigin = new URL(config.publicUrl).origin
  const routes = createRoutes()
  for (const route of documented) routes.openAPIRegistry.registerPath(route)
  const live = new Hono<SignedInEnv>()
    .get('/api/events', signedIn, (c) => {
      realtime.admit(c.get('user'))
      const missed = c.req.header('last-event-id') !== undefined
      const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>
      const cut = () => outgoing?.destroy()
      const body = eventStream(cut, (line) => realtime.follow(c.get('user'), line, { missed }))
      return c.body(body, 200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx would gather events into pages.
        'x-accel-buffering': 'no',
        // A connection whose stream has ended holds up no shutdown.
        connection: 'close',
      })
    })
    .get(
      '/api/events/ws',
      signedIn,
      async (c, next) => {
        if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
          throw new DomainError('malformed_request', 'This address speaks WebSocket only; /api/events is for HTTP.')
        const origin = c.req.header('origin')
        // A page elsewhere could use the session cookie. What is no browser sends no origin, and has no cookies of others.
        if (origin !== undefined && origin !== ownOrigin) {
          securityEvent('forbidden', { path: c.req.routePath })
          throw forbidden('Pages of other sites may not follow events.')
        }
        realtime.admit(c.get('user'))
        await next()
      },
      upgradeWebSocket((c) => {
        const user = c.get('user') as SignedInEnv['Variables']['user']
        let leave = (): void => {}
        return {
          onOpen: (_, { raw }) => {
            if (!(raw instanceof PushSocket)) return
            try {
              leave = realtime.follow(user, socketLine(raw))
            } catch {
              // Somebody else took the last place meanwhile.
              raw.close(1013, 'try again later')
            }
          },
          onClose: () => leave(),
          onError: () => leave(),
        }
      }),
    )
  return routes.route('/', live)
}
