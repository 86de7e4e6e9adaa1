import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AskOptions, type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let operator: AskOptions

beforeAll(async () => {
  service = await startService()
  operator = { headers: { authorization: `Bearer ${service.config.adminSecret}` } }
})
afterAll(() => service?.stop())

interface Told {
  readonly success: boolean
  readonly message?: string
  readonly data: never
}
const ask = async (path: string, options = operator): Promise<{ status: number; body: Told }> => {
  const answer = await service.ask(path, options)
  return { status: answer.status, body: (await answer.json()) as unknown as Told }
}
const dataOf = async <Data>(path: string): Promise<Data> => {
  const { status, body } = await ask(`GET /api/monitoring/${path}`)
  expect(status).toBe(200)
  expect(Object.keys(body)).toEqual(['success', 'data'])
  return body.data
}
/** As if the interval had passed. */
const sample = async (): Promise<boolean> => {
  await sql`update monitoring_snapshots set taken_at = taken_at - interval '2 seconds'`.execute(service.db)
  return await service.monitor.sample()
}

describe('who may look', () => {
  test.each(['snapshot', 'historical', 'api-metrics', 'alerts'])(
    '%s is for admins and the admin secret',
    async (what) => {
      const path = `GET /api/monitoring/${what}`
      const failure = { success: false, message: expect.stringMatching(/\.$/) }
      expect(await ask(path, {})).toEqual({ status: 401, body: failure })
      expect(await ask(path, { headers: { authorization: 'Bearer wrong' } })).toEqual({ status: 401, body: failure })
      const member = await service.signIn('anna@crm.example')
      expect(await ask(path, { cookie: member })).toEqual({ status: 403, body: failure })
      const admin = await service.signIn('admin@crm.example')
      expect((await ask(path, { cookie: admin })).status).toBe(200)
    },
  )

  test('what is wrong is named, and what is not there is said in the same shape', async () => {
    const { status, body } = await ask('GET /api/monitoring/historical?hours=9999')
    expect(status).toBe(422)
    expect(body).toEqual({ success: false, message: expect.stringMatching(/hours: .*840/) })
    expect(await ask('GET /api/monitoring/nothing')).toMatchObject({ status: 404, body: { success: false } })
  })
})

describe('a snapshot', () => {
  test('has the promised shape', async () => {
    await service.ask('GET /api/contacts')
    await sample()
    const number = expect.any(Number)
    expect(await dataOf('snapshot')).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-/),
      system: {
        cpu: { usage: number, cores: number },
        memory: { total: number, used: number, free: number, usagePercent: number },
        uptime: number,
      },
      api: { avgResponseTime: number, totalRequests: number, errorRate: number, requestsPerMinute: number },
      database: { avgQueryTime: number, totalQueries: number, slowQueries: number },
      queues: expect.arrayContaining([
        { queueName: 'search-indexing', waiting: 0, active: 0, completed: 0, failed: 0, delayed: 0 },
      ]),
      socket: { totalEvents: 0, activeConnections: 0, eventsPerMinute: 0 },
    })
  })

  test('counts the requests of the last minute, a refused one as an error', async () => {
    const before = (await dataOf<{ api: { totalRequests: number } }>('snapshot')).api.totalRequests
    for (let n = 0; n < 3; n++) await service.ask('GET /api/contacts')
    await sample()
    const { api } = await dataOf<{ api: { totalRequests: number; errorRate: number } }>('snapshot')
    expect(api.totalRequests - before).toBeGreaterThanOrEqual(3)
    expect(api.errorRate).toBeGreaterThan(5)
  })

  test('is kept once, however many processes take one, and makes the history', async () => {
    await sql`truncate monitoring_snapshots`.execute(service.db)
    expect(await service.monitor.sample()).toBe(true)
    expect(await service.monitor.sample()).toBe(false)
    expect(await sample()).toBe(true)
    await sql`
      insert into monitoring_snapshots (
        taken_at, cpu_usage, memory_usage, api_avg_response_time, api_requests_per_minute, api_error_rate,
        db_avg_query_time, db_queries_per_minute, socket_active_connections, socket_events_per_minute)
      select date_trunc('minute', now()) - interval '3 hours' + n * interval '20 seconds', 10 * n, 50, 5, 6, 7, 8, 9, 1, 2
      from generate_series(0, 2) n`.execute(service.db)
    const rows = await dataOf<Record<string, number | string>[]>('historical?hours=24')
    expect(rows[0]).toEqual({
      timestamp: expect.stringMatching(/:00\.000Z$/),
      cpuUsage: 10,
      memoryUsage: 50,
      apiAvgResponseTime: 5,
      apiRequestsPerMinute: 6,
      apiErrorRate: 7,
      dbAvgQueryTime: 8,
      dbQueriesPerMinute: 9,
      socketActiveConnections: 1,
      socketEventsPerMinute: 2,
    })
    expect(rows.length).toBeLessThanOrEqual(3)
    expect(await dataOf<unknown[]>('historical?hours=1')).toHaveLength(rows.length - 1)
  })

  test('a history of a day and more has at most 1,440 rows', async () => {
    await sql`
      insert into monitoring_snapshots (
        taken_at, cpu_usage, memory_usage, api_avg_response_time, api_requests_per_minute, api_error_rate,
        db_avg_query_time, db_queries_per_minute, socket_active_connections, socket_events_per_minute)
      select now() - n * interval '30 seconds', 0, 0, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, 6000) n`.execute(
      service.db,
    )
    for (const hours of [24, 48, 840]) {
      const rows = await dataOf<unknown[]>(`historical?hours=${hours}`)
      expect(rows.length).toBeGreaterThan(60)
      expect(rows.length).toBeLessThanOrEqual(1_440)
    }
  })
})

test('the last requests are listed by their route, with who and what went wrong', async () => {
  const cookie = await service.signIn('anna@crm.example')
  await service.ask('GET /api/contacts/00000000-0000-4000-8000-000000000000', { cookie })
  const [last] = await dataOf<unknown[]>('api-metrics?limit=1')
  expect(last).toEqual({
    timestamp: expect.any(String),
    endpoint: '/api/contacts/:id',
    method: 'GET',
    statusCode: 404,
    responseTime: expect.any(Number),
    userId: expect.stringMatching(/^[\da-f-]{36}$/),
    error: 'not_found',
  })
})

describe('a live alert', () => {
  const live = async () =>
    (await dataOf<{ type: string; status: string }[]>('alerts')).filter((one) => one.type === 'high-queue')

  test('is raised once, and resolved when its cause is gone', async () => {
    await sql`
      insert into pgboss.job (name, data, state)
      select 'contact-enrichment', '{}', 'created' from generate_series(1, 101)`.execute(service.db)
    await until(async () => {
      await sample()
      return (await live()).length > 0
    })
    await sample()
    expect(await live()).toEqual([
      {
        id: expect.any(String),
        type: 'high-queue',
        severity: 'warning',
        message: '101 jobs wait in the queue contact-enrichment.',
        data: { value: 101, threshold: 100, queueName: 'contact-enrichment' },
        status: 'active',
        source: 'live',
        createdAt: expect.any(String),
        resolvedAt: null,
      },
    ])
    await sql`delete from pgboss.job where name = 'contact-enrichment'`.execute(service.db)
    await until(async () => {
      await sample()
      return (await live())[0]?.status === 'resolved'
    })
    expect(await live()).toHaveLength(1)
  })
})

describe('Alertmanager', () => {
  const alert = (change: object = {}) => ({
    fingerprint: 'c0ffee',
    status: 'firing',
    labels: { alertname: 'HighErrorRate', severity: 'critical', subject: 'api-errors' },
    annotations: { summary: 'Errors.', description: '7 % fail.', runbook_url: 'http://127.0.0.1/runbook' },
    startsAt: '2026-11-21T11:00:00.123456Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://127.0.0.1:9090',
    ...change,
  })
  const deliver = (alerts: object[], authorization = `Bearer ${service.config.alertmanagerToken}`) =>
    service.ask('POST /api/webhooks/alertmanager', {
      json: { version: '4', status: 'firing', receiver: 'webhook', alerts },
      headers: { authorization },
    })
  const kept = async () =>
    (await dataOf<{ source: string }[]>('alerts')).filter(({ source }) => source === 'alertmanager')

  test('is known by its token only', async () => {
    expect((await deliver([alert()], 'Bearer wrong')).status).toBe(401)
    expect((await deliver([alert()], '')).status).toBe(401)
    expect((await deliver([{ status: 'maybe' }])).status).toBe(422)
    expect(await kept()).toEqual([])
  })

  test('delivers an alert again and again, and then that it is over', async () => {
    expect((await deliver([alert()])).status).toBe(200)
    expect((await deliver([alert()])).status).toBe(200)
    const row = {
      id: expect.any(String),
      type: 'HighErrorRate',
      severity: 'critical',
      message: '7 % fail.',
      status: 'active',
      source: 'alertmanager',
      createdAt: '2026-11-21T11:00:00.123Z',
      resolvedAt: null,
      data: { labels: alert().labels, annotations: alert().annotations },
    }
    expect(await kept()).toEqual([row])
    await deliver([alert({ status: 'resolved', endsAt: '2026-11-21T11:10:00Z' })])
    // A late one of before.
    await deliver([alert()])
    expect(await kept()).toEqual([{ ...row, status: 'resolved', resolvedAt: '2026-11-21T11:10:00.000Z' }])
    await deliver([alert({ startsAt: '2026-11-21T12:00:00Z' })])
    expect(await kept()).toHaveLength(2)
    expect(await dataOf<unknown[]>('alerts?status=resolved&limit=1')).toHaveLength(1)
  })

  test('may send many alerts in one message', async () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      alert({ fingerprint: `many-${n}`, annotations: { description: 'x'.repeat(1_000) } }),
    )
    expect((await deliver(many)).status).toBe(200)
  })
})

test('while the database is away a snapshot is still there', async () => {
  await service.database.stop()
  await expect(service.monitor.sample()).rejects.toThrow()
  const { api } = await dataOf<{ api: { totalRequests: number } }>('snapshot')
  expect(api.totalRequests).toBeGreaterThan(0)
  expect(await ask('GET /api/monitoring/alerts')).toMatchObject({ status: 503, body: { success: false } })
  await service.database.restart()
  await until(async () => (await ask('GET /api/monitoring/alerts')).status === 200)
})
