import { trpcServer } from '@hono/trpc-server'
import { initTRPC, TRPCError } from '@trpc/server'
import { Hono } from 'hono'
import type { Deps } from '../../deps.ts'
import { domainErrorOf } from '../../errors.ts'
import type { AppEnv, SignedInUser } from '../../http/env.ts'
import { logger } from '../../telemetry/logger.ts'
import { eventMetrics } from './event-metrics.ts'
import { systemStatus } from './status.ts'

interface Context extends Record<string, unknown> {
  readonly user: SignedInUser | undefined
}

/** tRPC's name for each kind of error that these procedures can have. */
const codes = { dependency_unavailable: 'SERVICE_UNAVAILABLE', timeout: 'TIMEOUT' } as const

/** The old names of the two: `crm.stats.getSystemStatus` and `crm.stats.getEventMetrics`. */
const createRouter = (deps: Deps) => {
  const t = initTRPC.context<Context>().create({
    // The stack stays with us, whatever the environment.
    isDev: false,
  })
  const signedIn = t.procedure.use(async ({ ctx, next }) => {
    if (!ctx.user) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Please sign in at /api/auth/login.' })
    return await next({ ctx: { user: ctx.user } })
  })
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (thrown) {
      const error = domainErrorOf(thrown)
      const code = error.type in codes ? codes[error.type as keyof typeof codes] : 'INTERNAL_SERVER_ERROR'
      throw new TRPCError({ code, message: error.message, cause: thrown })
    }
  }
  return t.router({
    crm: t.router({
      stats: t.router({
        getSystemStatus: signedIn.query(() => told(systemStatus(deps))),
        getEventMetrics: signedIn.query(({ ctx }) => told(eventMetrics(deps, ctx.user.workspaceId))),
      }),
    }),
  })
}

export type TrpcRouter = ReturnType<typeof createRouter>

/** `/trpc`, behind the same sessions. */
export const trpcRoutes = (deps: Deps) => {
  const log = logger('trpc')
  const handle = trpcServer({
    endpoint: '/trpc',
    router: createRouter(deps),
    createContext: (_options, c) => ({ user: c.get('user') }),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') log.error({ error: error.cause ?? error, path }, 'a procedure failed')
    },
  })
  return new Hono<AppEnv>().on(['GET', 'POST'], '/trpc/*', handle)
}
