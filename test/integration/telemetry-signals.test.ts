import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, freePort, type Program, startDatabase, startProgram, until } from './telemetry/harness.ts'
import { describeQueries } from './telemetry/query-spans.ts'
import { type ReceivedSpan, Receiver } from './telemetry/receiver.ts'

let database: Database
let receiver: Receiver
let program: Program
let metricsPort: number

const traceId = '0af7651916cd43dd8448eb211c80319c'
const headers = { 'x-correlation-id': 'corr-1', traceparent: `00-${traceId}-b7ad6b7169203331-01` }
const send = (method: string, path: string): Promise<Response> => fetch(program.url + path, { method, headers })

beforeAll(async () => {
  database = await startDatabase()
  receiver = new Receiver()
  const collector = `http://127.0.0.1:${await receiver.start()}`
  metricsPort = await freePort()
  program = await startProgram({
    DATABASE_URL: database.url,
    UPSTREAM_URL: collector,
    OTEL_SERVICE_NAME: 'worker',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
    APP_ENV: 'staging',
    PSEUDONYM_KEY: 'of-this-test-and-of-nothing-else',
  })
  for (const [method, path] of [
    ['GET', '/api/contacts/1'],
    ['GET', '/api/contacts/2'],
    ['GET', '/api/nowhere/anna@example.com'],
    ['PUT', '/api/contacts/1'],
    ['GET', '/api/auth/callback?code=s3cret-code&state=s3cret-state'],
    ['GET', '/api/broken'],
    ['GET', '/api/own-client'],
    ['GET', '/api/throws'],
    ['GET', '/api/invalid'],
    ['POST', '/api/contacts?fail=1'],
  ] as const)
    await (await send(method, path)).arrayBuffer()
  const other = /other on (\d+)/.exec(program.output.text)?.[1]
  await (await fetch(`http://127.0.0.1:${other}/other?q=anna@example.com`, { method: 'POST', headers })).text()
  await until(() => receiver.spans.some(({ name }) => name === 'process contact-enrichment'))
  await until(() => receiver.logs.some(({ body }) => body === 'enriching'))
}, 60_000)

afterAll(async () => {
  await program?.stop()
  await receiver?.stop()
  await database?.stop()
})

const named = (name: string): ReceivedSpan => {
  const found = receiver.spans.find((span) => span.name === name)
  if (!found) throw new Error(`no span "${name}" among: ${receiver.spans.map((span) => span.name).join(', ')}`)
  return found
}

describe('spans', () => {
  it('are named by route templates, statements and queues', () => {
    expect([...new Set(receiver.spans.map(({ name }) => name))].sort()).toEqual([
      'GET',
      'GET /api/auth/callback',
      'GET /api/broken',
      'GET /api/contacts/:id',
      'GET /api/invalid',
      'GET /api/own-client',
      'GET /api/throws',
      'GET unmatched',
      'POST',
      'POST /api/contacts',
      'PUT /api/contacts/:id',
      'begin',
      'commit',
      'insert contacts',
      'process contact-enrichment',
      'select',
      'select contacts',
      'send contact-enrichment',
      'validate contact',
    ])
  })

  it('form one trace from the caller through request and queue to the call of the job', () => {
    const request = named('POST /api/contacts')
    const sending = named('send contact-enrichment')
    const processing = named('process contact-enrichment')
    const call = named('GET')
    for (const span of [request, sending, processing, call]) expect(span.traceId).toBe(traceId)
    expect(request.parentSpanId).toBe('b7ad6b7169203331')
    expect(named('insert contacts').parentSpanId).toBe(request.spanId)
    expect(sending.parentSpanId).toBe(request.spanId)
    expect(processing.parentSpanId).toBe(sending.spanId)
    expect(call.parentSpanId).toBe(processing.spanId)
    // server, producer, consumer, client (OTLP's numbers)
    expect([request.kind, sending.kind, processing.kind, call.kind]).toEqual([2, 4, 5, 3])
  })

  it('carry the semantic conventions, a hashed user and the workspace', () => {
    expect(named('GET /api/contacts/:id').attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/api/contacts/:id',
      'http.response.status_code': 200,
      'url.path': '/api/contacts/1',
      'user.id': expect.stringMatching(/^[0-9a-f]{16}$/),
      'crm.workspace.id': 'workspace-1',
    })
    expect(named('select contacts').attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'db.operation.name': 'select',
      'db.collection.name': 'contacts',
      'db.query.text': 'select "c"."name" from "contacts" as "c" where "c"."id" = $1',
    })
    expect(named('process contact-enrichment').attributes).toMatchObject({
      'messaging.system': 'pg-boss',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'contact-enrichment',
      'messaging.message.id': 'job-1',
    })
    expect(named('POST /api/contacts').attributes['crm.enqueues_job']).toBe(true)
    expect(named('GET /api/contacts/:id').attributes).not.toHaveProperty('crm.enqueues_job')
  })

  it('are made for servers that are not ours as well, by the instrumentation of HTTP', () => {
    expect(named('POST')).toMatchObject({
      kind: 2,
      traceId,
      parentSpanId: 'b7ad6b7169203331',
      attributes: { 'http.request.method': 'POST', 'url.path': '/other', 'url.query': 'q=[redacted]' },
    })
  })

  describeQueries(() => ({ spans: receiver.spans, databaseUrl: database.url }))

  it('record errors of 500 and more, and of jobs', () => {
    for (const name of ['GET /api/throws', 'process contact-enrichment']) {
      const { status, events } = named(name)
      expect(status.code).toBe(2)
      expect(events.map((event) => event.attributes['exception.type'])).toEqual(['Error'])
    }
    expect(named('GET /api/invalid').status.code ?? 0).toBe(0)
  })

  it('are made for requests and jobs only: not for the probe, the scrape, the exporter', () => {
    const roots = receiver.spans.filter(({ traceId: trace }) => trace !== traceId)
    expect(roots.map(({ name }) => name)).toEqual([])
  })

  it('name the process like Prometheus does', () => {
    expect(named('GET /api/contacts/:id').resource).toEqual({
      'service.name': 'worker',
      'service.version': '0.1.0',
      'service.instance.id': `127.0.0.1:${metricsPort}`,
      'deployment.environment.name': 'staging',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.version': expect.any(String),
    })
  })
})

describe('log records', () => {
  it('carry severity, message, attributes, time and trace', () => {
    const record = receiver.logs.find(({ body }) => body === 'contact read')
    expect(record).toMatchObject({
      severityText: 'info',
      severityNumber: 9,
      traceId,
      spanId: named('GET /api/contacts/:id').spanId,
      attributes: {
        component: 'contacts',
        correlationId: 'corr-1',
        userId: 'user-1',
        workspaceId: 'workspace-1',
        'metadata.contactId': '1',
      },
    })
    expect(Math.abs(Date.now() - (record?.timeMs ?? 0))).toBeLessThan(60_000)
  })

  it('of a job carry the correlation id of the request, and its own span', () => {
    expect(receiver.logs.find(({ body }) => body === 'enriching')).toMatchObject({
      traceId,
      spanId: named('process contact-enrichment').spanId,
      attributes: { component: 'enrichment', correlationId: 'corr-1' },
    })
  })

  it('say the same as the lines on stdout', () => {
    const line = program.lines().find(({ message }) => message === 'contact read')
    expect(line).toMatchObject({
      level: 'info',
      service: 'worker',
      component: 'contacts',
      trace_id: traceId,
      span_id: named('GET /api/contacts/:id').spanId,
      correlationId: 'corr-1',
      metadata: { contactId: '1' },
    })
  })
})

it('no secret, e-mail address or phone number leaves the process, by any way', async () => {
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  // The program's own call to its "upstream" arrives here as a body without text; requests are not recorded.
  const everything = [...receiver.bodies, program.output.text, program.output.errors, metrics].join('\n')
  for (const canary of ['anna@example.com', 'anna%40example.com', '12 34 56 78', 's3cret']) {
    expect(everything.includes(canary), canary).toBe(false)
  }
})

describe('/metrics', () => {
  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()

  it('has these names and no others: what the program measured, and the counters of a worker that begin at 0', async () => {
    // The event loop's delay is reported from five samples of 10 ms on.
    await new Promise((resolve) => setTimeout(resolve, 200))
    const names = [...(await scrape()).matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name, type]) => `${name} ${type}`)
    expect(names.sort()).toEqual([
      'broadcast_messages_total counter',
      'cache_requests_total counter',
      'database_connection_failures_total counter',
      'database_connections_active gauge',
      'database_query_duration_seconds histogram',
      'email_deliveries_total counter',
      'emails_synced_total counter',
      'error_groups_new_total counter',
      'http_client_request_duration_seconds histogram',
      'http_errors_total counter',
      'http_request_duration_seconds histogram',
      'http_requests_total counter',
      'invoices_total counter',
      'job_failures_total counter',
      'job_processing_duration_seconds histogram',
      'nodejs_eventloop_delay_mean_seconds gauge',
      'nodejs_eventloop_delay_p99_seconds gauge',
      'nodejs_eventloop_utilization_ratio gauge',
      'postgres_up gauge',
      'process_cpu_seconds_total counter',
      'process_resident_memory_bytes gauge',
      'process_start_time_seconds gauge',
      'queue_depth gauge',
      'service_bus_messages_failed_total counter',
      'service_bus_messages_processed_total counter',
      'slow_queries_total counter',
      'target_info gauge',
      'telemetry_dropped_total counter',
      'telemetry_exported_total counter',
      'text_messages_total counter',
      'v8js_gc_duration_seconds histogram',
      'v8js_memory_heap_space_size_bytes gauge',
      'v8js_memory_heap_used_bytes gauge',
      'webhook_events_processed_total counter',
    ])
  })

  it('has each series once, with the labels of the catalogue', async () => {
    const text = await scrape()
    for (const series of [
      'http_requests_total{method="GET",endpoint="/api/contacts/:id",status="200"} 1',
      'http_requests_total{method="GET",endpoint="/api/contacts/:id",status="404"} 1',
      'http_requests_total{method="PUT",endpoint="/api/contacts/:id",status="405"} 1',
      'http_errors_total{method="GET",endpoint="/api/invalid",error_type="validation"} 1',
      'http_errors_total{method="GET",endpoint="/api/throws",error_type="internal"} 1',
      'http_request_duration_seconds_count{method="POST",endpoint="/api/contacts",status="201"} 1',
      'database_query_duration_seconds_count{operation="select",table="contacts"} 2',
      'database_query_duration_seconds_count{operation="transaction",table="none"} 2',
      'job_processing_duration_seconds_count{job_type="contact-enrichment",status="failed"} 1',
      'job_failures_total{job_type="contact-enrichment",error_reason="dependency_unavailable"} 1',
      'job_failures_total{job_type="search-indexing",error_reason="timeout"} 0',
      'telemetry_dropped_total{signal="traces"} 0',
      'database_connection_failures_total 0',
      'queue_depth{queue_name="search-indexing"} 7',
      'postgres_up{database="crm"} 1',
      'database_connections_active{database="crm"} 0',
      'http_client_request_duration_seconds_count{http_response_status_code="200",server_address="127.0.0.1"} 1',
    ])
      expect(text.split('\n')).toContain(series)
    expect(text).toMatch(/^v8js_memory_heap_used_bytes\{v8js_heap_space_name="old_space"\} \d+$/m)
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const keys = lines.map((line) => line.slice(0, line.lastIndexOf(' ')))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('leaves a gap, and one log line, for an observation that fails', async () => {
    expect(await scrape()).not.toContain('queue_oldest_job_age_seconds')
    await scrape()
    const complaints = program
      .lines()
      .filter(({ message }) => message === 'cannot observe queue_oldest_job_age_seconds')
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toMatchObject({ level: 'warn', component: 'telemetry' })
  })
})
