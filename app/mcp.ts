import { readConfigOrExit } from './config.ts'
import { openDatabase } from './db/database.ts'
import { useEmbedded } from './db/local.ts'
import { migrate } from './db/migrate.ts'
import { recordErrors } from './error-groups/recorder.ts'
import { listen } from './http/listen.ts'
import { openJobQueue } from './jobs/job-queue.ts'
import { createMcpServer } from './mcp-server.ts'
import { prepare } from './prepare.ts'
import { failStart, shutdownBy } from './shutdown.ts'
import { logger } from './telemetry/logger.ts'

/** The MCP server: answers tools of models over contacts, broadcasts and the queues. */
const config = readConfigOrExit()
const log = logger('start')
const embedded = config.databaseUrl === undefined ? await useEmbedded().catch(failStart) : undefined
const url = embedded?.url ?? config.databaseUrl ?? ''
const database = openDatabase(url, 'mcp')
const errors = recordErrors(database.db)
const queue = openJobQueue(url, 'mcp', 'send only')
let prepared = false
const app = createMcpServer({ config, db: database.db, jobs: queue, isPrepared: () => prepared })
const stopping = new AbortController()
const server = await listen(app, { host: config.host, port: config.mcpPort }, 'MCP_PORT').catch(failStart)
const { fail } = shutdownBy([
  () => stopping.abort(),
  () => server.close(),
  () => queue.stop(1_000),
  () => errors.stop(),
  () => database.close(),
  () => embedded?.stop(),
])
log.info({ url: server.url, environment: config.environment }, 'listening')

prepare(async () => {
  const migrations = await migrate(database.db)
  await queue.start()
  prepared = true
  log.info({ migrations }, 'ready')
}, stopping.signal).catch(fail)
