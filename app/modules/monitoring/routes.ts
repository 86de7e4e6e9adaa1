import { createRoute } from '@hono/zod-openapi'
import type { Deps } from '../../deps.ts'
import { answer, createRoutes } from '../../http/openapi.ts'
import { operatorsOnly } from '../../http/operators.ts'
import { failures } from './failures.ts'
import {
  alertsQuery,
  alertsSchema,
  historyQuery,
  historySchema,
  requestsQuery,
  requestsSchema,
  snapshotSchema,
  success,
} from './schemas.ts'
import { alerts, history, recentRequests } from './service.ts'

export const monitoringRoutes = ({ config, db, monitor }: Deps) => {
  const shared = { tags: ['Monitoring'], middleware: operatorsOnly(config.adminSecret) }

  const snapshot = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/snapshot',
    summary: 'How everything is, over the last minute',
    responses: { 200: answer(success(snapshotSchema), 'The last snapshot'), ...failures(401, 403, 503) },
  })
  const historical = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/historical',
    summary: 'The kept snapshots, oldest first, averaged per minute (beyond a day over longer times)',
    request: { query: historyQuery },
    responses: { 200: answer(success(historySchema), 'At most 1,440 rows'), ...failures(401, 403, 422, 503) },
  })
  const apiMetrics = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/api-metrics',
    summary: 'The last requests of this process, newest first; 1,000 are kept',
    request: { query: requestsQuery },
    responses: { 200: answer(success(requestsSchema), 'Requests'), ...failures(401, 403, 422, 503) },
  })
  const listAlerts = createRoute({
    ...shared,
    method: 'get',
    path: '/api/monitoring/alerts',
    summary: 'Live alerts and those that Alertmanager delivered, newest first',
    request: { query: alertsQuery },
    responses: { 200: answer(success(alertsSchema), 'Alerts'), ...failures(401, 403, 422, 503) },
  })

  return createRoutes()
    .openapi(snapshot, async (c) => {
      const { queues, ...taken } = await monitor.snapshot()
      return c.json({ success: true as const, data: { ...taken, queues: queues.map((queue) => ({ ...queue })) } }, 200)
    })
    .openapi(historical, async (c) =>
      c.json({ success: true as const, data: await history(db, c.req.valid('query').hours) }, 200),
    )
    .openapi(apiMetrics, (c) =>
      c.json({ success: true as const, data: recentRequests(monitor, c.req.valid('query').limit) }, 200),
    )
    .openapi(listAlerts, async (c) =>
      c.json({ success: true as const, data: await alerts(db, c.req.valid('query')) }, 200),
    )
}
