import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queueDepths } from '../../app/jobs/depths.ts'
import { readPerformance } from '../../app/modules/integrations/admin/performance.ts'
import { requestSync } from '../../app/modules/integrations/requests.ts'
import { startTestMetrics } from '../../app/telemetry/test-metrics.ts'
import { integrationsOf } from './crm/integrations.ts'
import { sandboxEnvironment, start } from './crm/processes.ts'
import { startPrometheusThatSays } from './crm/prometheus.ts'
import { type Service, startService } from './crm/service.ts'
import { until } from './telemetry/harness.ts'

let service: Service
let help: ReturnType<typeof integrationsOf>
const metric = startTestMetrics()

beforeAll(async () => {
  service = await startService()
  help = integrationsOf(service)
})
afterAll(() => service?.stop())

/** The sum of a counter's series with these labels. */
const counted = async (name: string, labels: Record<string, string>): Promise<number> => {
  const points = await metric(name)
  const fitting = points.filter(({ attributes }) =>
    Object.entries(labels).every(([label, value]) => attributes[label] === value),
  )
  return fitting.reduce((sum, { value }) => sum + Number(value), 0)
}

const ask = async (integrationId: string): Promise<string> => {
  const [job] = await requestSync(help.deps, { integrationId, trigger: 'manual', entities: ['contact'] })
  return job?.id ?? ''
}

/** One sync that is given up at its first attempt. Its message is taken away, so that no worker tries it again later. */
const failOnce = async (integrationId: string): Promise<void> => {
  const id = await ask(integrationId)
  await sql`delete from pgboss.job where data->>'syncJobId' = ${id}`.execute(service.db)
  await expect(help.run(integrationId, id, true)).rejects.toMatchObject({ name: 'AdapterError' })
}

let hubspot: string

test('after three syncs in a row the integration counts as broken, and everything says so', async () => {
  hubspot = await help.newIntegration(await help.newWorkspace('broken.example'), 'hubspot')
  await help.fault('hubspot', { status: 503 })
  await failOnce(hubspot)
  await failOnce(hubspot)
  expect(await help.integration(hubspot)).toMatchObject({ status: 'active', error_count: 2, failures_in_row: 2 })
  await failOnce(hubspot)
  const broken = await help.integration(hubspot)
  expect(broken).toMatchObject({ status: 'error', error_count: 3, last_success_at: null })
  expect(broken.last_error_at).toBeInstanceOf(Date)
  expect(await help.lastJob(hubspot)).toMatchObject({ status: 'failed', error_kind: 'dependency_unavailable' })
  const labels = { integration_id: hubspot, entity: 'contact', adapter_type: 'hubspot' }
  expect(await counted('sync_jobs_failed_total', labels)).toBe(3)
  expect(await counted('sync_jobs_processed_total', labels)).toBe(3)
  expect(await counted('sync_jobs_total', { ...labels, status: 'pending' })).toBe(3)
  expect(await counted('sync_jobs_total', { ...labels, status: 'failed' })).toBe(3)
  expect(await counted('sync_jobs_by_integration_total', { integration_id: hubspot, status: 'failed' })).toBe(3)
})

test('a worker that dies in the middle: another goes on where it was, and everything is there once', async () => {
  const workspaceId = await help.newWorkspace('crash.example')
  const salesforce = await help.newIntegration(workspaceId, 'salesforce')
  await help.fault('salesforce', { delayMs: 150 })
  const id = await ask(salesforce)
  const env = {
    OTEL_SDK_DISABLED: 'true',
    LOG_LEVEL: 'info',
    DATABASE_URL: service.database.url,
    ...sandboxEnvironment(service.sandboxUrl),
  }
  const worker = await start(['app/worker.ts'], env, /"message":"working"/)
  await until(async () => (await help.lastJob(salesforce)).created_count >= 600)
  await worker.stop('SIGKILL')
  await help.fault('salesforce')
  const { created_count: before, status } = await help.lastJob(salesforce)
  expect(status).toBe('processing')
  expect(before).toBeLessThan(2_500)

  // Two minutes later: the queue finds that nobody works on it.
  await sql`
    update pgboss.job set started_on = now() - interval '10 minutes'
    where name = 'integration-sync' and state = 'active'`.execute(service.db)
  await service.queue.boss.supervise('integration-sync')
  await sql`update pgboss.job set start_after = now() where name = 'integration-sync' and state = 'retry'`.execute(
    service.db,
  )
  await service.runJobs()
  await until(async () => (await help.lastJob(salesforce)).status === 'completed', 25_000)
  expect(await help.lastJob(salesforce)).toMatchObject({ id, created_count: 2_500, updated_count: 0, failed_count: 0 })
  const { rows } = await sql<{ contacts: number; people: number }>`
    select count(*)::int as contacts, count(distinct email)::int as people
    from contacts where workspace_id = ${workspaceId}`.execute(service.db)
  expect(rows).toEqual([{ contacts: 2_500, people: 2_500 }])
})

test('a message that nobody could work off lies in the dead letters, and can be sent again', async () => {
  const id = await ask(hubspot)
  // Its last attempt, now.
  await until(async () => {
    const { numAffectedRows } = await sql`
      update pgboss.job set retry_count = retry_limit - 1, start_after = now()
      where name = 'integration-sync' and state = 'retry' and data->>'syncJobId' = ${id}`.execute(service.db)
    return numAffectedRows === 1n
  })
  await until(async () => (await help.lastJob(hubspot)).status === 'failed')
  const dead = async () => (await queueDepths(service.db)).find(({ queue }) => queue === 'integration-sync')?.dead
  await until(async () => (await dead()) === 1)
  expect(await counted('service_bus_messages_failed_total', { queue_name: 'integration-sync' })).toBeGreaterThan(0)

  await help.fault('hubspot')
  await until(async () => {
    await service.queue.boss.redrive('integration-sync-dead-letter')
    await sql`
      update pgboss.job set start_after = now()
      where name = 'integration-sync' and state = 'retry'`.execute(service.db)
    return (await help.lastJob(hubspot)).status === 'completed'
  }, 25_000)
  expect(await dead()).toBe(0)
  expect(await help.lastJob(hubspot)).toMatchObject({ id, created_count: 2_500 })
})

test('the first success heals the integration', async () => {
  expect(await help.integration(hubspot)).toMatchObject({ status: 'active', failures_in_row: 0, error_count: 4 })
  const labels = { integration_id: hubspot, entity: 'contact' }
  expect(await counted('sync_records_created_total', labels)).toBe(2_500)
  expect(await counted('sync_jobs_total', { ...labels, status: 'completed' })).toBe(1)
  const [latency] = (await metric('sync_latency_ms')).filter(
    ({ attributes }) => attributes.integration_id === hubspot && attributes.status === 'completed',
  )
  expect(latency?.value).toMatchObject({ count: 1, buckets: { boundaries: expect.arrayContaining([300_000]) } })
})

test('a rate limit: the sync is put off until the time that the provider named, and then done', async () => {
  const hubspot = await help.newIntegration(await help.newWorkspace('limits.example'), 'hubspot')
  await help.fault('hubspot', { rateLimit: { retryAfterSeconds: 3 } })
  const askedAt = Date.now()
  const id = await ask(hubspot)
  await until(async () => {
    const errors = await service.db
      .selectFrom('integration_errors')
      .select('kind')
      .where('sync_job_id', '=', id)
      .execute()
    return errors.some(({ kind }) => kind === 'rate_limited')
  })
  await help.fault('hubspot')
  expect(await help.lastJob(hubspot)).toMatchObject({ status: 'processing' })
  await until(async () => (await help.lastJob(hubspot)).status === 'completed', 25_000)
  expect(Date.now() - askedAt).toBeGreaterThanOrEqual(3_000)
  expect(await help.lastJob(hubspot)).toMatchObject({ id, created_count: 2_500 })
  expect(await help.integration(hubspot)).toMatchObject({ status: 'active', error_count: 0 })
})

const report = async (what: string, headers?: Record<string, string>) => {
  const response = await service.ask(`GET /api/admin/integrations/${what}`, { ...(headers && { headers }) })
  return { status: response.status, body: (await response.json()) as unknown }
}
const admin = () => ({ authorization: `Bearer ${service.config.adminSecret}` })
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const number = expect.any(Number)
const whose = () => ({
  integrationId: hubspot,
  tenantId: expect.any(String),
  tenantName: expect.stringMatching(/\.example$/),
  provider: 'hubspot',
})

test.each(['stats', 'health', 'sync-activity', 'errors', 'performance'])('%s is for operators only', async (what) => {
  expect(await report(what)).toMatchObject({ status: 401 })
  expect(await report(what, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 })
  const cookie = await service.signIn('anna@crm.example')
  expect(await report(what, { cookie })).toMatchObject({ status: 403 })
  expect(await report(what, { cookie: await service.signIn('admin@crm.example') })).toMatchObject({ status: 200 })
})

test('overview: by status, the last day’s jobs, the busiest, and a trend of 24 hours', async () => {
  const { body } = await report(`stats?integrationId=${hubspot}`, admin())
  expect(body).toEqual({
    integrations: { active: 1, paused: 0, error: 0, total: 1 },
    jobs24h: { pending: 0, processing: 0, completed: 1, failed: 3, total: 4 },
    topIntegrations: [{ ...whose(), status: 'active', jobs: 4, records: 2_500 }],
    errorTrend: Array.from({ length: 24 }, () => ({ hour: time, errors: number, failedJobs: number })),
    lastUpdated: time,
  })
  // By hour: this test may run across the end of one.
  const { errorTrend } = body as { errorTrend: { failedJobs: number }[] }
  expect(errorTrend.reduce((sum, { failedJobs }) => sum + failedJobs, 0)).toBe(3)
  expect((await report('stats?status=paused', admin())).body).toMatchObject({ integrations: { total: 0 } })
})

test('all of it can be searched by workspace, provider and id', async () => {
  const found = async (query: string) =>
    ((await report(`health?${query}`, admin())).body as { integrations: { integrationId: string }[] }).integrations
  expect(await found(`integrationId=${hubspot}&q=.EXAMPLE&provider=hubspot`)).toMatchObject([whose()])
  expect(await found(`q=${hubspot.slice(0, 13)}`)).toMatchObject([whose()])
  expect(await found(`q=${hubspot}&provider=ghl`)).toEqual([])
  expect(await found('q=%25')).toEqual([])
})

test('health: status, last success, frequency, errors, and a probe of the connection', async () => {
  const shown = {
    ...whose(),
    status: 'active',
    lastSuccessAt: time,
    lastErrorAt: time,
    frequencySeconds: 86_400,
    errorCount: 4,
    failuresInRow: 0,
    isOverdue: false,
    connection: 'ok',
  }
  const { body } = await report(`health?integrationId=${hubspot}`, admin())
  expect(body).toEqual({ integrations: [shown], nextCursor: null })
  const first = (await report('health?limit=1', admin())).body as { integrations: unknown[]; nextCursor: string }
  expect(first.integrations).toHaveLength(1)
  expect(await report(`health?limit=1&cursor=${first.nextCursor}`, admin())).toMatchObject({ status: 200 })
})

test('activity: live jobs, the last ones, records, and the trend of durations', async () => {
  const { body } = await report(`sync-activity?limit=100&integrationId=${hubspot}`, admin())
  const job = {
    id: expect.any(String),
    ...whose(),
    entity: 'contact',
    trigger: 'manual',
    status: 'failed',
    requestedAt: time,
    startedAt: time,
    finishedAt: time,
    durationMs: number,
    created: 0,
    updated: 0,
    failed: 0,
    conflicts: 0,
    errorKind: 'dependency_unavailable',
    correlationId: null,
  }
  expect(body).toEqual({
    live: [],
    jobs: [{ ...job, status: 'completed', created: 2_500, errorKind: null }, job, job, job],
    nextCursor: null,
    records24h: { created: 2_500, updated: 0, failed: 0, conflicts: 0 },
    durationTrend: expect.arrayContaining([{ hour: time, jobs: 1, averageMs: number, p95Ms: number }]),
  })
  expect(await report('sync-activity?limit=101', admin())).toMatchObject({ status: 422 })
})

test('errors: the recent ones, their rate and kinds, and jobs that failed', async () => {
  const { body } = await report(`errors?limit=2&integrationId=${hubspot}`, admin())
  const error = {
    id: expect.any(String),
    ...whose(),
    syncJobId: expect.any(String),
    entity: 'contact',
    kind: 'dependency_unavailable',
    externalId: null,
    retryable: true,
    at: time,
  }
  expect(body).toMatchObject({
    errors: [error, error],
    nextCursor: expect.any(String),
    rateTrend: expect.arrayContaining([
      { hour: time, errors: 0, jobs: 0, failedJobs: 0, failedShare: null },
      { hour: time, errors: number, jobs: number, failedJobs: number, failedShare: number },
    ]),
    byIntegration: [{ ...whose(), errors: number, lastAt: time }],
    topTypes: [{ kind: 'dependency_unavailable', count: number }],
  })
  expect((body as { failedJobs: unknown[] }).failedJobs).toHaveLength(3)
})

test('performance: from Prometheus; when it is away, the answer says so within its limit', async () => {
  const labels = { integration_id: 'i1', adapter_type: 'hubspot', queue_name: 'integration-sync' }
  const nothing = { labels: {}, value: 'NaN' }
  const { url, stop } = await startPrometheusThatSays([{ labels, value: '4.5' }, nothing])
  const from = (prometheusUrl: string) => ({ config: { prometheusUrl }, db: service.db })
  expect(await readPerformance(from(url), {})).toEqual({
    source: 'prometheus',
    windowMinutes: 15,
    integrations: expect.arrayContaining([whose()]),
    averageDuration: [{ integrationId: 'i1', milliseconds: 4.5 }],
    recordsPerSecond: [{ integrationId: 'i1', value: 4.5 }],
    queueDepth: [{ queueName: 'integration-sync', waiting: 5, dead: 5 }],
    latencyByAdapter: [{ adapterType: 'hubspot', averageSeconds: 4.5, p95Seconds: 4.5 }],
  })
  // Narrowed to what it is not of, and to another provider.
  expect(await readPerformance(from(url), { q: 'limits.example', provider: 'ghl' })).toMatchObject({
    averageDuration: [],
    latencyByAdapter: [],
  })
  stop()
  expect(await readPerformance(from(url), {})).toEqual({ source: 'unavailable', reason: 'Prometheus does not answer' })
})
