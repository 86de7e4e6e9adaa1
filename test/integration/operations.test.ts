/** What the operators' pages show of the telemetry, read from a real Prometheus and a real Alertmanager. */

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDeps } from '../../app/open-deps.ts'
import { createServer } from '../../app/server.ts'
import { tempoApi } from '../../stack/console/tempo-api.ts'
import { publicUrl, type Service, startService } from './crm/service.ts'
import { keep, keptSpan } from './telemetry/kept-traces.ts'
import { startAlertmanager, startPrometheus, type TestServer } from './telemetry/servers.ts'

/** What is scraped: two objectives that are measured, four that are not. */
const exposition = `
slo:compliance:ratio30d{slo="api-availability"} 0.9995
slo:compliance:ratio30d{slo="email-delivery"} 0.97
slo:bad_events:rate1h{slo="api-availability"} 0.02
slo:total_events:rate1h{slo="api-availability"} 10
slo:bad_events:rate1h{slo="email-delivery"} 0
slo:total_events:rate1h{slo="email-delivery"} 1
queue_depth{queue_name="email-sync",service="worker"} 7
queue_depth{queue_name="backup",service="worker"} 0
active_users_total{workspace="w",service="api"} 3
`

let service: Service
let prometheus: TestServer | string
let alertmanager: TestServer | string
let admin: string
/** Where the collector keeps traces, and what answers for Tempo from there. */
let kept: string
let traces: ServerType
const nobody = 'http://127.0.0.1:1'
const urlOf = (server: TestServer | string): string => (typeof server === 'string' ? nobody : server.url)

beforeAll(async () => {
  ;[prometheus, alertmanager] = await Promise.all([startPrometheus(exposition), startAlertmanager()])
  kept = await mkdtemp(join(tmpdir(), 'crm-kept-'))
  traces = serve({ fetch: tempoApi(kept).fetch, port: 0, hostname: '127.0.0.1' })
  await once(traces, 'listening')
  service = await startService({
    PROMETHEUS_URL: urlOf(prometheus),
    ALERTMANAGER_URL: urlOf(alertmanager),
    TEMPO_URL: `http://127.0.0.1:${(traces.address() as AddressInfo).port}`,
  })
  admin = await service.signIn('admin@crm.example')
})
afterAll(async () => {
  await service?.stop()
  for (const server of [prometheus, alertmanager]) if (typeof server === 'object') await server.stop()
  traces?.close()
  if (kept) await rm(kept, { recursive: true, force: true })
})

const read = async (path: string) => (await service.ask(`GET ${path}`, { cookie: admin })).json() as Promise<never>

describe('figures', () => {
  test('each objective says how it stands', async (context) => {
    if (typeof prometheus === 'string') return context.skip(prometheus)
    interface Slo {
      readonly id: string
      readonly state: string
      readonly budgetLeft: number | null
      readonly burnRate1h: number | null
    }
    const slos = async () => ((await read('/api/operations/slos')) as { slos: Slo[] }).slos
    await expect
      .poll(async () => (await slos()).find(({ id }) => id === 'api-availability')?.state, {
        timeout: 20_000,
        interval: 500,
      })
      .toBe('burning')
    const byId = Object.fromEntries((await slos()).map((slo) => [slo.id, slo]))
    expect(Object.keys(byId)).toHaveLength(6)
    // Half of the 0.1 % that may fail did; in the last hour twice as much as may.
    expect(byId['api-availability']).toMatchObject({
      target: 0.999,
      window: '30d',
      compliance: 0.9995,
      objectiveSeconds: null,
    })
    expect(byId['api-availability']?.budgetLeft).toBeCloseTo(0.5, 6)
    expect(byId['api-availability']?.burnRate1h).toBeCloseTo(2, 6)
    // 3 % failed, where 2 % may.
    expect(byId['email-delivery']).toMatchObject({ state: 'exhausted', burnRate1h: 0 })
    expect(byId['email-delivery']?.budgetLeft).toBeCloseTo(-0.5, 6)
    expect(byId['web-page-load']).toMatchObject({
      state: 'no_data',
      compliance: null,
      budgetLeft: null,
      burnRate1h: null,
      objectiveSeconds: 2,
    })
  })

  test('series have a value for each time', async (context) => {
    if (typeof prometheus === 'string') return context.skip(prometheus)
    interface Series {
      readonly unit: string
      readonly stepSeconds: number
      readonly times: number[]
      readonly lines: { label: string; values: (number | null)[] }[]
    }
    const queues = () => read('/api/operations/series?name=queue_depth&minutes=5') as Promise<Series>
    await expect.poll(async () => (await queues()).lines.length, { timeout: 20_000, interval: 500 }).toBe(2)
    const { unit, stepSeconds, times, lines } = await queues()
    expect({ unit, stepSeconds }).toEqual({ unit: 'count', stepSeconds: 5 })
    expect(times).toHaveLength(61)
    expect(lines.map(({ label, values }) => [label, values.length])).toEqual([
      ['backup', 61],
      ['email-sync', 61],
    ])
    expect(new Set(lines[1]?.values)).toEqual(new Set([null, 7]))
    const users = (await read('/api/operations/series?name=active_users&minutes=5')) as Series
    expect(users.lines).toMatchObject([{ label: 'users' }])
    const unknown = await service.ask('GET /api/operations/series?name=everything', { cookie: admin })
    expect(unknown.status).toBe(422)
  })
})

describe('alerts', () => {
  const fire = async (...alerts: { labels: Record<string, string>; annotations?: Record<string, string> }[]) => {
    const answer = await fetch(`${urlOf(alertmanager)}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    })
    expect(answer.status).toBe(200)
  }
  interface Alerts {
    readonly alerts: {
      fingerprint: string
      name: string
      state: string
      silences: string[]
      runbook: string | null
      dashboard: string | null
    }[]
    readonly silences: { id: string; comment: string; createdBy: string; matchers: { name: string; value: string }[] }[]
  }
  const alerts = async () => (await read('/api/operations/alerts')) as Alerts

  test('one that fires is silenced for an hour, and speaks again', async (context) => {
    if (typeof alertmanager === 'string') return context.skip(alertmanager)
    const labels = {
      alertname: 'HighErrorRate',
      severity: 'critical',
      priority: 'P1',
      receivers: 'page',
      path: 'a "b"',
    }
    await fire(
      {
        labels,
        annotations: {
          summary: 'Too many errors.',
          runbook_url: 'http://127.0.0.1:3001/runbooks/high-error-rate',
          dashboard_url: 'javascript:alert(1)',
        },
      },
      { labels: { alertname: 'HighErrorRateSuspected', receivers: 'nobody' } },
      { labels: { alertname: 'SlowSync', severity: 'warning', receivers: 'slack' } },
    )
    const found = async () => (await alerts()).alerts.find(({ name }) => name === 'HighErrorRate')
    expect((await alerts()).alerts.map(({ name }) => name).sort()).toEqual(['HighErrorRate', 'SlowSync'])
    expect(await found()).toMatchObject({
      state: 'active',
      severity: 'critical',
      priority: 'P1',
      summary: 'Too many errors.',
      labels,
      runbook: 'http://127.0.0.1:3001/runbooks/high-error-rate',
      dashboard: null,
    })

    const other = { fingerprint: '0123456789abcdef', comment: 'why' }
    const none = await service.ask('POST /api/operations/silences', { cookie: admin, json: other })
    expect([none.status, (await none.json()).detail]).toEqual([404, 'There is no such alert: it may have ended.'])
    const fingerprint = (await found())?.fingerprint
    const made = await service.ask('POST /api/operations/silences', {
      cookie: admin,
      json: { fingerprint, comment: 'We are at it' },
    })
    expect(made.status).toBe(201)
    const { id, endsAt } = (await made.json()) as unknown as { id: string; endsAt: string }
    expect((Date.parse(endsAt) - Date.now()) / 60_000).toBeCloseTo(60, 0)
    await expect.poll(async () => (await found())?.state, { timeout: 10_000 }).toBe('silenced')
    expect((await found())?.silences).toEqual([id])
    expect((await alerts()).alerts.find(({ name }) => name === 'SlowSync')?.state).toBe('active')
    const [silence] = (await alerts()).silences
    expect(silence).toMatchObject({ id, comment: 'We are at it' })
    expect(silence?.matchers).toContainEqual({ name: 'path', value: 'a "b"', isRegex: false, isEqual: true })
    // A pseudonym: what everybody on call reads names nobody.
    expect(silence?.createdBy).toMatch(/^user [\da-f]{16}$/)

    expect((await service.ask(`DELETE /api/operations/silences/${id}`, { cookie: admin })).status).toBe(204)
    await expect.poll(async () => (await found())?.state, { timeout: 10_000 }).toBe('active')
    expect((await service.ask(`DELETE /api/operations/silences/${id}`, { cookie: admin })).status).toBe(409)
    expect(
      (await service.ask(`DELETE /api/operations/silences/${crypto.randomUUID()}`, { cookie: admin })).status,
    ).toBe(404)
  })

  test.each([
    [{ comment: 'why' }, 422, 'fingerprint'],
    [{ fingerprint: 'x', comment: 'why' }, 422, 'fingerprint'],
    [{ matchers: [{ name: 'alertname', value: 'X' }] }, 422, 'comment'],
    [{ matchers: [{ name: 'alertname', value: 'X' }], comment: 'why', minutes: 1_441 }, 422, 'minutes'],
    [{ matchers: [], comment: 'why' }, 422, 'matchers'],
  ])('a silence that cannot be is refused by name: %j', async (json, status, field) => {
    const answer = await service.ask('POST /api/operations/silences', { cookie: admin, json })
    expect(answer.status).toBe(status)
    expect((await answer.json()).errors.map((error) => error.field)).toContain(field)
  })
})

describe('everybody else', () => {
  test.each(['/api/operations/slos', '/api/operations/series?name=p95', '/api/operations/alerts'])(
    'may not read %s',
    async (path) => {
      const member = await service.signIn('anna@crm.example')
      expect((await service.ask(`GET ${path}`)).status).toBe(401)
      expect((await service.ask(`GET ${path}`, { cookie: member })).status).toBe(403)
    },
  )
})

describe('journeys', () => {
  interface Journeys {
    readonly journeys: {
      readonly name: string
      readonly steps: { readonly name: string }[]
      readonly traces: { readonly traceId: string; readonly durationMs: number; readonly failed: boolean }[]
    }[]
  }
  const [good, broken] = ['a'.repeat(32), 'b'.repeat(32)]

  test('the last traces of each, and the spans of one', async () => {
    const began = Date.now() - 60_000
    const attributes = [
      { key: 'http.response.status_code', value: { intValue: '201' } },
      { key: 'url.query', value: { stringValue: 'q=everything' } },
    ]
    const span = (traceId: string, id: string, parent: string, name: string, afterMs: number, ms: number) =>
      keptSpan({ traceId, id: id.repeat(16), parent: parent.repeat(16), name, startMs: began + afterMs, ms })
    await keep(kept, [
      ['api', { ...span(good, '1', '', 'POST /api/contacts', 0, 40), attributes }],
      ['worker', span(good, '2', '1', 'enrichment', 200, 300)],
      ['api', { ...span(broken, '3', '', 'POST /api/contacts', 5_000, 10), status: { code: 2 } }],
    ])

    const { journeys } = (await read('/api/operations/journeys?limit=3')) as Journeys
    expect(journeys.map(({ name }) => name)).toEqual(['login', 'contact-creation', 'email-sync', 'lead-workflow'])
    expect(journeys[1]?.steps.map(({ name }) => name)).toContain('enrichment')
    expect(journeys[1]?.traces).toMatchObject([
      { traceId: broken, durationMs: 10, failed: true },
      { traceId: good, durationMs: 500, failed: false },
    ])
    expect(journeys[0]?.traces).toEqual([])

    const { spans, total } = (await read(`/api/operations/traces/${good.toUpperCase()}`)) as {
      spans: Record<string, unknown>[]
      total: number
    }
    expect(total).toBe(2)
    expect(spans).toMatchObject([
      { name: 'POST /api/contacts', service: 'api', parentId: '', kind: 'server', durationMs: 40, failed: false },
      { name: 'enrichment', service: 'worker', parentId: '1'.repeat(16), durationMs: 300 },
    ])
    expect(spans[0]?.attributes).toEqual({ 'http.response.status_code': '201' })
    const unknown = await service.ask(`GET /api/operations/traces/${'c'.repeat(32)}`, { cookie: admin })
    expect(unknown.status).toBe(404)
    expect((await service.ask('GET /api/operations/traces/no-id', { cookie: admin })).status).toBe(422)
  })
})

describe('what is away', () => {
  test('is named, and the rest goes on', async () => {
    const { db, queue } = service
    const config = { ...service.config, prometheusUrl: nobody, alertmanagerUrl: nobody, tempoUrl: nobody }
    const app = createServer(openDeps({ config, db, jobs: queue, isPrepared: () => true }))
    const said = async (path: string) => {
      const answer = await app.request(publicUrl + path, { headers: { cookie: admin } })
      return [answer.status, ((await answer.json()) as { detail?: string }).detail]
    }
    expect(await said('/api/operations/slos')).toEqual([503, 'Prometheus does not answer. Please try again.'])
    expect(await said('/api/operations/series?name=p95')).toEqual([
      503,
      'Prometheus does not answer. Please try again.',
    ])
    expect(await said('/api/operations/alerts')).toEqual([503, 'Alertmanager does not answer. Please try again.'])
    expect(await said('/api/operations/journeys')).toEqual([503, 'Tempo does not answer. Please try again.'])
    expect(await said('/api/admin/audit')).toEqual([200, undefined])
  })
})
