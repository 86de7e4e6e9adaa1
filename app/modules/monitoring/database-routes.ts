import { createRoute, z } from '@hono/zod-openapi'
import { slowStatements, tableSizes } from '../../db/statistics.ts'
import type { Deps } from '../../deps.ts'
import { answer, createRoutes } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { jobRates } from '../../jobs/rates.ts'
import { failures } from './failures.ts'
import { slowQuery, success } from './schemas.ts'

const slowQueriesSchema = z.object({
  available: z.boolean(),
  reason: z.string().optional().openapi({ description: 'Why they are not known here, and what to do' }),
  statements: z.array(
    z.object({
      query: z.string().openapi({ description: 'With $1 in place of every value' }),
      calls: z.number(),
      meanMs: z.number(),
      maxMs: z.number(),
      totalMs: z.number(),
      rows: z.number(),
    }),
  ),
})

const tablesSchema = z.array(
  z.object({ table: z.string(), bytes: z.number(), indexBytes: z.number(), rows: z.number() }),
)

const jobsSchema = z.array(
  z.object({
    queueName: z.string(),
    completed: z.int().openapi({ description: 'In the last five minutes' }),
    failed: z.int(),
    perMinute: z.number(),
    avgProcessingMs: z.number().nullable(),
    p95ProcessingMs: z.number().nullable(),
    avgWaitMs: z.number().nullable(),
  }),
)

/** The database and the jobs in it. */
export const databaseRoutes = ({ config, db }: Deps) => {
  const shared = { tags: ['Monitoring'], middleware: operatorsOnly(config.adminSecret) }

  const slowQueries = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/slow-queries',
    summary: 'Statements slower than 100 ms on average, or 500 ms once',
    request: { query: slowQuery },
    responses: { 200: answer(success(slowQueriesSchema), 'The slowest first'), ...failures(401, 403, 422, 503) },
  })
  const tables = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/tables',
    summary: 'Sizes and rows of the tables',
    responses: { 200: answer(success(tablesSchema), 'The largest first'), ...failures(401, 403, 503) },
  })
  const jobs = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/jobs',
    summary: 'How many jobs of each queue were done in the last five minutes, and how long they took',
    responses: { 200: answer(success(jobsSchema), 'One entry a queue'), ...failures(401, 403, 503) },
  })

  return createRoutes()
    .openapi(slowQueries, async (c) => {
      const { statements, ...found } = await slowStatements(db, c.req.valid('query').limit)
      return c.json({ success: true as const, data: { ...found, statements: [...statements] } }, 200)
    })
    .openapi(tables, async (c) => c.json({ success: true as const, data: await tableSizes(db) }, 200))
    .openapi(jobs, async (c) => c.json({ success: true as const, data: await jobRates(db) }, 200))
}
