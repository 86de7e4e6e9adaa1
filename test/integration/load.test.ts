import { execFile } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  type Running,
  repository,
  sandboxEnvironment,
  start,
  startDatabase,
  startSandbox,
  type TestDatabase,
} from './crm/processes.ts'
import { freePort } from './telemetry/harness.ts'

interface Report {
  readonly requests: number
  readonly errors: number
  readonly statuses: Readonly<Record<string, number>>
  readonly kinds: readonly { readonly kind: string; readonly errors: number }[]
}

let database: TestDatabase
let sandbox: Awaited<ReturnType<typeof startSandbox>>
let api: Running
let apiPort: number
let mcp: Running
let mcpPort: number

const startApi = () =>
  start(
    ['app/main.ts'],
    {
      PORT: String(apiPort),
      PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
      DATABASE_URL: database.url,
      ...sandboxEnvironment(sandbox.url),
      OTEL_SDK_DISABLED: 'true',
    },
    /127\.0\.0\.1:\d+/,
  )

const startMcp = () =>
  start(
    ['app/mcp.ts'],
    { MCP_PORT: String(mcpPort), DATABASE_URL: database.url, OTEL_SDK_DISABLED: 'true' },
    /"message":"ready"/,
  )

beforeAll(async () => {
  ;[apiPort, mcpPort] = [await freePort(), await freePort()]
  const webhookTarget = `http://127.0.0.1:${apiPort}`
  ;[database, sandbox] = await Promise.all([startDatabase(), startSandbox({ webhookTarget })])
  ;[api, mcp] = await Promise.all([startApi(), startMcp()])
})
afterAll(async () => {
  await Promise.all([api?.stop(), mcp?.stop()])
  await Promise.all([sandbox?.stop(), database?.remove()])
})

const addresses = () => ({
  API_URL: `http://127.0.0.1:${apiPort}`,
  MCP_URL: `http://127.0.0.1:${mcpPort}`,
  SANDBOX_URL: sandbox.url,
})

/** Traffic to its end. */
const load = async (...args: string[]): Promise<Report> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['stack/load/main.ts', '--json', ...args], {
    cwd: repository,
    env: { ...process.env, ...addresses() },
  })
  return JSON.parse(stdout)
}

const startTraffic = async (...args: string[]): Promise<Running> => {
  const traffic = await start(['stack/load/main.ts', ...args], addresses(), /^(traffic|waiting) for /m)
  onTestFinished(async () => {
    await traffic.stop('SIGKILL')
  })
  return traffic
}

describe('traffic', () => {
  test('uses every route of the CRM, without an error', async () => {
    const { requests, errors, statuses, kinds } = await load('--rps', '60', '--seconds', '10')
    expect(requests).toBeGreaterThan(100)
    expect(kinds.filter((kind) => kind.errors > 0)).toEqual([])
    expect(errors).toBe(0)
    // What is wrong on purpose is rare, so that not each of it comes up in ten seconds; 503 is what
    // /health says until it has heard of everything.
    expect(['101', '200', '201', '202', '204', '302', '400', '401', '404', '409', '422', '503']).toEqual(
      expect.arrayContaining(Object.keys(statuses)),
    )
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '201', '204', '302']))
    expect(kinds.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'DELETE /api/contacts/:id',
        'GET /api/auth/callback',
        'GET /api/auth/login',
        'GET /api/contacts',
        'GET /api/contacts/:id',
        'GET /api/leads',
        'GET /api/verity/contacts',
        'PATCH /api/contacts/:id',
        'POST /api/contacts',
        'POST /api/contacts/:id/merge',
        'POST /api/leads',
        'POST /graphql',
        'POST /mcp',
        'POST /sandbox/webhooks/send',
      ]),
    )
  })

  test('signs in anew after its sessions have ended', async () => {
    const traffic = await startTraffic('--rps', '20')
    await wait(2_000)
    const db = new Client({ connectionString: database.url })
    await db.connect()
    await db.query('delete from sessions')
    // The service may know the old ones for 10 s more.
    const sessions = async () => (await db.query('select 1 from sessions')).rowCount
    await expect.poll(sessions, { timeout: 20_000 }).toBeGreaterThan(0)
    await db.end()
    expect(await traffic.stop()).toBe(0)
  })

  test('waits while the CRM is away, goes on by itself, and stops at once with a table', async () => {
    const traffic = await startTraffic('--rps', '20')
    await wait(1_500)
    await api.stop('SIGKILL')
    await expect.poll(traffic.output, { timeout: 5_000 }).toContain('waiting')
    api = await startApi()
    await expect.poll(traffic.output, { timeout: 10_000 }).toContain('it answers again; going on')
    await wait(500)
    const stopped = performance.now()
    expect(await traffic.stop()).toBe(0)
    expect(performance.now() - stopped).toBeLessThan(1_000)
    expect(traffic.output()).toMatch(/request +count +errors +p50 +p95/)
  })

  test('waits until the CRM is ready', async () => {
    await api.stop()
    const traffic = await startTraffic('--rps', '5')
    expect(traffic.output()).toContain(`waiting for http://127.0.0.1:${apiPort}/health/ready`)
    api = await startApi()
    await expect.poll(traffic.output, { timeout: 10_000 }).toContain('5 actions a second')
    expect(await traffic.stop('SIGINT')).toBe(0)
  })

  test('names what it cannot use, and exits with 1', async () => {
    await expect(load('--rps', '0')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('rps') })
  })
})
