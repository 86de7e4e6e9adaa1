import { secureHeaders } from 'hono/secure-headers'
import type { Deps } from './deps.ts'
import { bodyLimit, jsonOnly } from './http/body.ts'
import { correlation } from './http/correlation.ts'
import { createRoutes } from './http/openapi.ts'
import { answerError, answerNotFound, methodNotAllowed } from './http/problem.ts'
import { requestLog } from './http/request-log.ts'
import { mcpHealthRoutes } from './modules/mcp/health.ts'
import { mcpRoutes } from './modules/mcp/routes.ts'
import { createTools } from './modules/mcp/tools.ts'
import { readSources } from './sources.ts'
import { httpTelemetry } from './telemetry/http.ts'

/** What a process that only answers tools has. */
export type McpDeps = Pick<Deps, 'config' | 'db' | 'jobs' | 'isPrepared'>

/** The MCP server: the api's own middleware, in the same order, before one address for programs. */
export const createMcpServer = (deps: McpDeps) => {
  const app = createRoutes()
  app.onError(answerError())
  app.notFound(answerNotFound)
  app.use(httpTelemetry(app))
  app.use(correlation())
  app.use(requestLog(deps.config.clientRegionHeader))
  app.use(secureHeaders())
  app.use(methodNotAllowed(app))
  app.use(bodyLimit())
  app.use(jsonOnly())
  return app
    .route('/', mcpHealthRoutes(deps.db, deps.isPrepared))
    .route('/', mcpRoutes(deps.config.adminSecret, createTools(deps.db, readSources(deps))))
}
