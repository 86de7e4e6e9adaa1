import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, sandboxEnvironment, start } from './crm/processes.ts'
import { type Service, startService } from './crm/service.ts'
import { freePort, until } from './telemetry/harness.ts'
import { type ReceivedSpan, Receiver } from './telemetry/receiver.ts'

/** The workflow of leads in the processes that it runs in, with their telemetry. */
let service: Service
let receiver: Receiver
let worker: Running
let url: string
let cookie: string
const running: Running[] = []

const preload = ['--import', './app/telemetry/preload.ts']

const environment = async (name: string): Promise<Record<string, string>> => ({
  OTEL_SERVICE_NAME: name,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_BLRP_SCHEDULE_DELAY: '100',
  LOG_LEVEL: 'info',
  DATABASE_URL: service.database.url,
  ...sandboxEnvironment(service.sandboxUrl),
})
let collector: string

const begin = async (entry: string, env: Record<string, string>, ready: RegExp): Promise<Running> => {
  const started = await start([...preload, entry], env, ready)
  running.push(started)
  return started
}
const startWorker = async () => await begin('app/worker.ts', await environment('worker'), /"message":"working"/)

beforeAll(async () => {
  service = await startService()
  receiver = new Receiver()
  collector = `http://127.0.0.1:${await receiver.start()}`
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const settings = { ...(await environment('api')), PORT: String(port), PUBLIC_URL: url }
  await begin('app/main.ts', settings, /"message":"ready"/)
  worker = await startWorker()
  cookie = await service.signIn('anna@crm.example')
})
afterAll(async () => {
  for (const one of running) await one.stop()
  await service?.stop()
  await receiver?.stop()
})

const fault = async (json?: object) => {
  const response = await fetch(`${service.sandboxUrl}/faults/google-calendar`, {
    method: json ? 'PUT' : 'DELETE',
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.ok).toBe(true)
}

const post = async (path: string, json: object, headers: Record<string, string> = {}): Promise<string> => {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(json),
  })
  expect(response.status).toBe(201)
  return ((await response.json()) as { id: string }).id
}

const stateOf = (leadId: string) =>
  service.db.selectFrom('lead_workflows').selectAll().where('lead_id', '=', leadId).executeTakeFirstOrThrow()
const completion = (leadId: string) => until(async () => (await stateOf(leadId)).completed_at ?? undefined, 40_000)

/** Everything that a workflow leaves behind, in any order. */
const effectsOf = async (leadId: string): Promise<string[]> => {
  const { rows } = await sql<{ effect: string }>`
    select type as effect from business_events where metadata->>'leadId' = ${leadId}
    union all select 'calendar' from calendar_events where lead_id = ${leadId}
    union all select 'notification' from notifications where data->>'leadId' = ${leadId}
    order by effect`.execute(service.db)
  return rows.map(({ effect }) => effect)
}
const eachOnce = [
  ...['calendar', 'calendar_event_created', 'geo_tag_added', 'notification', 'sales_notified', 'workflow_complete'],
]

test('is one trace from the request to the last step, in order, under the request’s correlation id', async () => {
  const traceId = randomBytes(16).toString('hex')
  const contactId = await post('/api/contacts', { name: 'Traced', phone: '+47 12 34 56 78' })
  const leadId = await post(
    '/api/leads',
    { title: 'Traced', contactId },
    { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`, 'X-Correlation-ID': 'lead-17' },
  )
  await completion(leadId)
  type Timed = ReceivedSpan & { readonly startTimeUnixNano: string }
  const ofTrace = () => receiver.spans.filter((span): span is Timed => span.traceId === traceId)
  await until(() => ofTrace().some(({ name }) => name === 'process lead-workflow'))
  const steps = ['POST /api/leads', 'qualify', 'geo-tag', 'calendar event', 'notify sales', 'complete']
  const inOrder = ofTrace()
    .filter(({ name }) => steps.includes(name))
    .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
  expect(inOrder.map(({ name }) => name)).toEqual(steps)
  expect(ofTrace().map(({ name }) => name)).toContain('google_calendar.create_event')
  await until(() => receiver.logs.some(({ body }) => body === 'lead workflow: complete'))
  const lines = receiver.logs.filter(({ body }) => String(body).startsWith('lead workflow: '))
  expect(lines.map(({ body }) => body)).toEqual([
    'lead workflow: the lead was judged',
    'lead workflow: the region was noted',
    'lead workflow: the follow-up stands in the calendar',
    'lead workflow: sales were told',
    'lead workflow: complete',
  ])
  for (const line of lines)
    expect(line).toMatchObject({ traceId, attributes: expect.objectContaining({ correlationId: 'lead-17' }) })
})

test('a calendar that asks to wait is left alone until then, and the workflow goes on by itself', {
  timeout: 60_000,
}, async () => {
  await fault({ rateLimit: { retryAfterSeconds: 4 } })
  const leadId = await post('/api/leads', { title: 'Put off' })
  const toldAt = await until(() => receiver.logs.find(({ body }) => String(body).includes('put off until then')))
  await fault()
  const completedAt = await completion(leadId)
  expect(completedAt.getTime() - toldAt.timeMs).toBeGreaterThan(3_000)
  expect(await effectsOf(leadId)).toEqual(eachOnce)
})

test('a worker killed in the middle: another goes on at the step where it was, and each effect exists once', {
  timeout: 60_000,
}, async () => {
  await fault({ delayMs: 60_000 })
  const leadId = await post('/api/leads', { title: 'Killed' })
  await until(async () => (await stateOf(leadId)).geo_tagged_at !== null)
  await worker.stop('SIGKILL')
  await fault()
  expect(await effectsOf(leadId)).toEqual(['geo_tag_added'])
  // Two minutes later: the queue finds that nobody works on it.
  await sql`
    update pgboss.job set started_on = now() - interval '10 minutes'
    where name = 'lead-workflow' and state = 'active'`.execute(service.db)
  await service.queue.boss.supervise('lead-workflow')
  await sql`update pgboss.job set start_after = now() where name = 'lead-workflow' and state = 'retry'`.execute(
    service.db,
  )
  worker = await startWorker()
  await completion(leadId)
  expect(await effectsOf(leadId)).toEqual(eachOnce)
  const { items } = await service.outside.calendar.listEvents({
    from: new Date(),
    to: new Date(Date.now() + 7 * 24 * 3_600_000),
    limit: 500,
  })
  expect(items.filter(({ id }) => id === `lead${leadId.replaceAll('-', '')}`)).toHaveLength(1)
})
