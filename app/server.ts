import { activity } from './activity/middleware.ts'
import { auditing } from './audit/middleware.ts'
import type { Deps } from './deps.ts'
import { bodyLimit, jsonOnly } from './http/body.ts'
import { correlation } from './http/correlation.ts'
import { csrf } from './http/csrf.ts'
import { knownSessions } from './http/known-sessions.ts'
import { createRoutes, documentInfo } from './http/openapi.ts'
import { answerError, answerNotFound, methodNotAllowed } from './http/problem.ts'
import { requestLog } from './http/request-log.ts'
import { security } from './http/security.ts'
import { session } from './http/session.ts'
import { alertWebhookRoutes } from './modules/alert-webhook/routes.ts'
import { auditRoutes } from './modules/audit/routes.ts'
import { authRoutes } from './modules/auth/routes.ts'
import { findSession } from './modules/auth/service.ts'
import { backupRoutes } from './modules/backups/routes.ts'

import { broadcastRoutes } from './modules/broadcasts/routes.ts'
import { calendarRoutes } from './modules/calendar/routes.ts'
import { contactSyncRoutes } from './modules/contact-sync/routes.ts'

import { contactRoutes } from './modules/contacts/routes.ts'
import { crmStatsRoutes, statusPaths } from './modules/crm-stats/routes.ts'
import { trpcRoutes } from './modules/crm-stats/trpc.ts'
import { dealRoutes } from './modules/deals/routes.ts'
import { docsRoutes } from './modules/docs/routes.ts'
import { emailRoutes } from './modules/email/routes.ts'
import { gatewayRoutes } from './modules/gateway/routes.ts'
import { graphqlRoutes } from './modules/graphql/routes.ts'
import { healthRoutes } from './modules/health/routes.ts'
import { integrationAdminRoutes } from './modules/integrations/admin/routes.ts'
import { integrationRoutes } from './modules/integrations/routes.ts'
import { invoiceRoutes } from './modules/invoices/routes.ts'
import { jobRoutes } from './modules/jobs/routes.ts'
import { leadRoutes } from './modules/leads/routes.ts'
import { isLivePath, liveRoutes } from './modules/live/routes.ts'
import { databaseRoutes } from './modules/monitoring/database-routes.ts'
import { errorRoutes } from './modules/monitoring/error-routes.ts'
import { monitoringRoutes } from './modules/monitoring/routes.ts'
import { notificationRoutes } from './modules/notifications/routes.ts'
import { operationsRoutes } from './modules/operations/routes.ts'
import { pageRoutes } from './modules/page/routes.ts'
import { pipelineRoutes } from './modules/pipelines/routes.ts'
import { realtimeRoutes } from './modules/realtime/routes.ts'
import { textRoutes } from './modules/texts/routes.ts'
import { userActivityRoutes } from './modules/user-activity/routes.ts'
import { webVitalsRoutes } from './modules/web-vitals/routes.ts'
import { webhookAdminRoutes } from './modules/webhooks/admin-routes.ts'
import { webhookRoutes } from './modules/webhooks/routes.ts'
import { workspaceRoutes } from './modules/workspaces/routes.ts'
import { readSources } from './sources.ts'
import { httpTelemetry } from './telemetry/http.ts'

/** The service: the order of its middleware, and what is mounted. `hc<AppType>(url)` is its typed client. */
export const createServer = (deps: Deps) => {
  const app = createRoutes()
  app.onError(answerError())
  app.notFound(answerNotFound)

  // Outermost first: everything is measured, then named, then logged, then guarded.
  app.use(httpTelemetry(app))
  app.use(correlation())
  app.use(requestLog(deps.config.clientRegionHeader))
  app.use(security)
  app.use(methodNotAllowed(app))
  app.use(bodyLimit())
  const sessions = knownSessions((token) => findSession(deps, token))
  const [inSession, inSessionSoon] = [session(sessions.find), session(sessions.findSoon)]
  for (const path of ['/api/*', '/graphql', '/trpc/*']) {
    app.use(path, jsonOnly())
    app.use(path, async function sessionOf(c, next) {
      // What tells how the service is must answer also while the database hangs.
      const isStatus =
        statusPaths.has(c.req.path) || isLivePath(c.req.path) || /^\/(trpc|api\/operations)\//.test(c.req.path)
      return await (isStatus ? inSessionSoon : inSession)(c, next)
    })
    app.use(path, auditing(deps.audit))
    app.use(path, csrf(deps.config.sessionSecret))
    app.use(path, activity(deps.activities))
  }
  // Health is answered within a second, also while the database hangs.
  app.use(
    '/health/detailed',
    session((token) => findSession(deps, token), 300),
  )

  return app
    .route('/', healthRoutes(deps))
    .route('/', authRoutes(deps))
    .route('/', workspaceRoutes(deps))
    .route('/', contactRoutes(deps))
    .route('/', leadRoutes(deps))
    .route('/', emailRoutes(deps))
    .route('/', realtimeRoutes(deps))
    .route('/', liveRoutes(deps))
    .route('/', webVitalsRoutes())
    .route('/', integrationRoutes(deps))
    .route('/', pipelineRoutes(deps))
    .route('/', dealRoutes(deps))
    .route('/', invoiceRoutes(deps))
    .route('/', calendarRoutes(deps))
    .route('/', crmStatsRoutes(deps))
    .route('/', trpcRoutes(deps))
    .route('/', userActivityRoutes(deps))
    .route('/', gatewayRoutes(deps))
    .route('/', graphqlRoutes(deps, readSources(deps)))
    .route('/', integrationAdminRoutes(deps))
    .route('/', webhookRoutes(deps))
    .route('/', monitoringRoutes(deps))
    .route('/', errorRoutes(deps))
    .route('/', databaseRoutes(deps))
    .route('/', operationsRoutes(deps))
    .route('/', auditRoutes(deps))
    .route('/', backupRoutes(deps))
    .route('/', alertWebhookRoutes(deps))
    .route('/', notificationRoutes(deps))
    .route('/', webhookAdminRoutes(deps))
    .route('/', jobRoutes(deps))
    .route('/', contactSyncRoutes(deps))
    .route('/', textRoutes(deps))
    .route('/', broadcastRoutes(deps))
    .route('/', docsRoutes())
    .route('/', pageRoutes())
    .doc31('/openapi.json', documentInfo)
}

export type AppType = ReturnType<typeof createServer>
