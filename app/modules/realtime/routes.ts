import { type HttpBindings, upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import type { Deps } from '../../deps.ts'
import { DomainError, forbidden } from '../../errors.ts'
import type { SignedInEnv } from '../../http/env.ts'
import { signedIn } from '../../http/session.ts'
import { PushSocket } from '../../realtime/websocket.ts'
import { securityEvent } from '../../telemetry/security.ts'
import { eventStream, socketLine } from './lines.ts'

/**
 * `GET /api/events` (server-sent events) and `GET /api/events/ws` (WebSocket): what happens in the workspace, while it
 * happens, each event as `{ type, data }`; an admin is also told what operators are. Nothing is kept: who comes back after a
 * loss (`Last-Event-ID`) is sent `{ type: 'resync' }`, and reads everything anew.
 */
export const realtimeRoutes = ({ config, realtime }: Pick<Deps, 'config' | 'realtime'>) => {
  const ownOrigin = new URL(config.publicUrl).origin
  return new Hono<SignedInEnv>()
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
}
