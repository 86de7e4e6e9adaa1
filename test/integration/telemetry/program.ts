/**
 * A small service over the real telemetry: Hono, Kysely and pg, pino, fetch and one job. The tests run it as a process with
 * the preload. It prints `listening on <port>`, and stops on SIGTERM.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { listen } from '../../../app/http/listen.ts'
import { queryTelemetry, watchDatabase } from '../../../app/telemetry/database.ts'
import { type HttpTelemetryVariables, httpTelemetry } from '../../../app/telemetry/http.ts'
import { observe } from '../../../app/telemetry/instruments.ts'
import { runJob, sendJob } from '../../../app/telemetry/jobs.ts'
import { logger, setRequestContext, withRequestContext } from '../../../app/telemetry/logger.ts'
import { shutdownTelemetry } from '../../../app/telemetry/shutdown.ts'
import { span } from '../../../app/telemetry/spans.ts'

const log = logger('contacts')
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 3, connectionTimeoutMillis: 1_000 })
pool.on('error', () => {})
const db = new Kysely<{ contacts: { id: number; name: string } }>({
  dialect: new PostgresDialect({ pool }),
  log: queryTelemetry(pool),
})

const app = new Hono<{ Variables: HttpTelemetryVariables }>()
app.use(httpTelemetry(app))
app.use((c, next) =>
  withRequestContext({ correlationId: c.req.header('x-correlation-id') ?? 'none' }, () => {
    setRequestContext({ userId: 'user-1', workspaceId: 'workspace-1' })
    return next()
  }),
)
app.use(methodNotAllowed({ app }))
app.onError((error, c) => {
  log.error({ error }, 'request failed')
  return c.json({ title: 'internal' }, 500)
})
app.get('/api/contacts/:id', async (c) => {
  const found = await db
    .selectFrom('contacts as c')
    .select('c.name')
    .where('c.id', '=', Number(c.req.param('id')))
    .executeTakeFirst()
  log.info({ contactId: c.req.param('id'), email: 'anna@example.com' }, 'contact read')
  return found ? c.json(found) : c.json({ title: 'no such contact' }, 404)
})
app.post('/api/contacts', async (c) => {
  await span('validate contact', { 'crm.fields': 2 }, () => {})
  const stored = await db.transaction().execute(async (tx) => {
    const { id } = await tx
      .insertInto('contacts')
      .values({ id: Date.now() % 1e9, name: 'Anna' })
      .returning('id')
      .executeTakeFirstOrThrow()
    // As the queue stores it: through JSON.
    return sendJob('contact-enrichment', async (trace) => JSON.stringify({ contactId: id, trace }))
  })
  const fail = c.req.query('fail') !== undefined
  setTimeout(async () => {
    const job = { id: 'job-1', data: JSON.parse(stored) }
    await runJob('contact-enrichment', job, async () => {
      logger('enrichment').info('enriching')
      await fetch(`${process.env.UPSTREAM_URL}/person?token=s3cret-in-query&email=anna@example.com`)
      if (fail) throw Object.assign(new Error('provider said no to anna@example.com'), { status: 503 })
    }).catch(() => {})
  }, 20)
  return c.json({}, 201)
})
app.get('/api/invalid', (c) => {
  c.set('errorType', 'validation')
  return c.json({}, 400)
})
app.get('/api/auth/callback', (c) => c.text('signed in'))
app.get('/api/broken', async (c) => {
  await sql`select ${'not-a-uuid anna@example.com'}::uuid`.execute(db)
  return c.text('never')
})
app.get('/api/own-client', async (c) => {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  await client.query('select name from contacts limit 0')
  await client.end()
  return c.text('read')
})
app.get('/api/throws', () => {
  throw new Error('call +45 12 34 56 78 or write to anna@example.com')
})
app.get('/api/log-storm', (c) => {
  for (let i = 0; i < 1_000; i++) log.info({ i }, 'line of a storm')
  return c.text('logged')
})

const stopWatching = watchDatabase(pool, 'crm')
const stopDepth = observe('queue_depth', async () => [{ value: 7, labels: { queue_name: 'search-indexing' } }])
observe('queue_oldest_job_age_seconds', async () => {
  throw new Error('the database is away')
})

/** What somebody adds beside the service: not ours, and yet observed. */
const other = createServer((_, response) => response.end('plain'))
other.listen(0, '127.0.0.1', () => process.stdout.write(`other on ${(other.address() as AddressInfo).port}\n`))

const server = await listen(app, { host: '127.0.0.1', port: 0 })
process.stdout.write(`listening on ${new URL(server.url).port}\n`)

process.once('SIGTERM', async () => {
  stopWatching()
  stopDepth()
  other.close()
  void server.close()
  log.info('stopping')
  await db.destroy()
  await shutdownTelemetry()
  process.exit(0)
})
