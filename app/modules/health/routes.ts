import { createRoute } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { Deps } from '../../deps.ts'
import type { HealthState } from '../../health/probe.ts'
import { bearerToken } from '../../http/credentials.ts'
import type { AppEnv } from '../../http/env.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { signedIn } from '../../http/session.ts'
import { serviceName } from '../../telemetry/settings.ts'
import { detailedHealth } from './detailed.ts'
import { detailedSchema, healthSchema, liveSchema, notReadySchema, readySchema } from './schemas.ts'

const headers = { 'cache-control': 'no-store' }

const health = createRoute({
  method: 'get',
  path: '/health',
  tags: ['Health'],
  summary: 'How is it, and what it depends on?',
  responses: { 200: answer(healthSchema, 'It works'), 503: answer(healthSchema, 'It does not') },
})

const live = createRoute({
  method: 'get',
  path: '/health/live',
  tags: ['Health'],
  summary: 'Is the process alive?',
  responses: { 200: answer(liveSchema, 'It is') },
})

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  tags: ['Health'],
  summary: 'Can it serve requests?',
  responses: { 200: answer(readySchema, 'It can'), 503: answer(notReadySchema, 'Not now; `checks` says why') },
})

/** Anybody who is signed in, and whoever operates the service: with the admin secret also while the database is away. */
const signedInOrOperator = (adminSecret: string) => {
  const operator = operatorsOnly(adminSecret)
  return createMiddleware<AppEnv>(async function signedInOrOperator(c, next) {
    const guard = bearerToken(c.req.header('authorization')) === undefined ? signedIn : operator
    return await (guard as typeof operator)(c, next)
  })
}

export const healthRoutes = ({ config, health: watch, isPrepared, cache, outside }: Deps) => {
  const detailed = createRoute({
    method: 'get',
    path: '/health/detailed',
    tags: ['Health'],
    summary: 'How is each part? (for whoever is signed in)',
    middleware: [signedInOrOperator(config.adminSecret)] as const,
    responses: { 200: answer(detailedSchema, 'Every part'), ...problems(401, 503) },
  })

  return createRoutes()
    .openapi(live, (c) => c.json({ status: 'ok' as const }, 200, headers))
    .openapi(ready, async (c) => {
      const prepared = isPrepared() ? 'ok' : 'error'
      const database = (await watch.database()) === 'ok' ? 'ok' : 'error'
      const checks = { database, migrations: prepared, job_queue: prepared } as const
      return Object.values(checks).every((one) => one === 'ok')
        ? c.json({ status: 'ready' as const, checks }, 200, headers)
        : c.json({ status: 'not ready' as const, checks }, 503, headers)
    })
    .openapi(health, async (c) => {
      const dependencies = await watch.dependencies()
      const status = overall(dependencies)
      const body = { status, timestamp: new Date().toISOString(), service: serviceName(), dependencies }
      return c.json(body, status === 'error' ? 503 : 200, headers)
    })
    .openapi(detailed, async (c) => c.json(await detailedHealth({ watch, cache, outside }), 200, headers))
}

/** A provider that is away makes the service worse, not useless. */
const overall = (states: {
  database: HealthState
  job_queue: HealthState
  [other: string]: HealthState
}): HealthState => {
  if (states.database === 'error' || states.job_queue === 'error') return 'error'
  return Object.values(states).every((state) => state === 'ok') ? 'ok' : 'degraded'
}
