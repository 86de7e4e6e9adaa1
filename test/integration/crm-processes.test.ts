import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Running,
  start,
  startDatabase,
  startSandbox,
  type TestDatabase,
  type TestSandbox,
} from './crm/processes.ts'
import { cookieOf } from './crm/service.ts'
import { freePort, until } from './telemetry/harness.ts'

const preload = ['--import', './app/telemetry/preload.ts']
const listening = /"message":"listening"/
const isReady = /"message":"ready"/

let database: TestDatabase
let sandbox: TestSandbox
let api: Running
let url: string

beforeAll(async () => {
  ;[database, sandbox] = await Promise.all([startDatabase(), startSandbox()])
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  // With telemetry, as it is run; nobody collects it.
  const telemetry = {
    OTEL_SDK_DISABLED: '',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  }
  api = await start([...preload, 'app/main.ts'], { ...settings(port), ...telemetry }, isReady)
})
afterAll(async () => {
  await api?.stop()
  await Promise.all([sandbox?.stop(), database?.remove()])
})

/** Of a process without telemetry, which would wait for its collector at the end. */
const settings = (port: number): Record<string, string> => ({
  OTEL_SDK_DISABLED: 'true',
  PORT: String(port),
  PUBLIC_URL: `http://127.0.0.1:${port}`,
  DATABASE_URL: database.url,
  LOG_LEVEL: 'info',
  OAUTH_ISSUER_URL: `${sandbox.url}/oauth`,
  ENRICHMENT_BASE_URL: `${sandbox.url}/enrichment`,
})

const signIn = async (email: string): Promise<string> => {
  const begun = await fetch(`${url}/api/auth/login?login_hint=${email}`, { redirect: 'manual' })
  const approved = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' })
  const back = await fetch(approved.headers.get('location') ?? '', {
    redirect: 'manual',
    headers: { cookie: cookieOf(begun, 'crm_sign_in') },
  })
  return cookieOf(back, 'crm_session')
}

/** Like `fetch`, with the seconds it took. */
const timed = async (path: string, init?: RequestInit) => {
  const startedAt = performance.now()
  const response = await fetch(url + path, init)
  return { response, seconds: (performance.now() - startedAt) / 1_000 }
}

const statusOf = async (path: string, init?: RequestInit): Promise<number> => (await fetch(url + path, init)).status

describe('the api as a process', () => {
  test('keeps what people typed out of its log', async () => {
    const cookie = await signIn('anna@crm.example')
    const json = {
      name: 'Canary Person',
      email: 'canary@canary.example',
      phone: '+45 11 22 33 44',
      notes: 'canary-note',
    }
    const headers = { cookie, 'content-type': 'application/json', 'X-Correlation-ID': 'canary-1' }
    expect(await statusOf('/api/contacts', { method: 'POST', headers, body: JSON.stringify(json) })).toBe(201)
    expect(await statusOf('/api/contacts?q=canary@canary.example', { headers: { cookie } })).toBe(200)
    const lines = () => api.output().split('\n')
    const lineWith = (part: string) => until(() => lines().find((one) => one.includes(part)))
    const line = await lineWith('canary-1')
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      service: 'api',
      component: 'http',
      message: 'request answered',
      correlationId: 'canary-1',
      metadata: { method: 'POST', path: '/api/contacts', status: 201 },
    })
    const metadata = { method: 'oauth', clientRegion: 'local', agent: 'other' }
    expect(JSON.parse(await lineWith('"signed in"'))).toMatchObject({ metadata })
    const token = cookie.split('=')[1] ?? ''
    for (const secret of ['Canary Person', 'canary@', 'crm.example', '11 22 33 44', 'canary-note', token])
      expect(api.output()).not.toContain(secret)
  })

  test('deletes by a request without a body', async () => {
    const headers = { cookie: await signIn('anna@crm.example'), 'content-type': 'application/json' }
    const created = await fetch(`${url}/api/contacts`, { method: 'POST', headers, body: '{"name":"Gone soon"}' })
    const { id } = (await created.json()) as { id: string }
    const { cookie } = headers
    expect(await statusOf(`/api/contacts/${id}`, { method: 'DELETE', headers: { cookie } })).toBe(204)
    expect(await statusOf('/api/auth/logout', { method: 'POST', headers: { cookie } })).toBe(204)
  })

  test('ignores a malformed traceparent', async () => {
    for (const traceparent of [
      '00-zz-zz-01',
      'x'.repeat(5_000),
      '00-00000000000000000000000000000000-0000000000000000-00',
    ])
      expect(await statusOf('/health/live', { headers: { traceparent } })).toBe(200)
  })

  test('refuses a body that grows too large while it arrives', async () => {
    const cookie = await signIn('anna@crm.example')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      // No content-length: it is sent in chunks.
      const sending = request(`${url}/api/contacts`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json' },
      })
      sending.on('response', (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sending.on('error', reject)
      for (let n = 0; n < 10; n++) sending.write('x'.repeat(10_000))
      sending.end()
    })
    expect(status).toBe(413)
  })

  test('serves its documentation from its own files', async () => {
    const page = await (await fetch(`${url}/docs`)).text()
    for (const [, file] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(file).toMatch(/^\/(docs|assets)\//)
      expect(await statusOf(file ?? '')).toBe(200)
    }
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/auth/callback',
        '/api/auth/login',
        '/api/auth/logout',
        '/api/auth/me',
        '/api/contacts',
        '/api/contacts/{id}',
        '/api/contacts/{id}/merge',
        '/api/leads',
        '/api/leads/{id}',
        '/api/workspace',
        '/api/workspace/members',
        '/health/live',
        '/health/ready',
      ]),
    )
    expect(await statusOf('/docs/assets/..%2F..%2Fpackage.json')).toBe(404)
  })
})

describe('when the database', () => {
  test('stops, requests get a clear 503, and everything recovers by itself', async () => {
    const cookie = await signIn('bo@crm.example')
    await database.stop()
    const { response, seconds } = await timed('/api/contacts', { headers: { cookie } })
    expect(response.status).toBe(503)
    expect(seconds).toBeLessThan(3)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ type: 'urn:crm:problem:dependency_unavailable' })
    const ready = await fetch(`${url}/health/ready`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({
      status: 'not ready',
      checks: { database: 'error', migrations: 'ok', job_queue: 'ok' },
    })
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' })

    await database.restart()
    expect(await statusOf('/health/ready')).toBe(200)
    expect(await statusOf('/api/contacts', { headers: { cookie } })).toBe(200)
  })

  test('freezes, requests get their 503 within 5 s', async () => {
    const cookie = await signIn('bo@crm.example')
    const thaw = await database.freeze()
    try {
      const requests = await Promise.all([1, 2, 3].map(() => timed('/api/contacts', { headers: { cookie } })))
      for (const { response, seconds } of requests) {
        expect(response.status).toBe(503)
        expect(seconds).toBeLessThan(5)
      }
      expect((await timed('/health/ready')).seconds).toBeLessThan(1)
    } finally {
      thaw()
    }
    await until(async () => (await statusOf('/api/contacts', { headers: { cookie } })) === 200)
  })

  test('is away at the start, the process waits for it and is ready then', async () => {
    await database.stop()
    const port = await freePort()
    const late = await start([...preload, 'app/main.ts'], settings(port), listening)
    try {
      expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
      const ready = await fetch(`http://127.0.0.1:${port}/health/ready`)
      expect(await ready.json()).toEqual({
        status: 'not ready',
        checks: { database: 'error', migrations: 'error', job_queue: 'error' },
      })
      await database.restart()
      await until(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200)
    } finally {
      expect(await late.stop()).toBe(0)
    }
  })
})

describe('a process', () => {
  test('that is told to stop finishes within 2 s with exit code 0, api and worker', async () => {
    const worker = await start([...preload, 'app/worker.ts'], settings(0), /"message":"working"/)
    const other = await start([...preload, 'app/main.ts'], settings(await freePort()), isReady)
    for (const running of [worker, other]) {
      const startedAt = performance.now()
      expect(await running.stop()).toBe(0)
      expect(performance.now() - startedAt).toBeLessThan(2_000)
      expect(running.output()).toContain('"message":"stopped"')
    }
  })

  test.each(['app/main.ts', 'app/worker.ts'])('%s names every bad variable and exits with 1', async (entry) => {
    const env = { PORT: 'x', DATABASE_URL: 'mysql://root:hunter2@db', ADMIN_EMAILS: 'nobody', APP_ENV: 'prod' }
    const failure: unknown = await start([...preload, entry], { ...env, OTEL_SDK_DISABLED: 'true' }, /never/).catch(
      (error: unknown) => error,
    )
    const { message } = failure as Error
    expect(message).toContain(`${entry} ended with 1`)
    for (const variable of ['PORT', 'DATABASE_URL', 'ADMIN_EMAILS', 'APP_ENV', 'SESSION_SECRET', 'OAUTH_CLIENT_SECRET'])
      expect(message).toMatch(new RegExp(`^ {2}${variable} `, 'm'))
    expect(message).not.toContain('hunter2')
  })

  test('whose port is taken says so and exits with 1', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as { port: number }
    const failure: unknown = await start([...preload, 'app/main.ts'], settings(port), /never/).catch(
      (error: unknown) => error,
    )
    squatter.close()
    expect((failure as Error).message).toContain('ended with 1')
    expect((failure as Error).message).toContain(
      `port ${port} on 127.0.0.1 is taken by another process; set PORT to a free one`,
    )
  })

  test('without DATABASE_URL starts the embedded PostgreSQL, shares it, and stops it at its end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crm-test-'))
    const [port, databasePort] = [await freePort(), await freePort()]
    const embedded = { DATABASE_URL: '', PGDATA_DIR: join(folder, 'postgres'), PGPORT_EMBEDDED: String(databasePort) }
    const first = await start([...preload, 'app/main.ts'], { ...settings(port), ...embedded }, isReady)
    try {
      const worker = await start([...preload, 'app/worker.ts'], { ...settings(0), ...embedded }, /"working"/)
      expect(await worker.stop()).toBe(0)
      expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200)
    } finally {
      expect(await first.stop()).toBe(0)
    }
    // Its port is free again.
    await new Promise<void>((resolve, reject) => {
      const probe = createServer().once('error', reject)
      probe.listen(databasePort, '127.0.0.1', () => probe.close(() => resolve()))
    })
    await rm(folder, { recursive: true, force: true })
  })
})

describe('the embedded PostgreSQL', () => {
  test('that was left behind by a killed process is stopped, and its data goes on', async () => {
    const cookie = await signIn('bo@crm.example')
    const left = await database.serverPid()
    await database.kill()
    await database.restart()
    expect(await database.serverPid()).not.toBe(left)
    await until(async () => (await statusOf('/api/contacts', { headers: { cookie } })) === 200)
  })
})
