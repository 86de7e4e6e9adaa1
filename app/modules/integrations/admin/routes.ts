import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../../deps.ts'
import { answer, createRoutes, problems } from '../../../http/openapi.ts'
import { operatorsOnly } from '../../../http/operators.ts'
import { readActivity } from './activity.ts'
import { readErrors } from './errors.ts'
import { filterQuery } from './filter.ts'
import { readHealth } from './health.ts'
import { readPerformance } from './performance.ts'
import {
  activityQuery,
  activitySchema,
  errorsQuery,
  errorsSchema,
  healthQuery,
  healthSchema,
  performanceSchema,
  statsSchema,
} from './schemas.ts'
import { readStats } from './stats.ts'

/** What operators see of the synchronization with other CRMs, over all tenants. */
export const integrationAdminRoutes = ({ config, db, outside }: Deps) => {
  const shared = { tags: ['Operations'], middleware: operatorsOnly(config.adminSecret), method: 'get' as const }
  const refusals = problems(401, 403, 422, 503)
  const stats = createRoute({
    ...shared,
    path: '/api/admin/integrations/stats',
    summary: 'Integrations by status, jobs of the last 24 hours, the busiest, and the trend of errors',
    request: { query: filterQuery },
    responses: { 200: answer(statsSchema, 'The overview'), ...refusals },
  })
  const health = createRoute({
    ...shared,
    path: '/api/admin/integrations/health',
    summary: 'How each integration is, with a probe of its provider',
    request: { query: healthQuery },
    responses: { 200: answer(healthSchema, 'One page'), ...refusals },
  })
  const activity = createRoute({
    ...shared,
    path: '/api/admin/integrations/sync-activity',
    summary: 'Live and last sync jobs, records moved, and the trend of durations',
    request: { query: activityQuery },
    responses: { 200: answer(activitySchema, 'One page'), ...refusals },
  })
  const errors = createRoute({
    ...shared,
    path: '/api/admin/integrations/errors',
    summary: 'Recent errors, their rate and kinds, and jobs that failed',
    request: { query: errorsQuery },
    responses: { 200: answer(errorsSchema, 'One page'), ...refusals },
  })
  const performance = createRoute({
    ...shared,
    path: '/api/admin/integrations/performance',
    summary: 'Durations, throughput, queue depth and latency by adapter, from Prometheus',
    description: 'When Prometheus does not answer, `source` is `unavailable` and `reason` says why.',
    request: { query: filterQuery },
    responses: { 200: answer(performanceSchema, 'The figures, or why there are none'), ...refusals },
  })

  return createRoutes()
    .openapi(stats, async (c) => c.json(await readStats(db, c.req.valid('query')), 200))
    .openapi(health, async (c) => c.json(await readHealth({ db, outside }, c.req.valid('query')), 200))
    .openapi(activity, async (c) => c.json(await readActivity(db, c.req.valid('query')), 200))
    .openapi(errors, async (c) => c.json(await readErrors(db, c.req.valid('query')), 200))
    .openapi(performance, async (c) => c.json(await readPerformance({ config, db }, c.req.valid('query')), 200))
}
