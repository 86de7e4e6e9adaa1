import { z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { Deps } from '../../deps.ts'
import { unauthorized } from '../../errors.ts'
import { bearerToken, sameSecret } from '../../http/credentials.ts'
import type { AppEnv } from '../../http/env.ts'
import { createRoutes, problems } from '../../http/openapi.ts'
import { securityEvent } from '../../telemetry/security.ts'
import { passOn } from './service.ts'

const base = '/api/verity'
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** 401 without our own key, as `x-api-key` or as a bearer token. */
const keyOnly = (key: string) =>
  createMiddleware<AppEnv>(async function keyOnly(c, next) {
    const given = c.req.header('x-api-key') ?? bearerToken(c.req.header('authorization'))
    if (given === undefined || !sameSecret(given, key)) {
      securityEvent('unauthorized', { path: `${base}/*` })
      throw unauthorized('Send the gateway’s key: x-api-key: <DF_MIDDLEWARE_API_KEY>.')
    }
    await next()
  })

const documented = {
  tags: ['Verity'],
  summary: 'Verity’s API, with this service’s key in place of Verity’s credentials',
  description:
    'Send `x-api-key`. Method, path, query and body (64 KiB at most) are passed on, and status and body passed back.',
  request: { params: z.object({ path: z.string().openapi({ param: { name: 'path', in: 'path' } }) }) },
  responses: { 200: { description: 'Verity’s answer, whatever its status' }, ...problems(401, 413, 429, 503, 504) },
}

/** `/api/verity/*`: Verity behind a key of ours. */
export const gatewayRoutes = ({ config, outside }: Pick<Deps, 'config' | 'outside'>) => {
  const routes = createRoutes()
  for (const method of methods) routes.openAPIRegistry.registerPath({ ...documented, method, path: `${base}/{path}` })
  return routes.on(
    methods.map((method) => method.toUpperCase()),
    `${base}/*`,
    keyOnly(config.gatewayApiKey),
    async (c) => {
      const { pathname, search } = new URL(c.req.url)
      const body = await c.req.arrayBuffer()
      const answer = await passOn(outside, {
        method: c.req.method,
        path: pathname.slice(base.length),
        query: search,
        contentType: c.req.header('content-type'),
        ...(body.byteLength > 0 && { body }),
      })
      // Not our mistake, and not one of a request to us.
      if (answer.status >= 500) c.set('errorType', answer.status === 504 ? 'timeout' : 'dependency_unavailable')
      return answer
    },
  )
}
