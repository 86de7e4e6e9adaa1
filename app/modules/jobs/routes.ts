import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { answer, createRoutes, problems } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { queueDepths } from '../../jobs/depths.ts'
import { listJobs, queueWaits } from '../../jobs/list.ts'
import { jobsQuery, jobsSchema, queuesSchema, shownJob } from './schemas.ts'

/** What stands in the queues, and why. */
export const jobRoutes = ({ config, db }: Pick<Deps, 'config' | 'db'>) => {
  const shared = { tags: ['Operations'], middleware: operatorsOnly(config.adminSecret) }
  const queues = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/queues',
    summary: 'What stands in each queue, and why jobs are put off and until when',
    responses: { 200: answer(queuesSchema, 'One entry a queue'), ...problems(401, 403, 503) },
  })
  const jobs = createRoute({
    ...shared,
    method: 'get',
    path: '/api/admin/jobs',
    summary: 'List jobs, newest first; those that are done are kept for a quarter of an hour',
    request: { query: jobsQuery },
    responses: { 200: answer(jobsSchema, 'One page'), ...problems(401, 403, 422, 503) },
  })

  return createRoutes()
    .openapi(queues, async (c) => {
      const [depths, waits] = await Promise.all([queueDepths(db), queueWaits(db)])
      const shown = depths.map(({ queue, ...depth }) => ({
        ...depth,
        queueName: queue,
        waits: waits
          .filter(({ queueName }) => queueName === queue)
          .map(({ reason, provider, jobs, nextAt, lastAt }) => ({
            reason,
            provider,
            jobs,
            nextAt: nextAt.toISOString(),
            lastAt: lastAt.toISOString(),
          })),
      }))
      return c.json({ queues: shown }, 200)
    })
    .openapi(jobs, async (c) => {
      const { rows, nextCursor } = await listJobs(db, c.req.valid('query'))
      return c.json({ jobs: rows.map(shownJob), nextCursor }, 200)
    })
}
