import { listen } from './http/listen.ts'
import { createMcpServer } from './mcp-server.ts'
import { openProcess } from './process.ts'
import { failStart } from './shutdown.ts'
import { logger } from './telemetry/logger.ts'

/** The MCP server: answers tools of models over contacts, broadcasts and the queues. */
const { config, db, queue, isPrepared, run } = await openProcess('mcp', 'send only')
const app = createMcpServer({ config, db, jobs: queue, isPrepared })
const server = await listen(app, { host: config.host, port: config.mcpPort }, 'MCP_PORT').catch(failStart)
logger('start').info({ url: server.url, environment: config.environment }, 'listening')

run({ ending: [() => server.close(), () => queue.stop(1_000)], message: 'ready' })
